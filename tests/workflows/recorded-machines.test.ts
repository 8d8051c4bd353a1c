import assert from 'node:assert/strict';
import { makeExecution, runMachine } from '../../sandbox/asl/run-machine.ts';
import { StatesError } from '../../sandbox/asl/states-error.ts';
import type { TaskRunner } from '../../sandbox/asl/task-runner.ts';
import { eventTypes, fastClock, machine, noTasks } from '../asl/support.ts';
import type { MachineRow } from '../support/recorded/row.ts';
import { expressionRows, machineRows } from '../support/recorded/states.ts';

describe('an expression gives what AWS was measured to give', () => {
  for (const { case: name, output, input = {}, answer, recorded } of expressionRows) {
    test(`${name} (${recorded})`, async () => {
      const made = runMachine(machine({ P: { Type: 'Pass', Output: output, End: true } }), input, {
        tasks: noTasks,
        clock: fastClock,
      });
      if ('refused' in answer) {
        await assert.rejects(made, (error) => error instanceof Error && error.message.includes(answer.refused));
        return;
      }
      const result = await made;
      if ('output' in answer) {
        assert.deepEqual(result.output, answer.output, result.cause);
        return;
      }
      assert.equal(result.error, answer.error);
      assert.ok(result.cause?.includes(answer.cause ?? ''), result.cause);
    });
  }
});

describe('a machine does what AWS was recorded to do', () => {
  for (const row of machineRows) {
    test(`${row.case} (${row.recorded})`, () => checkMachine(row));
  }
});

async function checkMachine({ states, input = {}, tasks = {}, stopIn, answer }: MachineRow): Promise<void> {
  const options = {
    tasks: scripted(tasks),
    clock: fastClock,
    onEvent: ({
      stateEnteredEventDetails: entered,
    }: {
      stateEnteredEventDetails?: { name?: string | undefined } | undefined;
    }) => {
      if (stopIn !== undefined && entered?.name === stopIn) queueMicrotask(() => execution.abort());
    },
  };
  if (answer.refused !== undefined) {
    assert.throws(() => makeExecution(machine({ ...states }), input, options), new RegExp(answer.refused));
    return;
  }
  const execution = makeExecution(machine({ ...states }), input, options);
  await execution.run();
  const types = eventTypes(execution);
  if ('output' in answer) assert.deepEqual(execution.output, answer.output, execution.cause);
  if (answer.error !== undefined) assert.equal(execution.error, answer.error);
  if (answer.cause !== undefined) assert.ok(execution.cause?.includes(answer.cause), execution.cause);
  if (answer.events !== undefined) assert.ok(types.join(' ').includes(answer.events.join(' ')), types.join(' '));
  if (answer.withoutEvent !== undefined) assert.ok(!types.includes(answer.withoutEvent), types.join(' '));
}

function scripted({ errors = [], hang, result = null }: NonNullable<MachineRow['tasks']>): TaskRunner {
  let calls = 0;
  return async (_resource, _arguments, { signal }) => {
    const error = errors[calls];
    calls += 1;
    if (hang === true) {
      return await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    if (error !== undefined) throw new StatesError(error, 'by script');
    return result;
  };
}
