import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { ReadStatementsInput, ReadStatementsOutput } from '../../shared/contracts/slow-query-report.ts';
import { statementFindingsKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { slowQueryRule } from '../../shared/rules/slow-queries.ts';
import { collectStatements } from '../../shared/statements/collect-statements.ts';

const mostAtOnce = 10;

/**
 * Samples the statements of each database and compares them with the samples of earlier days. Reads the databases only; a second
 * call puts a newer sample in the place of the first one of the same execution, and so is harmless.
 */
export const readStatements = defineTask({
  input: ReadStatementsInput,
  output: ReadStatementsOutput,
  deps: () => ({
    rds: makeRds(),
    secrets: makeSecrets(),
    store: makeObjectStore(config().evidenceBucket),
    rule: slowQueryRule(operations()),
    databases: Object.entries(stagePolicy(operations(), config().stage).databases),
  }),
  async run({ executionName, startedAt }, { databases, ...parts }) {
    const read = await someAtOnce(databases, mostAtOnce, async ([database, policy]) => {
      const findings = await collectStatements(database, policy, Date.parse(startedAt), parts);
      const key = statementFindingsKey(executionName, database);
      await parts.store.put(key, JSON.stringify(findings), 'application/json');
      const { slowed, evictions, gaps } = findings;
      logger.info('statements read', { database, slowed: slowed.length, evictions, gaps });
      return { database, key };
    });
    return { databases: read };
  },
});
export const { handler } = readStatements;
