import { makeSides, RebuildFailedError, type SideInstances } from '../../shared/aws/rds/sides.ts';
import { RebuildReplicaInput, RebuildReplicaOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { isBadTerminalStatus } from '../../shared/domain/resource/instance-states.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { InstanceNotFoundError, ReplicaNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * The read replica of the primary of today that takes the name of the old one, in its network, with its key, class and parameters. A second
 * call is harmless: it finds what the first one has begun.
 */
export const rebuildReplica = defineTask({
  input: RebuildReplicaInput,
  output: RebuildReplicaOutput,
  deps: () => ({ sides: makeSides() as Pick<SideInstances, 'find' | 'makeReplica'> }),
  async run({ executionName, database, replicaId, primaryArn, asideId }, { sides }) {
    const found = await sides.find(replicaId);
    if (found !== undefined) {
      if (found.sourceId !== primaryArn || found.tags[tagKeys.replicaOf] !== database)
        throw new ReplicaNotOursError(
          `'${replicaId}' is a replica of '${found.sourceId ?? 'nothing'}', one of '${primaryArn}' with the tag ${tagKeys.replicaOf}=${database} is required`,
        );
      if (isBadTerminalStatus(found.status))
        throw new RebuildFailedError(`'${replicaId}' is '${found.status}', an available replica is required`, {
          hints: ['Its events say why. Delete the replica and start this again; the old primary stays set aside.'],
        });
      return { isAvailable: found.status === 'available', status: found.status };
    }
    const old = await sides.find(asideId);
    if (old === undefined)
      throw new InstanceNotFoundError(
        `the old primary '${asideId}' is gone, and with it where its replica is to stand`,
      );
    const isMade = await sides.makeReplica(replicaId, primaryArn, old.place, {
      [tagKeys.replicaOf]: database,
      [tagKeys.workflow]: 'dr-failback',
      [tagKeys.execution]: executionName,
    });
    logger.info('replica asked', { replica: replicaId, source: primaryArn, isMade });
    return { isAvailable: false, status: 'creating' };
  },
});
export const { handler } = rebuildReplica;
