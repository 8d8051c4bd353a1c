import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { unassignedVariables } from '../../sandbox/asl/check/variables.ts';
import type { Machine as AslMachine } from '../../sandbox/asl/definition.ts';
import { at, entriesAt, stringsIn, yamlOf } from './files.ts';
import {
  catchesOf,
  functionOf,
  type Machine,
  machineOf,
  machines,
  retriesOf,
  type State,
  successorsOf,
  tasksOf,
} from './state-machine.ts';
import { functionsByKey } from './templates/configuration.ts';

const transient = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
/** Tasks with which clean-up and report begin. */
const isTail = (name: string) =>
  /^(CleanUp|Delete|GiveBack|Harden|Lift|Record|Publish|Remove|Store|Undo)[A-Z]/.test(name);
/** Where the answer of RDS is lost, what became of the instance is looked at before anything is undone. */
const looksFirst = (task: string, next: string) => task === 'PromoteReplica' && next === 'CheckPromoted';

/** What waits for a person: whoever was not reached may be reached later. */
const isAnswered = (state: State | undefined): boolean =>
  String(at(state?.fields, 'Resource')).endsWith(':invoke.waitForTaskToken');

function faultsOf(machine: Machine, functionTimeouts: ReadonlyMap<string, number>, all = machines()): string[] {
  const faults: string[] = [];
  const { definition, states } = machine;
  const isAwaited = isCaughtByStarters(machine, all);
  const byName = new Map(states.map((state) => [state.name, state]));
  if (at(definition, 'QueryLanguage') !== 'JSONata') faults.push('the machine does not declare JSONata');
  if (typeof at(definition, 'TimeoutSeconds') !== 'number') faults.push('the machine has no TimeoutSeconds');
  if (!/^(Proves|Changes|Restores|Removes|Reports) /.test(String(at(definition, 'Comment')))) {
    faults.push('the Comment does not say what the machine proves, changes or reports');
  }

  const reachable = new Set<string>();
  const queue = [String(at(definition, 'StartAt'))];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reachable.has(name)) continue;
    reachable.add(name);
    const state = byName.get(name);
    if (state === undefined) faults.push(`'${name}' is named and does not exist`);
    else queue.push(...successorsOf(state), ...catchesOf(state).map(({ fields }) => String(at(fields, 'Next'))));
  }
  for (const { name } of states) if (!reachable.has(name)) faults.push(`'${name}' is never reached`);

  /** The tasks that come first after a state, itself included. */
  const firstTasks = (name: string, seen: ReadonlySet<string> = new Set()): string[] => {
    const state = byName.get(name);
    if (state === undefined || seen.has(name)) return [];
    if (state.type === 'Task') return [name];
    return successorsOf(state).flatMap((next) => firstTasks(next, new Set([...seen, name])));
  };
  for (const task of tasksOf(machine)) {
    const timeout = at(task.fields, 'TimeoutSeconds');
    // How long a person has is decided while it runs; the decision bounds it.
    const isDecided = isAnswered(task) && /^\{% \$decision\.seconds %\}$/.test(String(timeout));
    if (typeof timeout !== 'number' && !isDecided) faults.push(`'${task.name}' has no TimeoutSeconds`);
    else if (typeof timeout === 'number' && timeout < (functionTimeouts.get(functionOf(task)) ?? 0)) {
      faults.push(`'${task.name}' ends after ${timeout} s, its function may run longer`);
    }
    if (!policies.some((policy) => isDeepStrictEqual(policy, at(task.fields, 'Retry'))))
      faults.push(`'${task.name}' has a retry policy of its own, expected one of statemachines/retries.yml`);
    // The manual says that States.ALL does not mean it, recordings of AWS say that it does: caught by name it is caught.
    const catches = catchesOf(task);
    const all = catches.find(({ errors }) => errors.includes('States.ALL'));
    const tooMuch = catches.find(({ errors }) => errors.includes('States.DataLimitExceeded'));
    if (all !== undefined && at(tooMuch?.fields, 'Next') !== at(all.fields, 'Next'))
      faults.push(`'${task.name}' does not catch States.DataLimitExceeded as it catches everything else`);
    const retry = retriesOf(task).find(({ errors }) => transient.every((error) => errors.includes(error)));
    if (retry === undefined) faults.push(`'${task.name}' does not retry the transient errors of Lambda`);
    else if (at(retry.fields, 'JitterStrategy') !== 'FULL') faults.push(`'${task.name}' retries without jitter`);
    for (const { errors, fields } of catchesOf(task)) {
      if (!errors.includes('States.ALL')) continue;
      const next = firstTasks(String(at(fields, 'Next')));
      const end = byName.get(String(at(fields, 'Next')));
      const isReported = (/^(Record|Store)[A-Z]/.test(task.name) && end?.type === 'Fail') || reports(end, machine);
      if (next.length === 0 && !task.isNested && !isReported)
        faults.push(`'${task.name}' catches everything and then does nothing`);
      const outside = next.filter(
        (name) => !isTail(name) && !looksFirst(task.name, name) && !isAnswered(byName.get(name)),
      );
      if (outside.length > 0) faults.push(`'${task.name}' catches everything and goes on to '${outside.join("', '")}'`);
    }
    // Nobody is left to report; or a person waits for it, and must see that it failed.
    const isLast = /^Publish[A-Z]/.test(task.name) || task.name === 'ChangeFence';
    if (!isLast && !isAwaited && !catchesOf(task).some(({ errors }) => errors.includes('States.ALL'))) {
      faults.push(`'${task.name}' may end the execution without clean-up and report`);
    }
  }
  const texts = stringsIn(definition).join('\n');
  if (!texts.includes('${')) faults.push(...unassignedVariables(definition as AslMachine));
  for (const text of stringsIn(definition)) {
    if (text.includes('{%') && text.includes('${')) faults.push(`an expression has \${: ${text}`);
  }
  return faults;
}

