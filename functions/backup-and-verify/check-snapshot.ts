import { makeRds } from '../../shared/aws/rds/instances.ts';
import { CheckSnapshotInput, CheckSnapshotOutput } from '../../shared/contracts/backup-and-verify.ts';
import { SnapshotFailedError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Reports whether a snapshot is available. Reads only, so a second call is harmless. */
export const checkSnapshot = defineTask({
  input: CheckSnapshotInput,
  output: CheckSnapshotOutput,
  deps: () => ({ rds: makeRds() }),
  async run({ snapshotId }, { rds }) {
    const snapshot = await rds.findSnapshot(snapshotId);
    const status = snapshot?.status ?? 'missing';
    if (status !== 'available' && status !== 'creating') {
      throw new SnapshotFailedError(`snapshot '${snapshotId}' is '${status}', expected 'available'`, {
        hints: ['Read the events of the snapshot in the RDS console.'],
      });
    }
    return { ready: status === 'available', status, percent: snapshot?.percent ?? 0 };
  },
});
export const { handler } = checkSnapshot;
