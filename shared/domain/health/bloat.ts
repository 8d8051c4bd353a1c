import type { BloatReading } from './reading.ts';

/** Bytes: header of a page, header of a row with its line pointer, alignment. */
const page = 8192;
const pageHeader = 24;
const rowHeader = 23;
const linePointer = 4;
const aligned = (bytes: number) => 8 * Math.ceil(bytes / 8);

/** Pages that a table would have if its live rows were loaded now, at its own fillfactor; what that reserves is no bloat. */
export function expectedPages({ liveRows, rowBytes, columns, hasNulls, fillfactor }: BloatReading): number | undefined {
  if (rowBytes === null) return undefined;
  const header = aligned(rowHeader + (hasNulls ? Math.ceil(columns / 8) : 0));
  const row = header + aligned(rowBytes) + linePointer;
  const perPage = Math.max(1, Math.floor(((page - pageHeader) * fillfactor) / 100 / row));
  return Math.ceil(liveRows / perPage);
}

/**
 * The worst table's share of pages that hold nothing. Undefined when there are tables large enough and none of them has
 * statistics: just loaded, or nobody analyses.
 */
export function bloatPercent(tables: readonly BloatReading[], leastPages: number): number | undefined {
  const large = tables.filter(({ pages }) => pages >= leastPages);
  const shares = large.flatMap((table) => {
    const expected = expectedPages(table);
    return expected === undefined ? [] : [(100 * (table.pages - expected)) / table.pages];
  });
  return large.length > 0 && shares.length === 0 ? undefined : Math.max(0, ...shares);
}

/** Large tables of which nobody knows how wide their rows are. */
export const unassessedTables = (tables: readonly BloatReading[], leastPages: number): string[] =>
  tables.filter(({ pages, rowBytes }) => pages >= leastPages && rowBytes === null).map(({ table }) => table);
