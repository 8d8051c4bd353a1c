import type pg from 'pg';
import type { StructureProgress } from '../../contracts/progress/verification-progress.ts';
import type { Finding } from '../../contracts/verification.ts';
import { amcheckDeadline } from '../../deadlines.ts';
import { indexCheck, namedCode } from '../../domain/verification/foreign-code.ts';
import { coerceError } from '../../errors.ts';
import { type AttachedCode, nothingAttached, readForeignCode } from '../foreign-code/read-foreign-code.ts';
import { makeCallTime } from '../session/call-time.ts';
import type { SessionPool } from '../session/session-pool.ts';
import { untilOver } from '../witness/table-scan.ts';
import { compareIndexWithTable } from './index-scan.ts';
import { type ScannedIndex, scannedIndexSql } from './scanned-index.ts';

/**
 * amcheck on the copy. Row sums prove the heap's content and say nothing about indexes; amcheck proves structure and
 * says nothing about content: both are needed. Indexes that amcheck does not know are compared with their tables by scans,
 * or named as gaps. The role calls it through the functions that the bootstrap makes. Sources: PostgreSQL manual, "amcheck"; fault injections of our own.
 */

type Checkable = {
  readonly oid: string;
  readonly object: string;
  readonly check: 'btree' | 'gin' | 'heap' | 'scan' | 'none';
  readonly method: string;
  readonly scanned: ScannedIndex | null;
  readonly bytes: string;
  /** Of an index. */
  readonly table: string | null;
};

const checkablesSql = `/* pg-gameday:structure */
select c.oid::int8 as oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as object, pg_relation_size(c.oid) as bytes, m.amname as method, i.indrelid::int8 as table,
       ${scannedIndexSql} as scanned,
       case when c.relkind = 'i' and m.amname = 'btree' then 'btree'
            when c.relkind = 'i' and m.amname = 'gin' and to_regprocedure('gameday.check_gin(regclass)') is not null then 'gin'
            when c.relkind = 'i' and m.amname in ('hash', 'gist', 'spgist', 'brin') then 'scan'
            when c.relkind = 'i' then 'none'
            else 'heap' end as check
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_am m on m.oid = c.relam
left join pg_index i on i.indexrelid = c.oid
where c.relpersistence = 'p' and (i.indexrelid is null or i.indisvalid and i.indisready)
  and (c.relkind = 'i' or c.relkind in ('r', 'm', 't') and m.amname = 'heap')
order by pg_relation_size(c.oid) desc`;

const wrappersSql = `/* pg-gameday:structure */
select to_regprocedure('gameday.check_btree(regclass,boolean)') is not null as present`;

export type StructureResult = {
  readonly btrees: number;
  readonly gins: number;
  readonly heaps: number;
  /** Indexes that were compared with their tables by scans. */
  readonly scanned: number;
  readonly findings: Finding[];
};

/** `progress`: the time of the call was not enough, and the next one goes on. */
export type CheckedStructure =
  | { readonly complete: true; readonly result: StructureResult }
  | { readonly complete: false; readonly progress: StructureProgress };

/**
 * Undefined when the database lacks those functions. `remainingTime` (ms) bounds a call; one that it cuts short is made
 * again by the next, which has it whole. A check that is not done within `amcheckDeadline` is a gap.
 */
