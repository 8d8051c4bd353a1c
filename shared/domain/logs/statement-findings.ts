import type { ReportGap, StatementFindings } from '../../contracts/slow-query-report.ts';
import type { SlowQueryReport, SlowStatement } from './slow-queries.ts';

/** Masked texts by the id of their statement. */
export type Texts = Readonly<Record<string, string>>;

export type FindingsSource = {
  readonly database: string;
  /** Milliseconds since 1970; undefined where there is no snapshot of a day before. */
  readonly begin: number | undefined;
  readonly end: number;
  /** Undefined without a beginning. */
  readonly report: SlowQueryReport | undefined;
  readonly texts: Texts;
  readonly gaps: readonly ReportGap[];
};

/** What a report says of one database. Without a day to count, it says only that. */
export function statementFindings({ database, begin, end, report, texts, gaps }: FindingsSource): StatementFindings {
  const shown = (all: readonly SlowStatement[] = []) =>
    all.map(({ queryId, day, before = null, change = null, monthChange = null }) => ({
      ...{ queryId, text: texts[queryId] ?? null, day, before, change, monthChange },
    }));
  return {
    database,
    begin: begin === undefined ? null : new Date(begin).toISOString(),
    end: new Date(end).toISOString(),
    isReset: report?.isReset ?? false,
    top: shown(report?.top),
    slowed: shown(report?.slowed),
    evictions: report?.evictions ?? 0,
    evicted: (report?.evicted ?? []).map((one) => ({ ...one, text: texts[one.queryId] ?? null })),
    evictedInAll: report?.evictedInAll ?? 0,
    unexplained: report?.unexplained ?? null,
    gaps: [...gaps],
  };
}

/** The statements whose texts are wanted: those that are shown and called. */
export const wantedTexts = (report: SlowQueryReport | undefined): string[] => [
  ...new Set([...(report?.top ?? []), ...(report?.slowed ?? [])].map(({ queryId }) => queryId)),
];

/** So many are kept for what will be evicted; the newest ones. */
const mostTexts = 500;

export function keptTexts(known: Texts, read: Texts): Texts {
  const older = Object.entries(known).filter(([queryId]) => read[queryId] === undefined);
  const newer = Object.entries(read);
  return Object.fromEntries([...older, ...newer].slice(-mostTexts));
}
