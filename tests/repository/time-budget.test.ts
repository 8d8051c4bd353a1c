import assert from 'node:assert/strict';
import { at, stringsIn } from './files.ts';
import { type Machine, machines, retriesOf, type State, tasksOf } from './state-machine.ts';

/**
 * A machine that ends by its own TimeoutSeconds removes nothing, records nothing and notifies nobody. So what its parts may
 * take, each within its own bound, must fit. Loops are bounded by a count of polls, or by `$waited`, which counts the
 * seconds of several loops together; everything else happens once in an attempt.
 */

/** What a task adds to its time-out when the commonest transient error strikes it as often as it is retried. */
function pausesOf(state: State, errors: readonly string[]): number {
  return Math.max(
    0,
    ...retriesOf(state)
      .filter((retry) => retry.errors.some((error) => errors.includes(error)))
      .map(({ fields }) => {
        let [total, pause] = [0, Number(at(fields, 'IntervalSeconds') ?? 1)];
        for (let attempt = 0; attempt < Number(at(fields, 'MaxAttempts') ?? 3); attempt += 1) {
          total += Math.min(pause, Number(at(fields, 'MaxDelaySeconds') ?? Number.POSITIVE_INFINITY));
          pause *= Number(at(fields, 'BackoffRate') ?? 2);
        }
        return total;
      }),
  );
}

const secondsOf = ({ fields }: State) => Number(at(fields, 'TimeoutSeconds'));
const named = (machine: Machine, name: string): State => {
  const state = machine.states.find((one) => one.name === name);
  assert.ok(state, name);
  return state;
};
const machine = (workflow: string): Machine => {
  const found = machines().find((one) => one.workflow === workflow);
  assert.ok(found, workflow);
  return found;
};
/** The number behind `>` in the condition of a Choice that names the variable. */
function boundOf(of: Machine, choice: string, variable: string): number {
  const condition = stringsIn(at(named(of, choice).fields, 'Choices')).find((text) => text.includes(`${variable} >`));
  const bound = Number(/> (\d+)/.exec(condition ?? '')?.[1]);
  assert.ok(bound > 0, `${choice} has no bound of ${variable}`);
  return bound;
}

/** The most that the parts of backup-and-verify may take together. */
function sumOfBackup(backup: Machine): number {
  const loops = ['IsWitnessComplete', 'IsSnapshotReady', 'IsSnapshotCopied', 'IsProofEnded'];
  const bounds = loops.map((choice) => boundOf(backup, choice, '$waited'));
  assert.equal(new Set(bounds).size, 1, 'one budget for all loops');
  const [budget = 0] = bounds;
  const calls = tasksOf(backup).reduce(
    (sum, task) => sum + secondsOf(task) + pausesOf(task, ['AwsUnavailableError']),
    0,
  );
  // Only CreateDBSnapshot meets a busy instance, once in an attempt.
  const busy = 2 * pausesOf(named(backup, 'TakeWitness'), ['InstanceBusyError']);
  return budget + calls + busy;
}

describe('the parts of a machine, each within its own bound', () => {
  test('fit into the time of backup-and-verify, so that it ends with evidence and a message', () => {
    const backup = machine('backup-and-verify');
    const whole = Number(at(backup.definition, 'TimeoutSeconds'));
    assert.ok(sumOfBackup(backup) <= whole, `${sumOfBackup(backup)} s in ${whole} s`);
  });

  test('are counted: every wait of a loop, and every part of a witness, by what it takes', () => {
    const backup = machine('backup-and-verify');
    for (const [task, wait] of [
      ['CheckSnapshot', 'WaitForSnapshot'],
      ['CopySnapshot', 'WaitForCopy'],
      ['CheckProof', 'WaitForProof'],
    ] as const) {
      const seconds = at(named(backup, wait).fields, 'Seconds');
      assert.equal(at(named(backup, task).fields, 'Assign', 'waited'), `{% $waited + ${seconds} %}`, task);
    }
    const witness = named(backup, 'TakeWitness');
    assert.equal(at(witness.fields, 'Assign', 'waited'), `{% $waited + ${secondsOf(witness)} %}`);
    // A Wait that nobody counts would be time that nobody bounds.
    const waits = backup.states.filter(({ type }) => type === 'Wait').map(({ name }) => name);
    assert.deepEqual(waits.sort(), ['WaitForCopy', 'WaitForProof', 'WaitForSnapshot']);
  });

  test('fit into the time of those that wait for them', () => {
    const nightly = machine('nightly-backup');
    const backup = Number(at(machine('backup-and-verify').definition, 'TimeoutSeconds'));
    const night = Number(at(nightly.definition, 'TimeoutSeconds'));
    assert.ok(
      backup < secondsOf(named(nightly, 'BackUpDatabase')) && secondsOf(named(nightly, 'BackUpDatabase')) < night,
    );
    const removal = machine('remove-copy');
    const removing = Number(at(removal.definition, 'TimeoutSeconds'));
    const deletion =
      boundOf(removal, 'IsDeleted', '$polls') * Number(at(named(removal, 'WaitForDeletion').fields, 'Seconds'));
    assert.ok(deletion < removing);
    for (const starter of ['backup-and-verify', 'prove-snapshot'])
      assert.ok(removing < secondsOf(named(machine(starter), 'RemoveCopy')), starter);
    const proof = Number(at(machine('prove-snapshot').definition, 'TimeoutSeconds'));
    const polls = boundOf(machine('backup-and-verify'), 'IsProofEnded', '$polls');
    assert.ok(proof < polls * Number(at(named(machine('backup-and-verify'), 'WaitForProof').fields, 'Seconds')));
  });

  test('that do not fit are reported', () => {
    const backup = machine('backup-and-verify');
    const longer = JSON.parse(JSON.stringify(backup).replaceAll('$waited > 61200', '$waited > 82800')) as Machine;
    assert.ok(sumOfBackup(longer) > Number(at(backup.definition, 'TimeoutSeconds')));
  });
});
