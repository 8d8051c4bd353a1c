import { config } from '../../config.ts';
import type { Digests } from '../../contracts/stored-object.ts';
import type {
  Finding,
  Rung,
  RungName,
  RungReport,
  RungStatus,
  VerificationInput,
} from '../../contracts/verification.ts';
import type { ConnectionTarget } from '../../pg/session/connect.ts';
import { databasePolicy, operations } from '../../policy/operations.ts';
import type { DatabasePolicy, Operations } from '../../policy/schema.ts';
import { connectionTarget } from '../rds/connection-target.ts';
import { makeRds, type Rds } from '../rds/instances.ts';
import { makeObjectStore, type ObjectStore } from '../s3/object-store.ts';
import { makeSecrets, type Secrets } from '../secrets.ts';
import { sha256Of } from '../sha256.ts';

/** What every verifying task needs. */
export type VerificationDeps = {
  readonly rds: Pick<Rds, 'findInstance'>;
  readonly secrets: Secrets;
  readonly store: ObjectStore;
  readonly policy: Operations;
  readonly stage: string;
};

export const verificationDeps = (): VerificationDeps => ({
  rds: makeRds(),
  secrets: makeSecrets(),
  store: makeObjectStore(config().evidenceBucket),
  policy: operations(),
  stage: config().stage,
});

export async function copyTarget(
  deps: VerificationDeps,
  { database, instanceId }: VerificationInput,
): Promise<{ target: ConnectionTarget; database: DatabasePolicy }> {
  const policy = databasePolicy(deps.policy, deps.stage, database);
  return { target: await connectionTarget(deps, policy, instanceId), database: policy };
}

/** A rung's status follows from its findings. */
export function rung(name: RungName, findings: readonly Finding[], passed: string): Rung {
  const failed = findings.filter(({ status }) => status === 'failed');
  const gaps = findings.filter(({ status }) => status === 'gap');
  const status: RungStatus = failed.length > 0 ? 'failed' : gaps.length > 0 ? 'gap' : 'passed';
  const shown = failed.length > 0 ? failed : gaps;
  const [first] = shown;
  const more = shown.length > 1 ? ` and ${shown.length - 1} more` : '';
  return {
    name,
    status,
    summary: first === undefined ? passed : `${first.object} ${first.problem}${more}`,
    findings: [...findings],
  };
}

/**
 * Stores the rungs of one task, named after their content. A repeated task stores its own beside them: those count whose
 * digest the state machine has.
 */
export async function storeRungs(
  store: ObjectStore,
  evidencePrefix: string,
  task: string,
  report: RungReport,
): Promise<{ rungsKey: string; statuses: Record<string, RungStatus>; digests: Digests }> {
  const text = JSON.stringify(report);
  const sha256 = sha256Of(text);
  const rungsKey = `${evidencePrefix}/rungs/${task}.${sha256.slice(0, 16)}.json`;
  await store.put(rungsKey, text, 'application/json');
  return {
    rungsKey,
    statuses: Object.fromEntries(report.rungs.map(({ name, status }) => [name, status])),
    digests: { [rungsKey]: sha256 },
  };
}