/**
 * A machine that removes one thing has nothing of its own to clean up: its failure may be the execution's, as long as each
 * state that starts it awaits it and catches everything.
 */
function isCaughtByStarters({ workflow, definition }: Machine, all: readonly Machine[]): boolean {
  if (!String(at(definition, 'Comment')).startsWith('Removes the ')) return false;
  const id = workflow.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  const starters = all
    .flatMap(tasksOf)
    .filter(({ fields }) => at(fields, 'Arguments', 'StateMachineArn', 'Ref') === id);
  return (
    starters.length > 0 &&
    starters.every(
      (task) =>
        String(at(task.fields, 'Resource')).endsWith(':startExecution.sync:2') &&
        catchesOf(task).some(({ errors }) => errors.includes('States.ALL')),
    )
  );
}

/** The end of a machine that another one starts: whoever started it gets the failures as its output. */
const reports = (state: State | undefined, machine: Machine) =>
  state?.type === 'Succeed' &&
  ['failure', 'cleanUpFailure']
    .filter((name) => name === 'failure' || JSON.stringify(machine.definition).includes(`"${name}":`))
    .every((name) => at(state.fields, 'Output', name) === `{% $${name} %}`);

const policies = entriesAt(yamlOf('statemachines/retries.yml')).map(([, policy]) => policy);

const timeouts = new Map(Object.entries(functionsByKey()).map(([key, { timeout }]) => [key, timeout]));

