import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeRdsFailover } from '../../shared/aws/rds/standby/failover.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { CheckFailoverInput, CheckFailoverOutput } from '../../shared/contracts/failover-drill/failover-drill.ts';
import { openOf } from '../../shared/domain/dr/failover-open.ts';
import { coerceError } from '../../shared/errors.ts';
import { targetOf } from '../../shared/failover/read-facts.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { readConfirmed } from '../../shared/pg/failover/probe.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/** Whether the instance is back in its other zone, with its slots, and whoever read them goes on. Reads only. */
export const checkFailover = defineTask({
  input: CheckFailoverInput,
  output: CheckFailoverOutput,
  deps: () => ({
    ...{ rds: { ...makeRdsFailover(), findInstance: makeRds().findInstance }, secrets: makeSecrets() },
    ...{ policy: operations(), stage: config().stage },
  }),
  async run({ database, zone, rehearsal }, { rds, secrets, policy, stage }) {
    const found = databasePolicy(policy, stage, database);
    const instance = await rds.find(found.instance);
    const { lsn } = rehearsal;
    const slots =
      lsn === null
        ? undefined
        : await withConnection(
            await targetOf({ rds, secrets }, found),
            { purpose: 'checks a fail-over', readOnly: true },
            (client) => readConfirmed(client, lsn),
          ).catch((thrown: unknown) => {
            logger.warn('the server does not answer', { error: coerceError(thrown).message });
            return undefined;
          });
    const state = { status: instance?.status ?? 'gone', zone: instance?.zone ?? null };
    const open = openOf({ ...state, slots }, { zone, slots: rehearsal.slots });
    return { ...state, open, isDone: open.length === 0 };
  },
});
export const { handler } = checkFailover;
