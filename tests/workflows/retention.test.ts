import assert from 'node:assert/strict';
import { StoreRecordInput, StoreRecordOutput } from '../../shared/contracts/outcome.ts';
import {
  DeleteSnapshotInput,
  DeleteSnapshotOutput,
  PlanRetentionInput,
  PlanRetentionOutput,
  RetentionRecord,
} from '../../shared/contracts/retention.ts';
import { fail, workflowBench } from './workflow-support.ts';

const deletions = ['gd-backup-a-1-1', 'gd-backup-b-1-1', 'gd-backup-c-1-1'].map((snapshotId) => ({
  region: 'us-west-2',
  snapshotId,
  database: 'fantasy',
  reason: 'is 9 days old and not the last of its month',
}));

type Snapshot = { readonly region: string; readonly snapshotId: string };

const { run, armsNotTaken } = workflowBench({
  workflow: 'retention',
  contracts: {
    planRetention: [PlanRetentionInput, PlanRetentionOutput],
    deleteSnapshot: [DeleteSnapshotInput, DeleteSnapshotOutput],
    storeRecord: [StoreRecordInput, StoreRecordOutput],
  } as const,
  soundInput: {},
  soundRun: {
    planRetention: () => ({ planKey: 'retention/run-1/plan.json', deletions }),
    deleteSnapshot: ({ region, snapshotId }: Snapshot) => ({
      region,
      snapshotId,
      deleted: true,
      reason: 'is 9 days old',
    }),
    storeRecord: ({ record }) => {
      const { deletions: made, failure } = RetentionRecord.parse(record);
      return {
        summary: 'reported',
        recordKey: 'retention/run-1/record.json',
        isComplete: failure === null && made.every(({ error }) => error === null),
      };
    },
  },
});

type Calls = Awaited<ReturnType<typeof run>>['calls'];
const recordsOf = ({ storeRecord }: Calls) => storeRecord.map(({ record }) => RetentionRecord.parse(record));

describe('retention', () => {
  test('plans, deletes one after the other what is planned, and records what became of it', async () => {
    const { status, path, calls } = await run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path.slice(0, 2), ['PlanRetention', 'DeletePlanned']);
    assert.deepEqual(calls.deleteSnapshot, deletions);
    assert.deepEqual(calls.storeRecord, [
      {
        executionName: 'run-1',
        record: {
          workflow: 'retention',
          planKey: 'retention/run-1/plan.json',
          deletions: deletions.map(({ region, snapshotId }) => ({
            region,
            snapshotId,
            deleted: true,
            reason: 'is 9 days old',
            error: null,
          })),
          failure: null,
        },
      },
    ]);
  });

  test('has nothing to delete on a quiet day, and succeeds', async () => {
    const { status, calls } = await run({ planRetention: () => ({ planKey: 'plan', deletions: [] }) });
    assert.deepEqual([status, calls.deleteSnapshot], ['SUCCEEDED', []]);
  });

  test('goes on to the next snapshot when one cannot be deleted, and fails in the end', async () => {
    const { status, error, calls } = await run({
      deleteSnapshot: ({ region, snapshotId }: Snapshot) =>
        snapshotId === 'gd-backup-b-1-1'
          ? fail('AccessDeniedError')()
          : { region, snapshotId, deleted: true, reason: 'is 9 days old' },
    });
    assert.deepEqual([status, error], ['FAILED', 'RetentionIncomplete']);
    const [recorded] = recordsOf(calls);
    assert.deepEqual(
      recorded?.deletions.map((deletion) => deletion.error),
      [null, 'AccessDeniedError', null],
    );
  });

  test('tries a throttled deletion again', async () => {
    const { status, calls } = await run({
      deleteSnapshot: ({ region, snapshotId }: Snapshot, call) =>
        call <= 2 ? fail('AwsUnavailableError')() : { region, snapshotId, deleted: true, reason: 'is 9 days old' },
    });
    assert.deepEqual([status, calls.deleteSnapshot.length], ['SUCCEEDED', 5]);
  });

  test('deletes nothing when it could not plan, and records why', async () => {
    const { status, error, calls } = await run({ planRetention: fail('AccessDeniedError') });
    assert.deepEqual([status, error, calls.deleteSnapshot], ['FAILED', 'RetentionIncomplete', []]);
    const [recorded] = recordsOf(calls);
    assert.deepEqual(
      [recorded?.planKey, recorded?.failure?.state, recorded?.failure?.error],
      [null, 'PlanRetention', 'AccessDeniedError'],
    );
  });

  test('fails by name when its record cannot be stored', async () => {
    const { status, error, cause } = await run({ storeRecord: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'RetentionIncomplete']);
    assert.match(cause ?? '', /could not be stored: AccessDeniedError/);
  });

  test('every transition was taken', () => assert.deepEqual(armsNotTaken(), []));
});
