import { makeSides, OldPrimaryNotOursError, type SideInstances } from '../../shared/aws/rds/sides.ts';
import { SetAsideOldInput, SetAsideOldOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { InstanceNotFoundError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Lets the old primary make room for the replica that takes its name: it is tagged, protected from deletion and renamed, and stays for ever
 * as it is. A second call is harmless: it looks by its resource id, which no rename changes, how far the first one came.
 */
export const setAsideOld = defineTask({
  input: SetAsideOldInput,
  output: SetAsideOldOutput,
  deps: () => ({ sides: makeSides() as Pick<SideInstances, 'find' | 'tag' | 'setAside'> }),
  async run({ executionName, database, replicaId, old, asideId }, { sides }) {
    const aside = await sides.find(asideId);
    if (aside !== undefined) {
      if (aside.tags[tagKeys.setAsideOf] !== database || (old !== null && aside.resourceId !== old.resourceId))
        throw new OldPrimaryNotOursError(
          `'${asideId}' is not the old primary of '${database}' that was to be called so`,
        );
      return { isSetAside: aside.status === 'available', status: aside.status };
    }
    const named = await sides.find(replicaId);
    // While it gets its new name RDS knows it by neither.
    if (named === undefined) return { isSetAside: false, status: 'renaming' };
    if (old === null || named.resourceId !== old.resourceId || named.sourceId !== undefined)
      throw new OldPrimaryNotOursError(
        `'${replicaId}' is resource '${named.resourceId}'${named.sourceId === undefined ? '' : `, a replica of '${named.sourceId}'`}, and '${old?.resourceId ?? 'none'}', no replica, is required`,
      );
    if (named.status !== 'available') {
      if (named.status === 'deleting')
        throw new InstanceNotFoundError(`the old primary '${replicaId}' is being deleted`);
      return { isSetAside: false, status: named.status };
    }
    await sides.tag(named.arn, { [tagKeys.setAsideBy]: executionName, [tagKeys.setAsideOf]: database });
    const isAsked = await sides.setAside(replicaId, asideId);
    logger.info('old primary set aside', { instance: replicaId, asideId, isAsked });
    return { isSetAside: false, status: isAsked ? 'renaming' : named.status };
  },
});
export const { handler } = setAsideOld;
