import { sameColumns } from './columns.ts';
import type { Relation } from './relations.ts';
import type { ScanNotes } from './table-scan.ts';

/** What became another relation while its rows were read is a gap, and says why. */
export function noteChangedRelations(
  relations: readonly Relation[],
  atS2: ReadonlyMap<number, Relation>,
  { gaps }: ScanNotes,
): void {
  for (const { oid, table, columns, filenode, code } of relations) {
    const now = atS2.get(oid);
    // The catalogue was asked at another moment than the rows, and may know less.
    if (gaps.has(oid)) continue;
    if (now === undefined) gaps.set(oid, 'was dropped between S1 and S2');
    else if (now.table !== table) gaps.set(oid, `was renamed to '${now.table}' between S1 and S2`);
    else if (now.filenode !== filenode) gaps.set(oid, 'was rewritten between S1 and S2');
    else if (now.gap !== undefined) gaps.set(oid, now.gap);
    else if (code === undefined && now.code !== undefined)
      gaps.set(oid, `got foreign code between S1 and S2: ${now.code}`);
    else if (!sameColumns(now.columns, columns)) gaps.set(oid, 'got other columns between S1 and S2');
  }
}
