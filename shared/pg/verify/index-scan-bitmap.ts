import { byBitmap, byHeap, type IndexReader } from './index-scan-plan.ts';
import {
  andCondition,
  leadsNotToRows,
  notCompared,
  rowsOf,
  type ScannedIndex,
  type ScanOutcome,
} from './scanned-index.ts';

/** A range of pages whose summary is too narrow, or forgot its nulls, does not give its own least or greatest value. */
export async function lookUpRanges(reader: IndexReader, index: ScannedIndex): Promise<ScanOutcome> {
  const { table, key, operatorClass, pagesPerRange } = index;
  // Other kinds keep sets of values or filters, of which the ends say little.
  if (!/_minmax_ops$/.test(operatorClass)) return notCompared;
  const [own, other] = [`(${key})`, andCondition(index)];
  const ranges = `(select split_part(ltrim(r.place::text, '('), ',', 1)::int8 / ${pagesPerRange} as range, min(r.value) as least,
  max(r.value) as greatest, bool_or(r.value is null) as nulls from ${rowsOf(index)} where r.wanted group by 1 offset 0) as r`;
  const inRange = `ctid >= format('(%s,0)', r.range * ${pagesPerRange})::tid and ctid < format('(%s,0)', (r.range + 1) * ${pagesPerRange})::tid`;
  const lost = (from: string, isWanted: string, probe: string) =>
    `select count(*)::text as probes, count(distinct r.range) filter (where not exists (
  select from only ${table} where ${own} ${probe}${other} and ${inRange} offset 0))::text as rows from ${from} where ${isWanted}`;
  const probes = [
    // Not by equality, which another index may know better.
    lost(
      `${ranges} cross join lateral (values (r.least), (r.greatest)) as v(value)`,
      'v.value is not null',
      `OPERATOR(pg_catalog.>=) v.value and ${own} OPERATOR(pg_catalog.<=) v.value`,
    ),
    lost(ranges, 'r.nulls', 'is null'),
  ];
  for (const probe of probes) {
    const ways = await reader.behindHeap(byBitmap, probe);
    const found = await reader.ask(ways ?? byBitmap, probe);
    // With nothing to look for, as nulls in a column that is NOT NULL, the plan does not matter.
    if (found['probes'] === '0') continue;
    if (ways === undefined) return notCompared;
    if (found['rows'] !== '0') {
      return { missing: `does not lead to the rows of ${found['rows']} of its ranges of pages` };
    }
  }
  return undefined;
}

/** Conditions that every entry of a GIN index satisfies, by PostgreSQL's own operator classes. */
const everyEntry: Readonly<Record<string, string>> = {
  array_ops: `OPERATOR(pg_catalog.@>) '{}'`,
  jsonb_ops: `OPERATOR(pg_catalog.@>) '{}'`,
  jsonb_path_ops: `OPERATOR(pg_catalog.@>) '{}'`,
  tsvector_ops: `OPERATOR(pg_catalog.@@) '!pggameday'::pg_catalog.tsquery`,
};

/** amcheck knows the structure of a GIN index, and not whether it leads to every row. */
export async function scanEntries(reader: IndexReader, index: ScannedIndex): Promise<ScanOutcome> {
  const all = everyEntry[index.operatorClass];
  if (all === undefined) return notCompared;
  const rows = `select count(*)::text as rows, coalesce(sum(hashtidextended(ctid, 0)), 0)::text as sum from only ${index.table} where (${index.key}) ${all}${andCondition(index)}`;
  const ways = await reader.alone(byBitmap, rows);
  if (ways === undefined) return notCompared;
  const [heap, found] = [await reader.ask(byHeap, rows), await reader.ask(ways, rows)];
  const isSame = found['rows'] === heap['rows'] && found['sum'] === heap['sum'];
  return isSame ? undefined : leadsNotToRows(found['rows'], heap['rows']);
}
