import type { TableVerdict } from '../../contracts/verification.ts';

export type HistoryWarning = { readonly object: string; readonly problem: string };

/** Tables below these come and go: queues, sessions, the partition of today. */
const fewestRows = 100;
const fewestBytes = 16 * 1024 * 1024;
/** What is left of a table that somebody should look at. */
const lostShare = 0.5;
/** How much larger a table may become from one proof to the next. */
const mostGrowth = 10;

type Size = Pick<TableVerdict, 'table' | 'rows' | 'bytes'>;

/**
 * What became of the tables since the proof before, where it is out of the ordinary: a copy that equals its source proves
 * nothing about the source. Warnings, worst first; none of them is a fault of the backup.
 */
export function compareWithHistory(now: readonly Size[], before: readonly Size[]): HistoryWarning[] {
  const present = new Map(now.map((table) => [table.table, table]));
  const [rowsNow, rowsBefore] = [totalRows(now), totalRows(before)];
  const warnings = before.flatMap((was) => {
    const problem = problemOf(was, present.get(was.table));
    return problem === undefined ? [] : [{ object: was.table, problem, lost: Number(was.rows) }];
  });
  const sorted = warnings
    .sort((one, other) => other.lost - one.lost || (one.object < other.object ? -1 : 1))
    .map(({ object, problem }) => ({ object, problem }));
  return rowsBefore > 0n && rowsNow === 0n
    ? [{ object: 'database', problem: `holds no row any more, the proof before it found ${rowsBefore}` }, ...sorted]
    : sorted;
}

function problemOf(was: Size, is: Size | undefined): string | undefined {
  const rows = Number(was.rows);
  const isLarge = rows >= fewestRows || was.bytes >= fewestBytes;
  if (is === undefined) return isLarge ? `is gone, it had ${was.rows} rows` : undefined;
  if (rows >= fewestRows && is.rows === '0') return `is empty, it had ${was.rows} rows`;
  if (rows >= fewestRows && Number(is.rows) < rows * lostShare) return `has ${is.rows} rows, it had ${was.rows}`;
  if (rows >= fewestRows && Number(is.rows) > rows * mostGrowth) return `has ${is.rows} rows, it had ${was.rows}`;
  if (was.bytes >= fewestBytes && is.bytes < was.bytes * lostShare) return `has ${is.bytes} bytes, it had ${was.bytes}`;
  if (was.bytes >= fewestBytes && is.bytes > was.bytes * mostGrowth)
    return `has ${is.bytes} bytes, it had ${was.bytes}`;
  return undefined;
}

const totalRows = (tables: readonly Size[]) => tables.reduce((sum, { rows }) => sum + BigInt(rows), 0n);

/** "; warning: public.orders is empty, it had 5000 rows, and 3 more"; nothing without one. */
export function warningText(warnings: readonly HistoryWarning[]): string {
  const [first] = warnings;
  if (first === undefined) return '';
  const more = warnings.length > 1 ? `, and ${warnings.length - 1} more` : '';
  return `; warning: ${first.object} ${first.problem}${more}`;
}
