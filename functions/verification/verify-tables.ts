import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import { TablesProgress } from '../../shared/contracts/progress/verification-progress.ts';
import type { Finding, TableVerdict } from '../../shared/contracts/verification.ts';
import { VerifyTablesInput, VerifyTablesOutput } from '../../shared/contracts/verification.ts';
import { chunkDeadline, lambdaReserve } from '../../shared/deadlines.ts';
import { pauseOf } from '../../shared/domain/backup/pause.ts';
import { countProof, countsText } from '../../shared/domain/verification/proof-counts.ts';
import { makeProgressStore } from '../../shared/evidence/progress-store.ts';
import { openWitness } from '../../shared/evidence/witness-file.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';
import { withSessionPool } from '../../shared/pg/session/session-pool.ts';
import { verifyTables as compareTables } from '../../shared/pg/verify/verify-tables.ts';

/**
 * Every row of every table, against the witness: method M2, in as many calls as it needs. Reads only, so a second call
 * is harmless.
 */
export const verifyTables = defineTask({
  input: VerifyTablesInput,
  output: VerifyTablesOutput,
  deps: verificationDeps,
  async run(input, deps, task) {
    const parts = makeProgressStore(
      deps.store,
      `${input.evidencePrefix}/rungs/verify-tables-of-${input.instanceId}`,
      TablesProgress,
    );
    const options = { purpose: 'verifies the tables', readOnly: true, tablesOnly: true };
    const progress = await parts.before(input.part, input.digests);
    const { header, tables, close } = await openWitness(deps.store, input.witnessKey, input.witness);
    const compare = async () => {
      const { target, database } = await copyTarget(deps, input);
      const pool = { ...options, size: deps.policy.backupPlan.copy.connections, statementTimeout: chunkDeadline };
      return withConnection(target, options, (client) =>
        withSessionPool(target, pool, (sessions) =>
          compareTables(client, sessions, {
            header,
            tables,
            role: target.user,
            pause: pauseOf(header, input.backup),
            trustedOwners: database.trustedOwners,
            remainingTime: () => task.remainingTime() - lambdaReserve,
            progress,
            onProgress: ({ done, total }) => task.progress('tables', done, total),
          }),
        ),
      );
    };
    const verified = await compare().finally(close);
    if (!verified.complete)
      return { rungsKey: null, statuses: {}, digests: await parts.put(input.part, verified.progress) };
    const verdicts = verified.verdicts.toSorted(
      (left, right) => right.bytes - left.bytes || left.table.localeCompare(right.table),
    );
    const findings = verdicts.flatMap(findingsOf);
    return storeRungs(deps.store, input.evidencePrefix, 'verify-tables', {
      rungs: [rung('tables', findings, `${countsText(countProof(verdicts))} are proven`)],
      tables: verdicts,
    });
  },
});
export const { handler } = verifyTables;

/** A proven table is named, too, where rows of it are in the copy alone. */
function findingsOf({ table, status, reason, unverifiableRows }: TableVerdict): Finding[] {
  if (status !== 'proven') {
    return [{ object: table, status: status === 'failed' ? 'failed' : 'gap', problem: reason ?? status }];
  }
  const notes: Finding[] = reason === undefined ? [] : [{ object: table, status: 'note', problem: reason }];
  if (unverifiableRows === 0) return notes;
  const rows = unverifiableRows === 1 ? '1 row' : `${unverifiableRows} rows`;
  return [
    ...notes,
    { object: table, status: 'note', problem: `has ${rows} that changed more than once between S1 and S2` },
  ];
}
