import { rdsIn } from '../../shared/aws/rds.ts';
import { TagSnapshotInput, TagSnapshotOutput } from '../../shared/contracts/backup-and-verify.ts';
import { proofTags, whyNotProvenHere } from '../../shared/domain/proof-tags.ts';
import { SnapshotFailedError, SnapshotNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Tells the verdict on the snapshot itself, where retention and the alarms read it, and only on one that this execution
 * made. A second call is harmless: it gives the same tags again.
 */
export const tagSnapshot = defineTask({
  input: TagSnapshotInput,
  output: TagSnapshotOutput,
  deps: () => ({ rdsIn }),
  async run({ executionName, database, snapshotId, region, ...proof }, { rdsIn }) {
    const rds = rdsIn(region);
    const snapshot = await rds.findSnapshot(snapshotId);
    if (snapshot === undefined) {
      throw new SnapshotFailedError(`snapshot '${snapshotId}' is 'missing', expected to be tagged`, {
        hints: ['Somebody deleted it after it was proven: look for the call in CloudTrail.'],
      });
    }
    const reason = whyNotProvenHere(snapshot, { executionName, database });
    if (reason !== undefined) {
      throw new SnapshotNotOursError(`snapshot '${snapshotId}' is not tagged: it ${reason}`, {
        hints: ['Look at the snapshot and its tags in the RDS console.', 'Start the workflow again under a new name.'],
      });
    }
    await rds.tagSnapshot(snapshot, proofTags(proof));
    logger.info('snapshot tagged', { snapshotId, region, verdict: proof.verdict });
    return { snapshotId };
  },
});
export const { handler } = tagSnapshot;
