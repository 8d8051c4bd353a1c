import { connectionTarget } from '../aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../aws/rds/instances.ts';
import { makeRdsRemedies, type RdsRemedies } from '../aws/rds/remedies.ts';
import { makeLeaseRegister } from '../aws/s3/lease-register.ts';
import { makeSecrets, type Secrets } from '../aws/secrets.ts';
import type { RemedyCandidate } from '../contracts/remediation/remediation.ts';
import { remedyDeadline } from '../deadlines.ts';
import { servedElsewhere } from '../domain/remediation/served-elsewhere.ts';
import { MissingPrivilegeError } from '../errors.ts';
import { registersOf } from '../lease/lease-of.ts';
import { type Registers, readRegisters } from '../lease/registers.ts';
import { withConnection } from '../pg/session/connect.ts';
import { databasePolicy, stagePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { leasedDatabases } from '../rules/lease.ts';
import { secretOf } from '../rules/remediation.ts';
import type { RemedyContext } from './remedy.ts';

export type RemedyDeps = {
  readonly rds: Pick<Rds, 'findInstance'>;
  readonly remedies: RdsRemedies;
  readonly secrets: Secrets;
  readonly registersFor: (database: string) => Registers;
  readonly policy: Operations;
  readonly stage: StageName;
};

export const remedyDeps = (policy: Operations, stage: StageName): RemedyDeps => ({
  rds: makeRds(),
  remedies: makeRdsRemedies(),
  secrets: makeSecrets(),
  registersFor: (database) => registersOf(stage, stagePolicy(policy, stage), database, makeLeaseRegister),
  policy,
  stage,
});

export function remedyContext(
  { remedy, database, instanceId, role }: RemedyCandidate,
  deps: RemedyDeps,
): RemedyContext {
  const { policy, stage, remedies } = deps;
  const own = databasePolicy(policy, stage, database);
  return {
    ...{
      database,
      instanceId,
      role,
      policy: own,
      rule: policy.remediation,
      prices: policy.costs.prices,
      rds: remedies,
    },
    async servedElsewhere() {
      for (const { database, holder, policy: leased } of leasedDatabases(stagePolicy(policy, stage))) {
        const registers = deps.registersFor(database);
        if (leased.instance !== instanceId || leased.lease.mode === 'off' || registers.size === 0) continue;
        const { readings, silent } = await readRegisters(registers);
        const contents = [...readings.values()].map(({ content }) => content);
        const seen = { database, own: holder, contents, silent: silent.map(({ region }) => region) };
        const reason = servedElsewhere(seen);
        if (reason !== undefined) return reason;
      }
      return undefined;
    },
    async inSession(work) {
      const secretArn = secretOf(own, remedy);
      if (secretArn === undefined) {
        throw new MissingPrivilegeError(`database '${database}' names no role for remedy '${remedy}'`, {
          hints: ['Bootstrap its capability, and name the secret of it in operations.yml.'],
        });
      }
      const target = await connectionTarget(deps, { ...own, secretArn }, instanceId);
      return await withConnection(target, { purpose: `remedy ${remedy}`, statementTimeout: remedyDeadline }, work);
    },
  };
}
