import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import {
  type LeasePassReport,
  RenewLeaseInput,
  RenewLeaseOutput,
} from '../../shared/contracts/keep-lease/keep-lease.ts';
import { fenceStatementDeadline } from '../../shared/deadlines.ts';
import { coerceError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { runLeasePass } from '../../shared/lease/lease-pass.ts';
import { publishLease } from '../../shared/metrics/lease.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { type LeasedDatabase, leasedDatabases, leaseKey, registerPlaces } from '../../shared/rules/lease.ts';

/** Databases whose registers are asked at a time: one that does not answer keeps none of the others waiting. */
const mostAtOnce = 20;

/**
 * One pass of the agent of each database. A second call at the same time is harmless: each write is conditional on what
 * its own pass read, and a validity is never shortened or lengthened by a late update.
 */
export const renewLease = defineTask({
  input: RenewLeaseInput,
  output: RenewLeaseOutput,
  deps: () => {
    const { stage } = config();
    const policy = stagePolicy(operations(), stage);
    return {
      rds: makeRds(),
      secrets: makeSecrets(),
      places: registerPlaces(stage, policy),
      databases: leasedDatabases(policy),
      registerAt: makeLeaseRegister,
      now: () => Date.now(),
    };
  },
  async run(_, { rds, secrets, places, databases, registerAt, now }) {
    const passOf = async ({ database, holder, policy, fence }: LeasedDatabase): Promise<LeasePassReport> => {
      const { mode } = policy.lease;
      try {
        const target = await connectionTarget(
          { rds, secrets },
          { database: policy.database, secretArn: fence.secretArn },
          policy.instance,
        );
        const options = { purpose: 'keeps the lease', statementTimeout: fenceStatementDeadline };
        return await withConnection(target, options, (session) => {
          const registers = new Map(places.map((place) => [place.region, registerAt(place, leaseKey(database))]));
          return runLeasePass({ database, holder, mode, registers, session, now });
        });
      } catch (error) {
        const { name, message } = coerceError(error);
        logger.error('lease not renewed', { database, error: name, message });
        return failed(database, holder, mode, `${name}: ${message}`);
      }
    };
    const passes = await someAtOnce(databases, mostAtOnce, passOf);
    for (const pass of passes) {
      if (pass.mode !== 'off') publishLease(pass);
      logger.info('lease', pass);
    }
    return { databases: passes };
  },
});
export const { handler } = renewLease;

const failed = (database: string, holder: string, mode: LeasePassReport['mode'], reason: string): LeasePassReport => ({
  ...{ database, holder, mode, reason },
  did: 'failed',
  ...{ epoch: 0, accepts: false, secondsLeft: 0, registersRead: 0, registersWritten: 0 },
  ...{ silent: [], fenced: [], deadManSeconds: null },
});
