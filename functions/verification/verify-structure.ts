import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import { VerifyStructureInput, VerifyStructureOutput } from '../../shared/contracts/verification.ts';
import { StructureProgress } from '../../shared/contracts/verification-progress.ts';
import { lambdaReserve } from '../../shared/deadlines.ts';
import { makeProgressStore } from '../../shared/evidence/progress-store.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { withSessionPool } from '../../shared/pg/session/session-pool.ts';
import { checkStructure } from '../../shared/pg/verify/structure.ts';

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
    const { target } = await copyTarget(deps, input);
    const options = { purpose: 'checks the structure', readOnly: true };
    const size = deps.policy.backupPlan.copy.connections;
    const checked = await withConnection(target, options, (client) =>
      withSessionPool(target, { ...options, size }, (pool) =>
        checkStructure(
          client,
          pool,
          () => task.remainingTime() - lambdaReserve,
          progress,
          ({ done, total }) => task.progress('structure', done, total),
        ),
      ),
    );
    if (checked?.complete === false)
      return { rungsKey: null, statuses: {}, digests: await parts.put(input.part, checked.progress) };
    const result = checked?.result;
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
            result.findings,
            `${result.btrees} btree and ${result.gins} gin indexes and ${result.heaps} heaps are sound, ${result.scanned} indexes of other kinds lead to every row`,
          );
    return storeRungs(deps.store, input.evidencePrefix, 'verify-structure', { rungs: [report] });
  },
});
export const { handler } = verifyStructure;
