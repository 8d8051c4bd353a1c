import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { TagSnapshotInput, TagSnapshotOutput } from '../../shared/contracts/backup-and-verify.ts';
import { proofTags, whyNotProvenHere } from '../../shared/domain/backup/proof-tags.ts';
import { type Tags, tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { SnapshotFailedError, SnapshotNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Reports the verdict on what was restored, the snapshot or its copy, where retention and the alarms read it; and on the
 * other one that its twin has it. Only on those that this execution made. A second call is harmless: it gives the same tags again.
 */
export const tagSnapshot = defineTask({
  input: TagSnapshotInput,
  output: TagSnapshotOutput,
  deps: () => ({ rdsIn }),
  async run({ executionName, database, snapshotId, region, provenIn, copiedTo, ...proof }, { rdsIn }) {
    const run = { executionName, database };
    await tag(rdsIn(provenIn), snapshotId, run, proofTags(proof));
    if (provenIn !== region) await tag(rdsIn(region), snapshotId, run, { [tagKeys.copyVerdict]: proof.verdict });
    else if (copiedTo !== null) await tag(rdsIn(copiedTo), snapshotId, run, { [tagKeys.originVerdict]: proof.verdict });
    logger.info('snapshot tagged', { snapshotId, region, provenIn, copiedTo, verdict: proof.verdict });
    return { snapshotId };
  },
});
export const { handler } = tagSnapshot;

async function tag(
  rds: Pick<Rds, 'findSnapshot' | 'tagSnapshot'>,
  snapshotId: string,
  run: { readonly executionName: string; readonly database: string },
  tags: Tags,
): Promise<void> {
  const snapshot = await rds.findSnapshot(snapshotId);
  if (snapshot === undefined) {
    throw new SnapshotFailedError(`snapshot '${snapshotId}' is 'missing', expected to be tagged`, {
      hints: ['Somebody deleted it after it was proven: look for the call in CloudTrail.'],
    });
  }
  const reason = whyNotProvenHere(snapshot, run);
  if (reason !== undefined) {
    throw new SnapshotNotOursError(`snapshot '${snapshotId}' is not tagged: it ${reason}`, {
      hints: [
        `Look at '${snapshot.arn}' and its tags in the RDS console.`,
        'Start the workflow again under a new name.',
      ],
    });
  }
  await rds.tagSnapshot(snapshot, tags);
}
