import assert from 'node:assert/strict';
import {
  DeleteSnapshotInput,
  DeleteSnapshotOutput,
  PlanRetentionInput,
  PlanRetentionOutput,
  RecordRetentionInput,
  RecordRetentionOutput,
} from '../../shared/contracts/retention.ts';
import { fail, scriptedMachine } from './scripted-machine.ts';

const deletions = ['gd-backup-a-1-1', 'gd-backup-b-1-1', 'gd-backup-c-1-1'].map((snapshotId) => ({
  region: 'us-west-2',
  snapshotId,
  database: 'fantasy',
  reason: 'is 9 days old and not the last of its month',
}));

type Snapshot = { readonly region: string; readonly snapshotId: string };
type Recorded = { readonly deletions: readonly { readonly error: string | null }[]; readonly failure: unknown };

const run = scriptedMachine(
  'retention',
  {
    planRetention: [PlanRetentionInput, PlanRetentionOutput],
    deleteSnapshot: [DeleteSnapshotInput, DeleteSnapshotOutput],
    recordRetention: [RecordRetentionInput, RecordRetentionOutput],
  },
  {
    planRetention: () => ({ planKey: 'retention/run-1/plan.json', deletions }),
    deleteSnapshot: ({ region, snapshotId }: Snapshot) => ({
      region,
      snapshotId,
      deleted: true,
      reason: 'is 9 days old',
    }),
    recordRetention: ({ deletions: made, failure }: Recorded) => ({
      summary: 'reported',
      recordKey: 'retention/run-1/record.json',
      isComplete: failure === null && made.every(({ error }) => error === null),
    }),
  },
);

describe('retention', () => {
  test('plans, deletes one after the other what is planned, and records what became of it', async () => {
    const { status, path, calls } = await run({});
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path.slice(0, 2), ['PlanRetention', 'DeletePlanned']);
    assert.deepEqual(calls.deleteSnapshot, deletions);
    assert.deepEqual(calls.recordRetention, [
      {
        executionName: 'run-1',
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
    ]);
  });

  test('has nothing to delete on a quiet day, and succeeds', async () => {
    const { status, calls } = await run({}, { planRetention: () => ({ planKey: 'plan', deletions: [] }) });
    assert.deepEqual([status, calls.deleteSnapshot], ['SUCCEEDED', []]);
  });

  test('goes on to the next snapshot when one cannot be deleted, and fails in the end', async () => {
    const { status, error, calls } = await run(
      {},
      {
        deleteSnapshot: ({ region, snapshotId }: Snapshot) =>
          snapshotId === 'gd-backup-b-1-1'
            ? fail('AccessDeniedError')()
            : { region, snapshotId, deleted: true, reason: 'is 9 days old' },
      },
    );
    assert.deepEqual([status, error], ['FAILED', 'RetentionIncomplete']);
    const [recorded] = calls.recordRetention as Recorded[];
    assert.deepEqual(
      recorded?.deletions.map((deletion) => deletion.error),
      [null, 'AccessDeniedError', null],
    );
  });

  test('tries a throttled deletion again', async () => {
    const { status, calls } = await run(
      {},
      {
        deleteSnapshot: ({ region, snapshotId }: Snapshot, call) =>
          call <= 2 ? fail('AwsUnavailableError')() : { region, snapshotId, deleted: true, reason: 'is 9 days old' },
      },
    );
    assert.deepEqual([status, calls.deleteSnapshot.length], ['SUCCEEDED', 5]);
  });

  test('deletes nothing when it could not plan, and records why', async () => {
    const { status, error, calls } = await run({}, { planRetention: fail('AccessDeniedError') });
    assert.deepEqual([status, error, calls.deleteSnapshot], ['FAILED', 'RetentionIncomplete', []]);
    const [recorded] = calls.recordRetention as unknown as [
      { planKey: null; failure: { state: string; error: string } },
    ];
    assert.deepEqual(
      [recorded.planKey, recorded.failure.state, recorded.failure.error],
      [null, 'PlanRetention', 'AccessDeniedError'],
    );
  });

  test('fails by name when its record cannot be stored', async () => {
    const { status, error, cause } = await run({}, { recordRetention: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'RetentionIncomplete']);
    assert.match(cause ?? '', /could not be stored: AccessDeniedError/);
  });

  test('every transition was taken', () => assert.deepEqual(run.armsNotTaken(), []));
});
