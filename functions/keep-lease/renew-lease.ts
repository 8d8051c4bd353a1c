import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
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
import { promotionVerifiedKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { runLeasePass } from '../../shared/lease/lease-pass.ts';
import { readRegisters } from '../../shared/lease/registers.ts';
import { publishLease } from '../../shared/metrics/lease.ts';
import { publishPromotedEpoch } from '../../shared/metrics/promotion.ts';
import { isReplica } from '../../shared/pg/replication/replay.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { promotedEpoch } from '../../shared/rules/dns.ts';
import { holderOf, isSurelyNotKept, keptHere, type LeasedDatabase, leasedDatabases } from '../../shared/rules/lease.ts';

/** Databases whose registers are asked at a time: one that does not answer keeps none of the others waiting. */
const mostAtOnce = 20;

/**
 * One pass of the agent of each database: in the first region of its primary, in the second one of what a promotion has taken the
 * lease for, and of nothing else. A second call at the same time is harmless: each write is conditional on what
 * its own pass read, and a validity is never shortened or lengthened by a late update.
 */
export const renewLease = defineTask({
  input: RenewLeaseInput,
  output: RenewLeaseOutput,
  deps: () => {
    const { stage, region, evidenceBucket } = config();
    const policy = stagePolicy(operations(), stage);
    return {
      rds: makeRds(),
      secrets: makeSecrets(),
      store: makeObjectStore(evidenceBucket) as Pick<ObjectStore, 'getText'>,
      databases: leasedDatabases(policy),
      registersOf: (database: string) => registersOf(stage, policy, database, makeLeaseRegister),
      region,
      isFirst: region === policy.region,
      now: () => Date.now(),
    };
  },
  async run(_, { rds, secrets, store, databases, registersOf: registersFor, region, isFirst, now }) {
    const passOf = async ({ database, holder: first, policy, fence }: LeasedDatabase): Promise<LeasePassReport> => {
      const { mode } = policy.lease;
      const registers = registersFor(database);
      let holder = first;
      try {
        let instance: string | undefined = policy.instance;
        if (!isFirst) {
          const { readings } = await readRegisters(registers);
          const contents = [...readings.values()].map(({ content }) => content);
          instance = keptHere(region, contents);
          if (instance === undefined) {
            const unknown = `${contents.length} of three registers answer, and the lease may be kept here`;
            return nothing(database, holder, mode, 'standby', isSurelyNotKept(region, contents) ? null : unknown);
          }
          holder = holderOf(region, instance);
        }
        const target = await connectionTarget(
          { rds, secrets },
          { database: policy.database, secretArn: fence.secretArn },
          instance,
        );
        const options = { purpose: 'keeps the lease', statementTimeout: fenceStatementDeadline };
        return await withConnection(target, options, async (session) => {
          // The lease is taken before RDS is asked: until it has promoted the replica, nobody is to be let in.
          if (await isReplica(session)) return nothing(database, holder, mode, 'standby', null);
          return runLeasePass({ database, holder, mode, registers, session, now });
        });
      } catch (error) {
        const { name, message } = coerceError(error);
        logger.error('lease not renewed', { database, error: name, message });
        return nothing(database, holder, mode, 'failed', `${name}: ${message}`);
      }
    };
    const passes = await someAtOnce(databases, mostAtOnce, passOf);
    for (const pass of passes) {
      if (pass.mode !== 'off' && pass.did !== 'standby') publishLease(pass);
      logger.info('lease', pass);
    }
    for (const { database, policy } of isFirst ? [] : databases) {
      if (policy.dns === undefined) continue;
      const pass = passes.find((one) => one.database === database);
      // The name follows what a promotion has verified, and not what is on its way; and it goes back with the lease.
      const isVerified = pass?.accepts !== true || (await isSeen(store, promotionVerifiedKey(database, pass.epoch)));
      const epoch = isVerified === undefined ? undefined : promotedEpoch(pass, isVerified);
      if (epoch !== undefined) publishPromotedEpoch(database, epoch);
    }
    return { databases: passes };
  },
});
export const { handler } = renewLease;

/** Undefined when nobody knows: then nothing is published, and the name stays where it is. */
async function isSeen(store: Pick<ObjectStore, 'getText'>, key: string): Promise<boolean | undefined> {
  try {
    return (await store.getText(key)) !== undefined;
  } catch (error) {
    logger.warn('verified promotion not looked up', { key, error: coerceError(error).message });
    return undefined;
  }
}

const nothing = (
  database: string,
  holder: string,
  mode: LeasePassReport['mode'],
  did: 'standby' | 'failed',
  reason: string | null,
): LeasePassReport => ({
  ...{ database, holder, mode, did, reason },
  ...{ epoch: 0, accepts: false, secondsLeft: 0, registersRead: 0, registersWritten: 0 },
  ...{ silent: [], fenced: [], deadManSeconds: null },
});
