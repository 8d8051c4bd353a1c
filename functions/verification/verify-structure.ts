import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import {
  copyTarget,
  rung,
  storeRungs,
  type VerificationDeps,
  verificationDeps,
} from '../../shared/aws/verification/verification.ts';
import { StructureProgress } from '../../shared/contracts/progress/verification-progress.ts';
import type { Finding } from '../../shared/contracts/verification.ts';
import { VerifyStructureInput, VerifyStructureOutput } from '../../shared/contracts/verification.ts';
import { lambdaReserve } from '../../shared/deadlines.ts';
import { makeProgressStore } from '../../shared/evidence/progress-store.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { withSessionPool } from '../../shared/pg/session/session-pool.ts';
import { checkStructure } from '../../shared/pg/verify/structure.ts';
import { askSource } from '../../shared/pg/verify/structure-in-source.ts';
import type { DatabasePolicy } from '../../shared/policy/schema.ts';

/**
 * amcheck over every index and heap of the copy, system catalogues too, in as many calls as it needs. Reads only, so a
 * second call is harmless.
 */
export const verifyStructure = defineTask({
  input: VerifyStructureInput,
  output: VerifyStructureOutput,
  deps: verificationDeps,
  async run(input, deps, task) {
    const parts = makeProgressStore(
      deps.store,
      `${input.evidencePrefix}/rungs/verify-structure-of-${input.instanceId}`,
      StructureProgress,
    );
    const progress = await parts.before(input.part, input.digests);
    const { target, database } = await copyTarget(deps, input);
    const options = { purpose: 'checks the structure', readOnly: true, tablesOnly: true };
    const size = deps.policy.backupPlan.copy.connections;
    const checked = await withConnection(target, options, (client) =>
      withSessionPool(target, { ...options, size }, (pool) =>
        checkStructure(
          client,
          pool,
          () => task.remainingTime() - lambdaReserve,
          progress,
          ({ done, total }) => task.progress('structure', done, total),
          database.trustedOwners,
        ),
      ),
    );
    if (checked?.complete === false)
      return { rungsKey: null, statuses: {}, digests: await parts.put(input.part, checked.progress) };
    const result = checked?.result;
    const found = result === undefined ? [] : await lookedUp(deps, database, result.findings);
    const report =
      result === undefined
        ? rung(
            'structure',
            [
              {
                object: 'gameday.check_btree',
                status: 'gap',
                problem: 'is missing: the database was not bootstrapped with amcheck',
              },
            ],
            '',
          )
        : rung(
            'structure',
            found,
            `${result.btrees} btree and ${result.gins} gin indexes and ${result.heaps} heaps are sound, ${result.scanned} indexes of other kinds lead to every row`,
          );
    return storeRungs(deps.store, input.evidencePrefix, 'verify-structure', { rungs: [report] });
  },
});
export const { handler } = verifyStructure;

/** In the second region there is no source to ask. */
async function lookedUp(deps: VerificationDeps, database: DatabasePolicy, findings: Finding[]): Promise<Finding[]> {
  if (!findings.some(({ status }) => status === 'failed')) return findings;
  const source = await deps.rds.findInstance(database.instance);
  if (source?.endpoint === undefined) return findings;
  return askSource(await connectionTarget(deps, database, database.instance), findings, database.trustedOwners);
}
