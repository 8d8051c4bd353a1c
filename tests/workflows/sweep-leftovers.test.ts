import assert from 'node:assert/strict';
import { StoreRecordInput, StoreRecordOutput } from '../../shared/contracts/outcome.ts';
import {
  DeleteLeftoverInput,
  DeleteLeftoverOutput,
  FindLeftoversInput,
  FindLeftoversOutput,
  SweepRecord,
} from '../../shared/contracts/sweep-leftovers.ts';
import { fail, workflowBench } from './workflow-support.ts';

const leftover = (instanceId: string, kind: 'expired' | 'suspect') => ({
  instanceId,
  kind,
  executionName: 'night-1',
  reason: kind === 'expired' ? 'expired at 2026-01-01T06:00:00Z' : 'lacks the tag pg-gameday:made-by=pg-gameday',
});
const expired = ['gd-copy-a-1-1', 'gd-copy-b-1-1'].map((id) => leftover(id, 'expired'));

type Instance = { readonly instanceId: string };

const { run, armsNotTaken } = workflowBench({
  workflow: 'sweep-leftovers',
  contracts: {
    findLeftovers: [FindLeftoversInput, FindLeftoversOutput],
    deleteLeftover: [DeleteLeftoverInput, DeleteLeftoverOutput],
    storeRecord: [StoreRecordInput, StoreRecordOutput],
  } as const,
  soundInput: {},
  soundRun: {
    findLeftovers: () => ({ expired, suspects: [] }),
    deleteLeftover: ({ instanceId }: Instance) => ({ instanceId, deleting: true, reason: 'expired' }),
    storeRecord: ({ record }) => {
      const { removals, suspects, failure } = SweepRecord.parse(record);
      return {
        summary: 'reported',
        recordKey: 'sweep-leftovers/run-1/record.json',
        isComplete: failure === null && suspects.length === 0 && removals.every(({ error }) => error === null),
      };
    },
  },
});

type Calls = Awaited<ReturnType<typeof run>>['calls'];
const recordsOf = ({ storeRecord }: Calls) => storeRecord.map(({ record }) => SweepRecord.parse(record));

describe('sweep-leftovers', () => {
  test('deletes each copy that expired, and records it', async () => {
    const { status, calls } = await run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(
      calls.deleteLeftover,
      expired.map(({ instanceId }) => ({ instanceId })),
    );
    assert.deepEqual(recordsOf(calls)[0]?.removals.length, 2);
  });

  test('leaves a suspect alone, and fails so that a person looks at it', async () => {
    const suspects = [leftover('gd-copy-by-hand', 'suspect')];
    const { status, error, calls } = await run({ findLeftovers: () => ({ expired: [], suspects }) });
    assert.deepEqual([status, error], ['FAILED', 'SweepIncomplete']);
    assert.deepEqual(calls.deleteLeftover, []);
    assert.deepEqual(recordsOf(calls)[0]?.suspects, suspects);
  });

  test('goes on to the next copy when one cannot be deleted', async () => {
    const { status, error, calls } = await run({
      deleteLeftover: ({ instanceId }: Instance) =>
        instanceId === 'gd-copy-a-1-1'
          ? fail('AccessDeniedError')()
          : { instanceId, deleting: true, reason: 'expired' },
    });
    assert.deepEqual([status, error], ['FAILED', 'SweepIncomplete']);
    assert.deepEqual(
      recordsOf(calls)[0]
        ?.removals.map((removal) => removal.error)
        .sort(),
      ['AccessDeniedError', null].sort(),
    );
  });

  test('records that it could not look, and deletes nothing', async () => {
    const { status, calls } = await run({ findLeftovers: fail('AccessDeniedError') });
    assert.deepEqual([status, calls.deleteLeftover], ['FAILED', []]);
    const [recorded] = recordsOf(calls);
    assert.equal(recorded?.failure?.state, 'FindLeftovers');
  });

  test('fails by name when the sweep cannot be recorded', async () => {
    const { status, error, cause } = await run({ storeRecord: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'SweepIncomplete']);
    assert.match(cause ?? '', /could not be recorded: AccessDeniedError/);
  });

  test('every transition was taken', () => assert.deepEqual(armsNotTaken(), []));
});
