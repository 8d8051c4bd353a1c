import type { Finding } from '../../shared/contracts/verification.ts';
import { VerifyTablesInput, VerifyTablesOutput } from '../../shared/contracts/verification.ts';
import { chunkDeadline } from '../../shared/deadlines.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/lambda/verification.ts';
import { openWitness } from '../../shared/lambda/witness-store.ts';
import { withConnection } from '../../shared/pg/connect.ts';
import { withSessionPool } from '../../shared/pg/session-pool.ts';
import { verifyTables as compareTables } from '../../shared/pg/verify-tables.ts';

/** Every row of every table, against the witness: method M2. Reads only, so a second call is harmless. */
export const verifyTables = defineTask({
  input: VerifyTablesInput,
  output: VerifyTablesOutput,
  deps: verificationDeps,
  async run(input, deps, task) {
    const { header, tables } = await openWitness(deps.store, input.witnessKey);
    const { target } = await copyTarget(deps, input);
    const options = { purpose: 'verifies the tables', readOnly: true };
    const verdicts = await withConnection(target, options, (client) =>
      withSessionPool(
        target,
        { ...options, size: deps.policy.backupPlan.copy.connections, statementTimeout: chunkDeadline },
        (pool) =>
          compareTables(client, pool, {
            header,
            tables,
            role: target.user,
            onProgress: ({ done, total }) => task.progress('tables', done, total),
          }),
      ),
    );
    verdicts.sort((left, right) => right.bytes - left.bytes || left.table.localeCompare(right.table));
    const findings = verdicts.flatMap(({ table, status, reason }): Finding[] =>
      status === 'proven'
        ? []
        : [{ object: table, status: status === 'failed' ? 'failed' : 'gap', problem: reason ?? status }],
    );
    const rows = verdicts.reduce((sum, verdict) => sum + BigInt(verdict.rows), 0n);
    return storeRungs(deps.store, input.evidencePrefix, 'verify-tables', {
      rungs: [rung('tables', findings, `${rows} rows in ${verdicts.length} tables compared`)],
      tables: verdicts,
    });
  },
});
export const { handler } = verifyTables;
