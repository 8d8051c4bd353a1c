import type pg from 'pg';
import { lookUpRanges, scanEntries } from './index-scan-bitmap.ts';
import { byHeap, byIndex, byOrder, type IndexReader, joinsByIndex, makeIndexReader } from './index-scan-plan.ts';
import {
  andCondition,
  leadsNotToRows,
  notCompared,
  rowsOf,
  type ScannedIndex,
  type ScanOutcome,
} from './scanned-index.ts';

/**
 * An index that amcheck does not know, compared with its table: what an index scan finds against what the heap holds.
 *
 *   gist, spgist   a whole scan of the index, by IS NULL and IS NOT NULL, or where no column is null by counting entries
 *   hash           each value of the table looked up in the index
 *   brin           the least and the greatest value of each range of pages looked up; of the kind that keeps these (minmax)
 *   gin            a scan of all entries, beside amcheck's look at its structure: each row is found by one entry at least
 *
 * Never called for an index of a table with foreign code: each is a query of the table. That the planner did take the index
 * is read from its plan. What is not compared is a gap.
 *
 * All statements together take at most `deadline` milliseconds; the one that would take longer is cancelled.
 */
export async function compareIndexWithTable(
  client: pg.Client,
  index: ScannedIndex,
  deadline: number,
): Promise<ScanOutcome> {
  const reader = makeIndexReader(client, index.indexName, deadline);
  await client.query('begin isolation level repeatable read read only');
  try {
    switch (index.method) {
      case 'hash':
        return await lookUpValues(reader, index);
      case 'brin':
        return await lookUpRanges(reader, index);
      case 'gin':
        return await scanEntries(reader, index);
      default:
        return await scanWhole(reader, index);
    }
  } catch (error) {
    // No least value, no equality, of this type; no beginning of a text, in this collation.
    if (['42883', '0A000'].includes((error as { code?: string }).code ?? '')) return notCompared;
    throw error;
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

async function scanWhole(reader: IndexReader, index: ScannedIndex): Promise<ScanOutcome> {
  for (const test of ['is not null', 'is null']) {
    const rows = `select count(*)::text as rows, coalesce(sum(hashtidextended(ctid, 0)), 0)::text as sum from only ${index.table} where (${index.key}) ${test}${andCondition(index)}`;
    const heap = await reader.ask(byHeap, rows);
    // Where there is nothing to find, as nulls in a column that is NOT NULL, nothing is asked.
    if (heap['rows'] === '0') continue;
    const ways = await reader.alone(byIndex, rows);
    if (ways === undefined) return test === 'is not null' ? countEntries(reader, index) : notCompared;
    const found = await reader.ask(ways, rows);
    if (found['rows'] !== heap['rows'] || found['sum'] !== heap['sum']) {
      return leadsNotToRows(found['rows'], heap['rows']);
    }
  }
  return undefined;
}

/** An index-only scan counts the entries themselves. */
async function countEntries(reader: IndexReader, index: ScannedIndex): Promise<ScanOutcome> {
  const rows = `select count(*)::text as rows from only ${index.table}${index.condition === null ? '' : ` where ${index.condition}`}`;
  const ways = await reader.alone(byIndex, rows);
  if (ways === undefined) return index.distance ? scanByDistance(reader, index) : lookUpValues(reader, index);
  const found = await reader.ask(ways, rows);
  const heap = await reader.ask(byHeap, rows);
  return found['rows'] === heap['rows'] ? undefined : leadsNotToRows(found['rows'], heap['rows']);
}

/**
 * By distance an index gives every row it has, whatever its value: a search by value would miss those that lie beside a NaN,
 * in a sound index, too.
 */
async function scanByDistance(reader: IndexReader, index: ScannedIndex): Promise<ScanOutcome> {
  const where = index.condition === null ? '' : ` where ${index.condition}`;
  const rows = `select count(*)::text as rows, coalesce(sum(hashtidextended(place, 0)), 0)::text as sum
from (select ctid as place from only ${index.table}${where} order by (${index.key}) OPERATOR(pg_catalog.<->) '(0,0)'::pg_catalog.point offset 0) as r`;
  const ways = await reader.alone(byOrder, rows);
  if (ways === undefined) return notCompared;
  const [heap, found] = [await reader.ask(byHeap, rows), await reader.ask(ways, rows)];
  const isSame = found['rows'] === heap['rows'] && found['sum'] === heap['sum'];
  return isSame ? undefined : leadsNotToRows(found['rows'], heap['rows']);
}

/**
 * Every row of the table is looked for by its own value; in a hash index the rows of one value at once.
 */
async function lookUpValues(reader: IndexReader, index: ScannedIndex): Promise<ScanOutcome> {
  const { table, key, equality, method, operatorClass } = index;
  if (equality === null) return notCompared;
  const [own, other] = [`(${key})`, andCondition(index)];
  const looked = (operator: string) =>
    method === 'hash'
      ? `select coalesce(sum(h.rows - i.rows), 0)::text as lost, count(*) filter (where i.sum is distinct from h.sum)::text as rows
from (select value, count(*) as rows, sum(hashtidextended(place, 0)) as sum from ${rowsOf(index)} where r.wanted group by 1 offset 0) as h
cross join lateral (select count(*) as rows, sum(hashtidextended(ctid, 0)) as sum from only ${table} where ${own} ${operator} h.value${other} offset 0) as i
where h.value ${equality} h.value`
      : `select count(*)::text as lost, count(*)::text as rows
from ${rowsOf(index)} where r.wanted and r.value ${equality} r.value
  and not exists (select from only ${table} where ${own} ${operator} r.value and ctid = r.place${other} offset 0)`;
  // A text begins with itself, and no btree is asked for that.
  const operators =
    method === 'spgist' && operatorClass === 'text_ops' ? [equality, 'OPERATOR(pg_catalog.^@)'] : [equality];
  for (const operator of operators) {
    const ways = await reader.behindHeap(joinsByIndex, looked(operator));
    if (ways === undefined) continue;
    const found = await reader.ask(ways, looked(operator));
    return found['rows'] === '0'
      ? undefined
      : { missing: `does not find ${found['lost']} rows of its table by their values` };
  }
  return notCompared;
}
