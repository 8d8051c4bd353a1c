import { connectionTarget } from '../aws/rds/connection-target.ts';
import type { Rds } from '../aws/rds/instances.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { ReportGap, StatementFindings } from '../contracts/slow-query-report.ts';
import { statementSampleDeadline } from '../deadlines.ts';
import { chooseSamples } from '../domain/logs/choose-samples.ts';
import { maskLog } from '../domain/logs/mask.ts';
import {
  type SlowQueryReport,
  type SlowQueryRule,
  type StatementSnapshot,
  slowQueryReport,
} from '../domain/logs/slow-queries.ts';
import { keptTexts, statementFindings, wantedTexts } from '../domain/logs/statement-findings.ts';
import { AwsUnavailableError, coerceError, OperationError } from '../errors.ts';
import {
  listSamples,
  putKnownTexts,
  putSample,
  readKnownTexts,
  readSample,
  type SampleStore,
} from '../evidence/statement-samples.ts';
import { withConnection } from '../pg/session/connect.ts';
import { lookForStatements, readSnapshot, readTexts } from '../pg/statements/read-statements.ts';
import type { DatabasePolicy } from '../policy/schema.ts';

export type StatementDeps = {
  readonly rds: Pick<Rds, 'findInstance'>;
  readonly secrets: Secrets;
  readonly store: SampleStore;
  readonly rule: SlowQueryRule;
};

const session = { purpose: 'counts statements', readOnly: true, statementTimeout: statementSampleDeadline };

const remedies = {
  extension: ['pg_stat_statements is not in this database', 'CREATE EXTENSION pg_stat_statements in it, as its owner.'],
  library: [
    'pg_stat_statements is not loaded',
    "Add 'pg_stat_statements' to shared_preload_libraries of the parameter group and reboot.",
  ],
  privilege: [
    'the role is no member of pg_read_all_stats and sees the statements of nobody else',
    'Run npm run bootstrap-database for it again.',
  ],
} as const;

/**
 * Samples the statements of a database, compares them with the stored samples and reads the texts of those that are shown. What
 * keeps it from that is a gap of the findings; only AWS out of reach is an error.
 */
export async function collectStatements(
  database: string,
  policy: DatabasePolicy,
  end: number,
  deps: StatementDeps,
): Promise<StatementFindings> {
  const nothing = { database, begin: undefined, end, report: undefined, texts: {} };
  const gap = ([reason, remedy]: readonly [reason: string, remedy: string | null]) =>
    statementFindings({ ...nothing, gaps: [{ subject: `statements of ${database}`, reason, remedy }] });
  try {
    const target = await connectionTarget(deps, policy, policy.instance);
    return await withConnection(target, session, async (client) => {
      const view = await lookForStatements(client);
      if (view.missing !== undefined) return gap(remedies[view.missing]);
      const snapshot = await readSnapshot(client, view);
      const { begin, report } = await reportOf(database, end, snapshot, deps);
      const known = await readKnownTexts(deps.store, database);
      const gaps: ReportGap[] = [];
      const read = await readTexts(client, view, wantedTexts(report)).catch((thrown: unknown) => {
        const reason = coerceError(thrown).message.slice(0, 300);
        gaps.push({ subject: `texts of ${database}`, reason, remedy: 'The texts of earlier reports are shown.' });
        return new Map<string, string>();
      });
      const texts = keptTexts(known, Object.fromEntries([...read].map(([id, text]) => [id, maskLog(text)])));
      if (read.size > 0) await putKnownTexts(deps.store, database, texts);
      return statementFindings({ database, begin, end, report, texts, gaps });
    });
  } catch (thrown) {
    if (thrown instanceof AwsUnavailableError || !(thrown instanceof OperationError)) throw thrown;
    return gap([`${thrown.name}: ${thrown.message}`.slice(0, 1000), null]);
  }
}

/** Keeps the snapshot for later reports, whatever becomes of this one. */
async function reportOf(
  database: string,
  end: number,
  snapshot: StatementSnapshot,
  { store, rule }: StatementDeps,
): Promise<{ begin: number | undefined; report: SlowQueryReport | undefined }> {
  await putSample(store, database, end, snapshot);
  const chosen = chooseSamples(await listSamples(store, database), end);
  const read = async (at: number | undefined) => (at === undefined ? undefined : await readSample(store, database, at));
  const begin = await read(chosen.begin);
  if (begin === undefined) return { begin: undefined, report: undefined };
  const [dayBefore, monthBegin, monthEnd] = [
    await read(chosen.dayBefore),
    await read(chosen.monthAgo?.[0]),
    await read(chosen.monthAgo?.[1]),
  ];
  const report = slowQueryReport(
    {
      ...{ begin, end: snapshot },
      ...(dayBefore === undefined ? {} : { dayBefore }),
      ...(monthBegin === undefined || monthEnd === undefined ? {} : { monthAgo: [monthBegin, monthEnd] as const }),
    },
    rule,
  );
  return { begin: chosen.begin, report };
}
