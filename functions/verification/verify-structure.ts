import { VerifyStructureInput, VerifyStructureOutput } from '../../shared/contracts/verification.ts';
import { lambdaReserve } from '../../shared/deadlines.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/lambda/verification.ts';
import { withConnection } from '../../shared/pg/connect.ts';
import { withSessionPool } from '../../shared/pg/session-pool.ts';
import { checkStructure } from '../../shared/pg/structure.ts';

/** amcheck over every index and heap of the copy, system catalogues too. Reads only, so a second call is harmless. */
export const verifyStructure = defineTask({
  input: VerifyStructureInput,
  output: VerifyStructureOutput,
  deps: verificationDeps,
  async run(input, deps, task) {
    const { target } = await copyTarget(deps, input);
    const options = { purpose: 'checks the structure', readOnly: true };
    const size = deps.policy.backupPlan.copy.connections;
    const result = await withConnection(target, options, (client) =>
      withSessionPool(target, { ...options, size }, (pool) =>
        checkStructure(
          client,
          pool,
          () => task.remainingTime() - lambdaReserve,
          ({ done, total }) => task.progress('structure', done, total),
        ),
      ),
    );
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
            `${result.btrees} btree and ${result.gins} gin indexes and ${result.heaps} heaps are sound`,
          );
    return storeRungs(deps.store, input.evidencePrefix, 'verify-structure', { rungs: [report] });
  },
});
export const { handler } = verifyStructure;
