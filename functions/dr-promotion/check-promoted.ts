import { makeReplicas, type Replicas } from '../../shared/aws/rds/standby/replicas.ts';
import { CheckPromotedInput, CheckPromotedOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { isBadTerminalStatus } from '../../shared/domain/resource/instance-states.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { PromotionFailedError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Whether RDS has made the replica an instance of its own. Reads only, so a second call is harmless. */
export const checkPromoted = defineTask({
  input: CheckPromotedInput,
  output: CheckPromotedOutput,
  deps: () => ({ replicas: makeReplicas() as Pick<Replicas, 'find'> }),
  async run({ executionName, replicaId }, { replicas }) {
    const found = await replicas.find(replicaId);
    const status = found?.status ?? 'gone';
    if (found === undefined || isBadTerminalStatus(status))
      throw new PromotionFailedError(
        `'${replicaId}' is '${status}' after it was to be promoted, 'available' is required`,
        {
          hints: [
            'Take another way back: the recovery page of the database names them. The events of the instance say why.',
          ],
        },
      );
    // A promoted instance takes its first backup before it is called available, and can be written to meanwhile.
    const isReplica = found.sourceId !== undefined;
    return {
      isPromoted: !isReplica && ['available', 'backing-up'].includes(status),
      isReplica,
      isUntouched: isReplica && found.tags[tagKeys.promotedBy] !== executionName,
      status,
    };
  },
});
export const { handler } = checkPromoted;
