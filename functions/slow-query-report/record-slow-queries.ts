import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  LogFindings,
  RecordSlowQueriesInput,
  RecordSlowQueriesOutput,
  type SlowQueryEvidence,
  StatementFindings,
} from '../../shared/contracts/slow-query-report.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { summariseSlowQueries } from '../../shared/domain/logs/summary.ts';
import { EvidenceMissingError } from '../../shared/errors.ts';
import { slowQueryPrefix } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { slowQueryReport } from '../../shared/report/slow-queries/slow-query-report.ts';

/** Puts the findings together, stores them and the page that is drawn of them. A second call writes the same again: it is harmless. */
export const recordSlowQueries = defineTask({
  input: RecordSlowQueriesInput,
  output: RecordSlowQueriesOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    timeZone: operations().platform.timeZone,
    stage: config().stage,
  }),
  async run({ executionName, startedAt, statements, logs, failures }, { store, timeZone, stage }) {
    const evidence: SlowQueryEvidence = {
      schemaVersion: 1,
      workflow: 'slow-query-report',
      execution: { name: executionName, startedAt },
      stage,
      databases: await readAll(store, statements?.databases, StatementFindings),
      instances: await readAll(store, logs?.instances, LogFindings),
      failures: failures.flatMap((failure) => readableFailure(failure) ?? []),
    };
    const evidenceKey = `${slowQueryPrefix(executionName)}/evidence.json`;
    const reportKey = `${slowQueryPrefix(executionName)}/report.html`;
    await store.put(evidenceKey, JSON.stringify(evidence, undefined, 2), 'application/json');
    await store.put(reportKey, slowQueryReport(evidence, timeZone), 'text/html; charset=utf-8');
    const summary = summariseSlowQueries(evidence);
    logger.info('slow queries reported', { evidenceKey, severity: summary.severity, subject: summary.subject });
    return { isComplete: failures.length === 0, ...summary, evidenceKey, reportKey };
  },
});
export const { handler } = recordSlowQueries;

async function readAll<T>(
  store: Pick<ObjectStore, 'getText'>,
  from: readonly { readonly key: string }[] = [],
  { parse }: { parse(value: unknown): T },
): Promise<T[]> {
  return await Promise.all(
    from.map(async ({ key }) => {
      const text = await store.getText(key);
      if (text !== undefined) return parse(JSON.parse(text));
      throw new EvidenceMissingError(`findings '${key}' are not in the evidence bucket`, {
        hints: ['Start the workflow again; did a lifecycle rule or a person remove the object?'],
      });
    }),
  );
}
