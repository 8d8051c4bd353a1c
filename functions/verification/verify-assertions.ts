import { copyTarget, rung, storeRungs, verificationDeps } from '../../shared/aws/verification/verification.ts';
import type { Finding } from '../../shared/contracts/verification.ts';
import { VerifyAssertionsInput, VerifyAssertionsOutput } from '../../shared/contracts/verification.ts';
import { assertionDeadline } from '../../shared/deadlines.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { resetSession, withConnection } from '../../shared/pg/session/connect.ts';
import { askAssertion } from '../../shared/pg/verify/ask-assertion.ts';

/**
 * The operator's own statements about the data, each one query that returns one true. They run read-only on the copy,
 * so a second call is harmless. One that would run code of somebody who is not trusted is not asked, and named.
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
        const asked = await askAssertion(client, sql, database.trustedOwners);
        if (asked.status !== 'holds') problems.push({ object: name, ...asked });
        // What one has set, listens to or holds is not the next one's.
        await resetSession(client, options);
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
