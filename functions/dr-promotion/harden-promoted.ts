import { type Hardening, makeReplicas, type Replicas } from '../../shared/aws/rds/standby/replicas.ts';
import { HardenPromotedInput, HardenPromotedOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { ReplicaNotOursError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

const backupRetentionDays = 7;

/**
 * Gives the promoted instance what its primary had: backups, deletion protection, a standby. A second call is harmless: what is there
 * already is not changed again.
 */
export const hardenPromoted = defineTask({
  input: HardenPromotedInput,
  output: HardenPromotedOutput,
  deps: () => ({ replicas: makeReplicas() as Pick<Replicas, 'find' | 'harden'> }),
  async run({ database, replicaId, isMultiAz }, { replicas }) {
    const found = await replicas.find(replicaId);
    if (found?.tags[tagKeys.replicaOf] !== database)
      throw new ReplicaNotOursError(`'${replicaId}' does not bear the tag ${tagKeys.replicaOf}=${database}`);
    const change: Hardening = {
      ...(found.backupRetentionDays < backupRetentionDays ? { backupRetentionDays } : {}),
      ...(isMultiAz && !found.isMultiAz ? { isMultiAz: true } : {}),
      ...(found.isDeletionProtected ? {} : { isDeletionProtected: true }),
    };
    const changed = Object.keys(change);
    if (changed.length > 0) await replicas.harden(replicaId, change);
    return { changed };
  },
});
export const { handler } = hardenPromoted;
