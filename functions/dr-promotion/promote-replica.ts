import { promoteOnce } from '../../shared/aws/rds/standby/promote-once.ts';
import { makeReplicas, type Replicas } from '../../shared/aws/rds/standby/replicas.ts';
import { PromoteReplicaInput, PromoteReplicaOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { partedAtTag } from '../../shared/domain/dr/parted-at.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { ReplicaNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/** As many days as the doctor asks of a source. */
const backupRetentionDays = 7;

/**
 * Makes the replica an instance of its own; there is no way back. Looks once more whether it is a replica of the primary and bears
 * the tag that a person has given it. A second call is harmless: what this execution has promoted is no replica any more.
 */
export const promoteReplica = defineTask({
  input: PromoteReplicaInput,
  output: PromoteReplicaOutput,
  deps: () => ({ replicas: makeReplicas() as Pick<Replicas, 'find' | 'tag' | 'promote'> }),
  async run({ executionName, database, primary: { region, instanceId }, replicaId, snapshot }, { replicas }) {
    const found = await replicas.find(replicaId);
    const isAllowed = found?.tags[tagKeys.replicaOf] === database;
    const wasAsked = found?.tags[tagKeys.promotedBy] === executionName;
    if (found !== undefined && isAllowed && wasAsked && found.sourceId === undefined) return { replicaId };
    const isReplica = found?.sourceId?.split(':')[3] === region && found.sourceId.endsWith(`:db:${instanceId}`);
    if (found === undefined || !isAllowed || !isReplica)
      throw new ReplicaNotOursError(
        `'${replicaId}' is ${found === undefined ? 'not there' : `a replica of '${found.sourceId ?? 'nothing'}' with the tag ${tagKeys.replicaOf}=${found.tags[tagKeys.replicaOf] ?? ''}`}, one of '${instanceId}' in ${region} with the tag ${tagKeys.replicaOf}=${database} is required`,
      );
    const tags = snapshot === null ? {} : { [tagKeys.partedAt]: partedAtTag(snapshot) };
    await promoteOnce(replicas, found, { executionName, backupRetentionDays, tags });
    logger.info('promotion asked', { replica: replicaId });
    return { replicaId };
  },
});
export const { handler } = promoteReplica;