describe('a state machine', () => {
  for (const machine of machines()) {
    test(`keeps the rules of the house: ${machine.workflow}`, () => {
      assert.deepEqual(faultsOf(machine, timeouts), []);
    });
  }

  test('that breaks a rule is reported', () => {
    const sound = machines().find(({ workflow }) => workflow === 'backup-and-verify');
    assert.ok(sound);
    const after = (change: (text: string) => string) => {
      const text = JSON.stringify(sound.definition);
      const changed = change(text);
      assert.notEqual(changed, text, 'the companion changed nothing');
      return faultsOf(machineOf(sound.workflow, JSON.parse(changed)), timeouts).join('\n');
    };
    assert.match(
      after((text) => text.replace(/"TimeoutSeconds":\d+,/, '')),
      /the machine has no TimeoutSeconds/,
    );
    assert.match(
      after((text) => text.replace('"TimeoutSeconds":60,', '')),
      /'PlanRun' has no TimeoutSeconds/,
    );
    assert.match(
      after((text) => text.replaceAll('"TimeoutSeconds":900', '"TimeoutSeconds":30')),
      /'TakeWitness' ends after 30 s/,
    );
    assert.match(
      after((text) => text.replaceAll('Lambda.SdkClientException', 'Lambda.Unknown')),
      /'PlanRun' does not retry/,
    );
    assert.match(
      after((text) => text.replace('"MaxAttempts":4', '"MaxAttempts":3')),
      /'PlanRun' has a retry policy of its own, expected one of statemachines\/retries\.yml/,
    );
    assert.match(
      after((text) => text.replaceAll('"JitterStrategy":"FULL"', '"JitterStrategy":"NONE"')),
      /without jitter/,
    );
    assert.match(
      after((text) => text.replaceAll('"Next":"CheckSnapshot"', '"Next":"Missing"')),
      /'Missing' is named and does not exist/,
    );
    assert.match(
      after((text) => text.replaceAll('"Next":"CheckSnapshot"', '"Next":"StartProof"')),
      /'CheckSnapshot' is never reached/,
    );
    assert.match(
      after((text) => text.replaceAll('"Next":"RecordEvidence"', '"Next":"IsProven"')),
      /'PlanRun' catches everything and then does nothing/,
    );
    assert.match(
      after((text) => text.replaceAll('"Next":"RecordEvidence"', '"Next":"StartProof"')),
      /'PlanRun' catches everything and goes on to 'StartProof'/,
    );
    assert.match(
      after((text) => text.replaceAll('"States.ALL"', '"States.Timeout"')),
      /'PlanRun' may end the execution without/,
    );
    assert.match(
      after((text) => text.replaceAll('"States.DataLimitExceeded"', '"States.Timeout"')),
      /'PlanRun' does not catch States.DataLimitExceeded as it catches everything else/,
    );
    assert.match(
      after((text) => text.replace('{% $attempt %}', `{% \${attempt} %}`)),
      /an expression has/,
    );
    assert.match(
      after((text) => text.replace('{% $attempt %}', '{% $atempt %}')),
      /variable '\$atempt' is read, but no state assigns it/,
    );
    assert.match(
      after((text) => text.replace('"Comment":"Proves', '"Comment":"About')),
      /does not say what/,
    );
    assert.match(
      after((text) => text.replace('"QueryLanguage":"JSONata"', '"QueryLanguage":"JSONPath"')),
      /JSONata/,
    );
  });

  test('with a list of items goes on when one of them failed, whatever the item caught', () => {
    const fleets = machines().flatMap(({ states }) =>
      states.filter(({ fields }) => at(fields, 'ItemProcessor', 'ProcessorConfig', 'Mode') === 'DISTRIBUTED'),
    );
    assert.ok(fleets.length >= 1);
    for (const { name, fields } of fleets) assert.equal(at(fields, 'ToleratedFailurePercentage'), 100, name);
  });

  test('that another one starts must report both failures when it ends after them', () => {
    const child = machines().find(({ workflow }) => workflow === 'prove-snapshot');
    assert.ok(child);
    const text = JSON.stringify(child.definition);
    const changed = text.replace('"cleanUpFailure":"{% $cleanUpFailure %}"', '"cleanUpFailure":null');
    assert.notEqual(changed, text);
    assert.match(
      faultsOf(machineOf(child.workflow, JSON.parse(changed)), timeouts).join('\n'),
      /'RemoveCopy' catches everything and then does nothing/,
    );
  });

  test('that ends with the failure of what it removes must be awaited and caught by everyone who starts it', () => {
    const removal = machines().find(({ workflow }) => workflow === 'remove-copy');
    assert.ok(removal);
    const others = machines().filter(({ workflow }) => workflow !== 'remove-copy');
    const alone = others.filter(({ definition }) => !JSON.stringify(definition).includes('"Ref":"RemoveCopy"'));
    const careless = others.map(({ workflow, definition }) =>
      machineOf(
        workflow,
        JSON.parse(JSON.stringify(definition).replaceAll(':startExecution.sync:2', ':startExecution')),
      ),
    );
    const fault = /'DeleteCopy' may end the execution without clean-up and report/;
    assert.match(faultsOf(removal, timeouts, alone).join('\n'), fault);
    assert.match(faultsOf(removal, timeouts, careless).join('\n'), fault);
  });
});
