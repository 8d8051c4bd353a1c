import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import type { Finding } from '../../shared/contracts/verification.ts';
import { VerifyAssertionsInput, VerifyAssertionsOutput } from '../../shared/contracts/verification.ts';
import { assertionDeadline } from '../../shared/deadlines.ts';
import { coerceError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { withConnection } from '../../shared/pg/session/connect.ts';

/**
 * The operator's own statements about the data, each one query that returns one true. They run read-only on the copy,
 * so a second call is harmless.
 */
export const verifyAssertions = defineTask({
  input: VerifyAssertionsInput,
  output: VerifyAssertionsOutput,
  deps: verificationDeps,
  async run(input, deps) {
    const { target, database } = await copyTarget(deps, input);
    const options = { purpose: 'runs assertions', readOnly: true, statementTimeout: assertionDeadline };
    const findings = await withConnection(target, options, async (client) => {
      const problems: Finding[] = [];
      for (const { name, sql } of database.assertions) {
        const problem = await client
          .query<Record<string, unknown>>(sql)
          .then(({ rows }) => problemOf(rows))
          .catch((thrown: unknown) => `cannot be asked: ${coerceError(thrown).message}`);
        if (problem !== undefined) problems.push({ object: name, status: 'failed', problem });
      }
      return problems;
    });
    const count = database.assertions.length;
    return storeRungs(deps.store, input.evidencePrefix, 'verify-assertions', {
      rungs: [rung('assertions', findings, count === 0 ? 'none in operations.yml' : `${count} hold`)],
    });
  },
});
export const { handler } = verifyAssertions;

function problemOf(rows: readonly Record<string, unknown>[]): string | undefined {
  const values = rows.length === 1 ? Object.values(rows[0] ?? {}) : [];
  if (values.length !== 1 || typeof values[0] !== 'boolean') return 'did not return one row with one boolean';
  return values[0] ? undefined : 'does not hold';
}
