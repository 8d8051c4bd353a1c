import { copiesIn } from '../../shared/aws/rds/copies.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { handOverTo } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { CopySnapshotInput, CopySnapshotOutput } from '../../shared/contracts/backup-and-verify.ts';
import { restoreTags } from '../../shared/domain/resource/restore-tags.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import {
  InstanceNotFoundError,
  SnapshotCopyFailedError,
  SnapshotFailedError,
  SnapshotNotOursError,
} from '../../shared/errors.ts';
import { SecondBucketEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Copies a snapshot to another region under a key of that region, or reports how far the copy is; when it is there, its
 * witness follows. Called until it is ready. A second call is harmless: the copy bears the snapshot's name, so there is
 * one, and one of another execution is refused; the witness is the same again.
 */
export const copySnapshot = defineTask({
  input: CopySnapshotInput,
  output: CopySnapshotOutput,
  environment: SecondBucketEnvironment,
  deps: ({ SECOND_EVIDENCE_BUCKET: to }) => {
    const { evidenceBucket: from } = config();
    return { rds: makeRds(), copiesIn, witnessTo: (region: string) => handOverTo(region, { from, to }) };
  },
  async run({ executionName, snapshotId, witnessKey, sourceInstanceId, region, kmsKeyId }, deps) {
    const { rds, copiesIn, witnessTo } = deps;
    const copies = copiesIn(region);
    const copy = await copies.find(snapshotId);
    if (copy === undefined) {
      const [snapshot, source] = [await rds.findSnapshot(snapshotId), await rds.findInstance(sourceInstanceId)];
      if (snapshot?.status !== 'available') {
        throw new SnapshotFailedError(
          `snapshot '${snapshotId}' is '${snapshot?.status ?? 'missing'}', expected 'available'`,
        );
      }
      if (source === undefined) throw new InstanceNotFoundError(`instance '${sourceInstanceId}' does not exist`);
      const request = { sourceArn: snapshot.arn, id: snapshotId, kmsKeyId, tags: restoreTags(source) };
      const outcome = await copies.start(request);
      logger.info('copy asked for', { snapshotId, region, outcome });
      return { ready: false, status: outcome === 'queued' ? 'queued' : 'pending', percent: 0 };
    }
    const { status, percent } = copy;
    if (copy.tags[tagKeys.execution] !== executionName) {
      throw new SnapshotNotOursError(
        `snapshot '${snapshotId}' of ${region} belongs to execution '${copy.tags[tagKeys.execution] ?? 'none'}', not to '${executionName}'`,
        { hints: [`Look at the snapshot and its tags in the RDS console of ${region}.`] },
      );
    }
    if (!['pending', 'creating', 'copying', 'available'].includes(status)) {
      throw new SnapshotCopyFailedError(`copy '${snapshotId}' in ${region} is '${status}', expected 'available'`, {
        hints: [`Read the events of the snapshot in the RDS console of ${region}.`, 'Was the original deleted?'],
      });
    }
    if (status === 'available') await witnessTo(region)(witnessKey);
    return { ready: status === 'available', status, percent };
  },
});
export const { handler } = copySnapshot;
