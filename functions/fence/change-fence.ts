import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { ChangeFenceInput, ChangeFenceOutput } from '../../shared/contracts/fence/fence.ts';
import { fenceStatementDeadline } from '../../shared/deadlines.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import {
  endSessions,
  fenceFaults,
  liftFence,
  putUpFence,
  readLease,
  refuseLeaks,
} from '../../shared/pg/fence/fence-session.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { operations } from '../../shared/policy/operations.ts';
import { askedFence } from '../../shared/rules/asked-fence.ts';

/**
 * Keeps the applications of a database out, or lets them in again, for a person. What would leak is refused before anything is
 * done. A second call is harmless: what is up stays up as it is, what was lifted is lifted, and a fence of a newer epoch stays.
 */
export const changeFence = defineTask({
  input: ChangeFenceInput,
  output: ChangeFenceOutput,
  deps: () => ({ rds: makeRds(), secrets: makeSecrets(), policy: operations(), stage: config().stage }),
  async run({ request: asked }, { rds, secrets, policy, stage }) {
    const { request, found, fence } = askedFence(asked, policy, stage);
    const { database, instance: instanceId } = found;
    const target = await connectionTarget({ rds, secrets }, { database, secretArn: fence.secretArn }, instanceId);
    const options = { purpose: 'fences', statementTimeout: fenceStatementDeadline };
    return await withConnection(target, options, async (session) => {
      const common = { database: request.database, instanceId, action: request.action };
      if (request.action === 'lift') {
        const roles = [...(await liftFence(session, request.epoch))];
        const { fenced } = await readLease(session);
        logger.info('fence lifted', { ...common, roles, fenced });
        return { ...common, epoch: request.epoch, roles, keptOut: [...fenced], sessionsEnded: 0 };
      }
      refuseLeaks(await fenceFaults(session), instanceId);
      const { epoch: held } = await readLease(session);
      const { roles, ended } = await putUpFence(session, { epoch: held, byPerson: true });
      const ofMaster = request.endMaster === true ? await endSessions(session, true) : 0;
      const { fencedEpoch: epoch, fenced } = await readLease(session);
      logger.info('fence put up', { ...common, epoch, roles });
      return { ...common, epoch, roles: [...roles], keptOut: [...fenced], sessionsEnded: ended + ofMaster };
    });
  },
});
export const { handler } = changeFence;
