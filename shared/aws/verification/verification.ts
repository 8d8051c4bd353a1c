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
import { CredentialsRejectedError } from '../../errors.ts';
import { logger } from '../../logger.ts';
import { type ConnectionTarget, withConnection } from '../../pg/session/connect.ts';
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

/** Four rotations between a month-end snapshot and its proof, and as many again. */
const earlierPasswords = 8;

/**
 * Where the copy is reached. A snapshot keeps the passwords of its moment: when the secret was rotated since, the copy
 * takes one of the secret's earlier versions.
 */
export async function copyTarget(
  deps: VerificationDeps,
  { database, instanceId }: Pick<VerificationInput, 'database' | 'instanceId'>,
  tryLogin: (target: ConnectionTarget) => Promise<void> = login,
): Promise<{ target: ConnectionTarget; database: DatabasePolicy }> {
  const policy = databasePolicy(deps.policy, deps.stage, database);
  const target = await connectionTarget(deps, policy, instanceId);
  const isTaken = (candidate: ConnectionTarget) =>
    tryLogin(candidate).then(
      () => true,
      (error: unknown) => {
        if (error instanceof CredentialsRejectedError) return false;
        throw error;
      },
    );
  if (await isTaken(target)) return { target, database: policy };
  const earlier = await deps.secrets.readEarlierDatabaseSecrets(policy.secretArn, earlierPasswords);
  for (const { username, password } of earlier) {
    const candidate = { ...target, user: username, password };
    if (!(await isTaken(candidate))) continue;
    logger.info('the copy takes an earlier version of the secret', { instanceId });
    return { target: candidate, database: policy };
  }
  throw new CredentialsRejectedError(
    `copy '${instanceId}' takes neither the present password of secret '${policy.secretArn}' nor ${earlier.length} earlier ones`,
    {
      hints: [
        'The backup is not at fault: it keeps the password that the role had at its moment, and the secret was rotated since.',
        `Restore the snapshot by hand, log in as its master user, and look there; nights take a snapshot that bears the present password.`,
      ],
    },
  );
}

const login = (target: ConnectionTarget) => withConnection(target, { purpose: 'tries to log in' }, async () => {});

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
  await store.putNew(rungsKey, text, 'application/json');
  return {
    rungsKey,
    statuses: Object.fromEntries(report.rungs.map(({ name, status }) => [name, status])),
    digests: { [rungsKey]: sha256 },
  };
}
