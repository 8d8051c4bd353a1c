import assert from 'node:assert/strict';
import {
  CheckDeletedInput,
  CheckDeletedOutput,
  DeleteCopyInput,
  DeleteCopyOutput,
  RemoveCopyOutput,
} from '../../shared/contracts/remove-copy.ts';
import { fail, type TaskScripts, transients, workflowBench } from './workflow-support.ts';

const contracts = {
  deleteCopy: [DeleteCopyInput, DeleteCopyOutput],
  checkDeleted: [CheckDeletedInput, CheckDeletedOutput],
} as const;
type Scripts = TaskScripts<typeof contracts>;

const order = { executionName: 'proof-1', database: 'fantasy', attempt: 2, region: 'us-west-2' };
const { run, after, armsNotTaken } = workflowBench({
  workflow: 'remove-copy',
  contracts,
  soundInput: order,
  soundRun: {
    deleteCopy: ({ order }) => ({ instanceId: `copy-${order.attempt}`, deleting: true }),
    checkDeleted: () => ({ deleted: true, status: 'gone' }),
  },
});
const asked = ['DeleteCopy', 'CheckDeleted', 'IsDeleted'];
const going = () => ({ deleted: false, status: 'deleting' });

describe('remove-copy', () => {
  test('deletes the copy of the execution that it is given, where it is, and ends when it is gone', async () => {
    const { status, path, calls, output } = await run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path, ['Begin', ...asked, 'Removed']);
    assert.deepEqual(calls.deleteCopy, [{ order }]);
    assert.deepEqual(calls.checkDeleted, [{ instanceId: 'copy-2', region: 'us-west-2' }]);
    assert.deepEqual(RemoveCopyOutput.parse(output), { instanceId: 'copy-2' });
  });

  test('asks for the deletion again each time: RDS refuses it while an instance is being created', async () => {
    const { status, path } = await run(after('checkDeleted', 2, going));
    const again = [...asked, 'WaitForDeletion'];
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path, ['Begin', ...again, ...again, ...asked, 'Removed']);
  });

  test('gives up a copy that is not gone after 2 h, and says how it is', async () => {
    const { status, error, cause, calls, events } = await run({ checkDeleted: going });
    assert.deepEqual([status, error], ['FAILED', 'CleanUpTimedOut']);
    assert.equal(cause, 'copy copy-2 is deleting 2 h after its deletion was asked for');
    assert.equal(calls.deleteCopy.length, 241);
    assert.ok(events.length < 25_000, `${events.length} events`);
  });

  test('fails by the name of what refused the deletion, which is not asked for again', async () => {
    for (const task of ['deleteCopy', 'checkDeleted'] as const) {
      const { status, error, calls } = await run({ [task]: fail('InstanceNotOursError') });
      assert.deepEqual([status, error, calls[task].length], ['FAILED', 'InstanceNotOursError', 1]);
    }
  });

  for (const [wrong, input] of Object.entries({
    'no order at all': null,
    'an order without the execution': { ...order, executionName: undefined },
    'an order of an execution without a name': { ...order, executionName: '' },
    'an order without a word of the region': { ...order, region: undefined },
    'a field that nobody knows': { ...order, instanceId: 'fantasy-prod' },
  })) {
    test(`deletes nothing when it is given ${wrong}`, async () => {
      const { error, calls } = await run({}, { input, refusesInput: true });
      assert.deepEqual([error, calls.deleteCopy.length], ['InvalidInputError', 0]);
    });
  }

  test('survives what is transient', async () => {
    for (const [error, most] of Object.entries(transients)) {
      for (const task of ['deleteCopy', 'checkDeleted'] as const) {
        const survived = await run(after(task, most - 1, fail(error)));
        assert.equal(survived.status, 'SUCCEEDED', `${task} ${error}`);
        const lost = await run({ [task]: fail(error) } as Scripts);
        assert.deepEqual([lost.error, lost.calls[task].length], [error, most], task);
      }
    }
  });

  test('has no choice and no catcher that the tests above did not take', () => {
    assert.deepEqual(armsNotTaken(), []);
  });
});
