import type { Severity } from '../../contracts/common.ts';
import type { LogKind, SlowQueryEvidence } from '../../contracts/slow-query-report.ts';

export type SlowQuerySummary = { readonly severity: Severity; readonly subject: string; readonly text: string };

/** Of one line each: a message is read on a telephone. */
const mostLines = 12;
const longestText = 100;
/** What somebody should look at this week, however rarely it is there. */
const serious: readonly LogKind[] = ['deadlock', 'vacuum', 'resources'];

/** Who hears of a report, and in which words: damaged pages today, what has become worse this week, everything else not at all. */
export function summariseSlowQueries({ databases, instances, failures }: SlowQueryEvidence): SlowQuerySummary {
  const slowed = databases.flatMap(({ database, slowed: all }) => all.map((one) => ({ database, ...one })));
  const kinds = instances.flatMap(({ instanceId, kinds: all }) => all.map((one) => ({ instanceId, ...one })));
  const gaps = [...databases, ...instances].flatMap((one) => one.gaps);
  const isDamaged = kinds.some(({ kind }) => kind === 'damage');
  const isWorse =
    slowed.length > 0 || gaps.length > 0 || failures.length > 0 || kinds.some(({ kind }) => serious.includes(kind));
  const lines = [
    ...failures.map(({ state, error }) => `NOT DONE: ${state} ended with ${error}`),
    ...slowed.map(
      ({ database, queryId, text, change }) =>
        `slowed: ${database}, ${(change ?? 0).toFixed(1)} times as long a call, ${shortened(text ?? `statement ${queryId}`)}`,
    ),
    ...databases.flatMap(({ database, evictions, evictedInAll }) =>
      evictions > 0 ? [`evicted: ${database}, ${evictedInAll} statements are not counted any more`] : [],
    ),
    ...kinds.map(({ instanceId, kind, count }) => `log: ${instanceId}, ${count} × ${kind}`),
    ...gaps.map(({ subject, reason }) => `gap: ${subject}: ${shortened(reason)}`),
  ];
  const rest = lines.length - mostLines;
  return {
    severity: isDamaged ? 'P2' : isWorse ? 'P3' : 'P4',
    subject: subjectOf({ slowed: slowed.length, isDamaged, isPartial: failures.length > 0 || gaps.length > 0 }),
    text:
      [...lines.slice(0, mostLines), ...(rest > 0 ? [`… and ${rest} more in the report`] : [])].join('\n') ||
      'nothing to report',
  };
}

function subjectOf({
  slowed,
  isDamaged,
  isPartial,
}: {
  readonly slowed: number;
  readonly isDamaged: boolean;
  readonly isPartial: boolean;
}): string {
  const what = isDamaged
    ? 'a server reports DAMAGED pages'
    : slowed === 0
      ? 'no statement has slowed'
      : slowed === 1
        ? 'a statement has SLOWED'
        : `${slowed} statements have SLOWED`;
  return `slow-query report${isPartial ? ', in part' : ''}: ${what}`;
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
};