export async function checkStructure(
  client: pg.Client,
  pool: SessionPool,
  remainingTime: () => number,
  progress: StructureProgress | undefined,
  onProgress: (progress: { readonly done: number; readonly total: number }) => void,
  trustedOwners: readonly string[] = [],
): Promise<CheckedStructure | undefined> {
  const wrappers = await client.query<{ present: boolean }>(wrappersSql);
  if (wrappers.rows[0]?.present !== true) return undefined;
  const { rows } = await client.query<Checkable>(checkablesSql);
  const code = await readForeignCode(client, trustedOwners);
  const findings: Finding[] = [...(progress?.findings ?? [])];
  const counts = { btree: 0, gin: 0, heap: 0, scan: 0, none: 0, ...progress?.counts };
  const checked = new Set(progress?.checked);
  const time = makeCallTime(remainingTime);
  const total = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  let done = 0;
  const isLeft = ({ oid }: Checkable) => !checked.has(oid);
  await pool.forEach(untilOver(time, rows, isLeft), async (session, item) => {
    const deadline = Math.min(amcheckDeadline, Math.max(remainingTime(), 1000));
    const found = await time.piece(() =>
      checkOne(session, item, code.get(Number(item.table)) ?? nothingAttached, deadline),
    );
    if (found === 'cancelled' && deadline < amcheckDeadline) return;
    counts[item.check] += 1;
    checked.add(item.oid);
    if (found === 'cancelled') {
      findings.push({ object: item.object, status: 'gap', problem: 'the check did not end within its deadline' });
    } else findings.push(...found);
    done += Number(item.bytes);
    onProgress({ done, total });
  });
  if (rows.some(isLeft)) {
    return { complete: false, progress: { schemaVersion: 1, checked: [...checked], findings, counts } };
  }
  return {
    complete: true,
    result: { btrees: counts.btree, gins: counts.gin, heaps: counts.heap, scanned: counts.scan, findings },
  };
}

async function checkOne(
  client: pg.Client,
  { oid, object, check, method, scanned }: Checkable,
  { planned, written }: AttachedCode,
  deadline: number,
): Promise<Finding[] | 'cancelled'> {
  const gap = (problem: string): Finding => ({ object, status: 'gap', problem });
  const own = planned.filter((one) => one.object === `index ${object}`);
  const extent = indexCheck(own);
  const foreign = [...planned, ...written];
  const compare = async () => {
    if (foreign.length > 0) return { gap: `is not compared with its table: ${namedCode(foreign)}` };
    return scanned === null ? undefined : compareIndexWithTable(client, scanned, deadline);
  };
  if (extent === 'none') return [gap(`is not looked at: ${namedCode(own)}`)];
  if (check === 'none') {
    return [gap(`is a ${method} index: amcheck does not know it, and nothing compares its entries with the table`)];
  }
  try {
    await client.query(`set statement_timeout = ${Math.ceil(deadline)}`);
    if (check === 'btree') {
      // Every heap tuple must have its index tuple: heapallindexed.
      const isWhole = extent === 'whole';
      await client.query(`/* pg-gameday:structure */ select gameday.check_btree(${oid}::oid::regclass, ${isWhole})`);
      if (!isWhole) return [gap(`is sound in itself, and not compared with its table: ${namedCode(own)}`)];
    } else if (check === 'gin') {
      await client.query(`/* pg-gameday:structure */ select gameday.check_gin(${oid}::oid::regclass)`);
      const outcome = await compare();
      if (outcome !== undefined && 'missing' in outcome) {
        return [{ object, status: 'failed', problem: outcome.missing }];
      }
      // Of an operator class without such a scan amcheck has the word.
      if (outcome !== undefined && foreign.length > 0) return [gap(outcome.gap)];
    } else if (check === 'scan') {
      const outcome = await compare();
      if (outcome === undefined) return [];
      return 'gap' in outcome ? [gap(outcome.gap)] : [{ object, status: 'failed', problem: outcome.missing }];
    } else {
      const { rows } = await client.query<{ place: string; msg: string }>(
        `/* pg-gameday:structure */
select format('block %s, item %s', blkno, coalesce(offnum::text, '-')) as place, msg
from gameday.check_heap(${oid}::oid::regclass, on_error_stop => true, check_toast => true) limit 1`,
      );
      const [first] = rows;
      if (first !== undefined) return [{ object, status: 'failed', problem: `${first.place}: ${first.msg}` }];
    }
    return [];
  } catch (thrown) {
    const error = coerceError(thrown);
    const code = (error as { code?: string }).code ?? '';
    if (code === '57014') return 'cancelled';
    if (!/^[0-9A-Z]{5}$/.test(code) || /^(08|28|42501|53|57)/.test(code)) throw error;
    return [{ object, status: 'failed', problem: error.message }];
  }
}
