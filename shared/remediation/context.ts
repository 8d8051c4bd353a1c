import { connectionTarget } from '../aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../aws/rds/instances.ts';
import { makeRdsRemedies, type RdsRemedies } from '../aws/rds/remedies.ts';
import { makeSecrets, type Secrets } from '../aws/secrets.ts';
import type { RemedyCandidate } from '../contracts/remediation/remediation.ts';
import { remedyDeadline } from '../deadlines.ts';
import { MissingPrivilegeError } from '../errors.ts';
import { withConnection } from '../pg/session/connect.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { secretOf } from '../rules/remediation.ts';
import type { RemedyContext } from './remedy.ts';

export type RemedyDeps = {
  readonly rds: Pick<Rds, 'findInstance'>;
  readonly remedies: RdsRemedies;
  readonly secrets: Secrets;
  readonly policy: Operations;
  readonly stage: StageName;
};

export const remedyDeps = (policy: Operations, stage: StageName): RemedyDeps => ({
  rds: makeRds(),
  remedies: makeRdsRemedies(),
  secrets: makeSecrets(),
  policy,
  stage,
});

export function remedyContext({ remedy, database, instanceId }: RemedyCandidate, deps: RemedyDeps): RemedyContext {
  const { policy, stage, remedies } = deps;
  const own = databasePolicy(policy, stage, database);
  return {
    ...{ database, instanceId, policy: own, rule: policy.remediation, prices: policy.costs.prices, rds: remedies },
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
