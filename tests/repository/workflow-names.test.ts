import assert from 'node:assert/strict';
import { coldLogsOf } from '../../packaging/logs/cold-logs.cjs';
import { at, filesOf } from './files.ts';
import { functionOf, functionTasksOf, type Machine, machineOf, machines } from './state-machine.ts';
import { functionsByKey, resources, stateMachinesByKey } from './templates/configuration.ts';

type Repository = {
  readonly machines: readonly Machine[];
  /** Serverless key to handler: `functions/<folder>/<file>.handler`. */
  readonly functions: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, string>;
  readonly stateMachineKeys: readonly string[];
  /** The functions that get the messages of a topic, or that people call by an address of their own. */
  readonly subscribed: readonly string[];
  /** Name of a contract to the keys of its shape. */
  readonly contracts: ReadonlyMap<string, readonly string[]>;
};

const camel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const kebab = (name: string) => camel(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const pascal = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);

/** One task has one name in all of its spellings; what does not hold is reported. */
function faultsOf({ machines, functions, sources, stateMachineKeys, subscribed, contracts }: Repository): string[] {
  const faults: string[] = [];
  const used = new Set(subscribed);
  for (const machine of machines) {
    const key = machine.workflow.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!stateMachineKeys.includes(key)) faults.push(`machine '${machine.workflow}' has no serverless key '${key}'`);
    for (const task of functionTasksOf(machine)) {
      const name = functionOf(task);
      used.add(name);
      if (name !== camel(task.name)) faults.push(`state '${task.name}' invokes '${name}'`);
      if (!functions.has(name)) faults.push(`state '${task.name}' invokes '${name}', which no functions.yml has`);
      const fields = Object.keys((at(task.fields, 'Arguments', 'Payload') ?? {}) as object).sort();
      const contract = [...(contracts.get(`${task.name}Input`) ?? [])].sort();
      if (fields.join() !== contract.join()) {
        faults.push(`state '${task.name}' sends ${fields.join()}; its contract has ${contract.join()}`);
      }
    }
  }
  for (const [key, handler] of functions) {
    if (!used.has(key))
      faults.push(`function '${key}' is invoked by no state machine and no topic, and has no address`);
    if (!new RegExp(`^functions/[a-z-]+/${kebab(key)}\\.handler$`).test(handler)) {
      faults.push(`function '${key}' has handler '${handler}'`);
    }
    const source = sources.get(handler.replace(/\.handler$/, '.ts')) ?? '';
    if (!source.includes(`export const ${key} = defineTask(`)) faults.push(`'${handler}' exports no task '${key}'`);
    if (!source.includes(`export const { handler } = ${key};`))
      faults.push(`'${handler}' is not the handler of '${key}'`);
    for (const end of ['Input', 'Output']) {
      const contract = `${pascal(key)}${end}`;
      if (!contracts.has(contract)) faults.push(`contract '${contract}' is missing`);
      if (!source.includes(`${end.toLowerCase()}: ${contract},`))
        faults.push(`task '${key}' does not use '${contract}'`);
    }
  }
  for (const path of sources.keys()) {
    if (![...functions.values()].includes(path.replace(/\.ts$/, '.handler'))) faults.push(`'${path}' is no function`);
  }
  return faults;
}

const withAddress = (): string[] =>
  Object.entries(functionsByKey()).flatMap(([key, fields]) => (at(fields, 'url') === true ? [key] : []));

async function readRepository(): Promise<Repository> {
  const contracts = new Map<string, string[]>();
  for (const { path } of filesOf('shared/contracts/**/*.ts')) {
    const module: Record<string, unknown> = await import(`../../${path}`);
    for (const [name, schema] of Object.entries(module)) {
      const shape = at(schema, 'def', 'shape');
      if (typeof shape === 'object' && shape !== null) contracts.set(name, Object.keys(shape));
    }
  }
  return {
    machines: machines(),
    functions: new Map(Object.entries(functionsByKey()).map(([key, { handler }]) => [key, handler])),
    sources: new Map(filesOf('functions/**/*.ts').map(({ path, text }) => [path, text])),
    stateMachineKeys: Object.keys(stateMachinesByKey()),
    subscribed: Object.values(resources())
      .filter((resource) => at(resource, 'Type') === 'AWS::SNS::Subscription')
      .map((resource) => camel(String(at(resource, 'Properties', 'Endpoint', 'Fn::GetAtt', '0'))))
      .map((name) => name.replace(/LambdaFunction$/, ''))
      .concat(withAddress(), calledByStream()),
    contracts,
  };
}

/** Firehose calls it with what it delivers. */
const calledByStream = (): string[] => {
  const cold = { glacierAfterDays: 30, expireAfterDays: 366 };
  const { ColdLogsStream } = coldLogsOf({ functions: [], workflows: [], instances: [], cold });
  const [, name = ''] = /"(\w+)LambdaFunction"/.exec(JSON.stringify(ColdLogsStream)) ?? [];
  return [camel(name)];
};

describe('a task', () => {
  test('has one name as state, file, export, serverless key and contract, and gets the fields of its contract', async () => {
    assert.deepEqual(faultsOf(await readRepository()), []);
  });

  test('that bears another name anywhere is reported', async () => {
    const sound = await readRepository();
    const first = sound.machines.find(({ workflow }) => workflow === 'backup-and-verify');
    assert.ok(first);
    const renamed = machineOf(
      first.workflow,
      JSON.parse(JSON.stringify(first.definition).replaceAll('"StartProof"', '"BeginProof"')),
    );
    const withFunction = (key: string, handler: string) => new Map([...sound.functions, [key, handler]]);
    const broken: [Partial<Repository>, RegExp][] = [
      [{ machines: [renamed] }, /state 'BeginProof' invokes 'startProof'/],
      [{ machines: [{ ...first, workflow: 'backup' }] }, /machine 'backup' has no serverless key/],
      [{ functions: withFunction('planRun', 'functions/backup-and-verify/plan.handler') }, /'planRun' has handler/],
      [{ functions: withFunction('sweep', 'functions/instances/sweep.handler') }, /'sweep' is invoked by no state/],
      [{ subscribed: [] }, /'sendNotification' is invoked by no state machine and no topic/],
      [
        { contracts: new Map([...sound.contracts].filter(([name]) => name !== 'PlanRunInput')) },
        /contract 'PlanRunInput' is/,
      ],
      [{ contracts: new Map([...sound.contracts, ['PlanRunInput', ['request']]]) }, /state 'PlanRun' sends/],
      [
        { sources: new Map([...sound.sources, ['functions/instances/old.ts', '']]) },
        /'functions\/instances\/old.ts' is no/,
      ],
      [
        { sources: new Map([...sound.sources, ['functions/instances/check-restore.ts', 'export const x = 1']]) },
        /exports no task 'checkRestore'/,
      ],
    ];
    for (const [change, fault] of broken) assert.match(faultsOf({ ...sound, ...change }).join('\n'), fault);
  });
});

test('every workflow has its folder of functions and its contracts', () => {
  for (const { workflow } of machines()) {
    assert.ok(filesOf(`functions/${workflow}/*.ts`).length > 0, workflow);
    const files = filesOf(`shared/contracts/{${workflow},${workflow}/${workflow}}.ts`);
    assert.deepEqual([workflow, files.length], [workflow, 1]);
  }
});
