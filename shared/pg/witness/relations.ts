import type pg from 'pg';
import type { HashedColumn, HashMethod } from '../../contracts/witness.ts';
import { type WayToRead, wayToRead } from '../../domain/verification/foreign-code.ts';
import { coerceError, MissingPrivilegeError, StatementFailedError } from '../../errors.ts';
import { isProtected, policyForUs } from '../foreign-code/foreign-code-sql.ts';
import { type AttachedCode, nothingAttached, readForeignCode } from '../foreign-code/read-foreign-code.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import { baseTypesSql, type ColumnFacts, columnsSql, hashedColumn } from './columns.ts';
import { isAnyOf, type PatientQuery, readPatiently, wasDropped } from './patient-read.ts';

/** A relation with rows of the user's, as the catalogue shows it. */
export type Relation = {
  readonly oid: number;
  /** Schema-qualified and quoted, ready for SQL. */
  readonly table: string;
  readonly kind: 'table' | 'materialized view' | 'catalogue';
  readonly method: HashMethod;
  readonly columns: readonly HashedColumn[];
  readonly filenode: number | null;
  readonly bytes: number;
  /** What the catalogue believes of a table that was analysed. */
  readonly estimatedRows: string | null;
  /** Oldest multixact id that a row of the table may bear. */
  readonly oldestMultixact: string;
  /** Another one means that DDL has touched it meanwhile, even if it looks the same again. */
  readonly version?: string | undefined;
  /** Why a physical backup cannot prove it, when it cannot. */
  readonly gap?: string;
  /** Foreign code that a query of it would run, so that none is made: without a gap it is read by COPY. */
  readonly code?: string | undefined;
  /** What the planner evaluates for it and was looked at, by the guard's names. */
  readonly attached?: readonly string[] | undefined;
};

/** Our own bookkeeping: rewritten each second, proven by the bracket rung. */
export const heartbeatTable = 'gameday.heartbeat';
/** Rewritten every few seconds, too, and of no use in a copy: whoever promotes one takes the lease anew. */
const leaseTable = 'gameday.lease';
/** In no witness. */
export const bookkeeping: readonly string[] = [heartbeatTable, leaseTable];

const ofUsers = `c.relkind in ('r', 'm', 'f') and c.relpersistence <> 't' and c.relispopulated
  and (n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
       or (c.oid = 'pg_catalog.pg_largeobject'::regclass and exists (select from pg_largeobject_metadata)))`;

/** `using (true)` as the catalogue stores it: pg_get_expr would wait for a lock on the table. */
const isConstantTrue = String.raw`^\{CONST :consttype 16 .*:constvalue 1 \[ 1 (0 )*\]\}$`;

/**
 * Tables, partitions and materialised views outside the system schemas, and large objects when there are any.
 * Partitioned parents and unpopulated views hold no rows; temporary tables are in no backup and belong to one session.
 */
const relationsOf = (bytes: string, keys?: readonly string[]) => `/* pg-gameday:relations */
with recursive part(type, component) as (
  -- the types of columns, and those below domains; not those of every table itself
  select oid, oid from pg_type
  where typtype = 'd' or oid in (select a.atttypid from pg_attribute a) or oid in (select typbasetype from pg_type)
  union
  select part.type, next.component
  from part
  join pg_type t on t.oid = part.component
  cross join lateral (
    select t.typelem where t.typelem <> 0 and t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
    union all select t.typbasetype where t.typbasetype <> 0
    union all select r.rngsubtype from pg_range r where r.rngtypid = t.oid or r.rngmultitypid = t.oid
    union all select a.atttypid from pg_attribute a
      where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ) as next(component)
), unsendable as (
  select distinct part.type from part join pg_type t on t.oid = part.component where t.typsend = 0
), ${baseTypesSql}
select c.oid::int8 as oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "table", c.relkind, c.relpersistence,
       m.amname, pg_relation_filenode(c.oid)::int8 as filenode, coalesce(${bytes}, 0) as bytes,
       (case when c.reltuples >= 0 and c.relpages > 0
             then c.reltuples / c.relpages * coalesce(${bytes}, 0) / current_setting('block_size')::int8
        end)::int8::text as "estimatedRows",
       c.relminmxid::text as "oldestMultixact", n.xmin || '/' || c.xmin as version,
       ${columnsSql} as columns,
       to_regprocedure('pg_catalog.hashbyteaextended(bytea, bigint)') is not null as is18,
       has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable,
       ${isProtected} as protected, exists (select from pg_attribute a where a.attrelid = c.oid and a.attgenerated = 's' and not a.attisdropped) as generated,
       ${isProtected} and not (exists (select from pg_policy p where ${policyForUs} and p.polpermissive
                           and p.polqual::text ~ '${isConstantTrue}')
                  and not exists (select from pg_policy p where ${policyForUs} and not p.polpermissive)) as filtered
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_am m on m.oid = c.relam
where ${ofUsers} and ${isAnyOf('c.oid::text', keys)}
order by bytes desc, c.oid`;

/** Waits for a lock that somebody holds on a table; `relationsOf` with the size that VACUUM saw does not. */
const sizeNow = 'pg_relation_size(c.oid)';
const sizeOfLastVacuum = "c.relpages::int8 * current_setting('block_size')::int8";

export const relationsSql = relationsOf(sizeNow);

export const relationsQuery: PatientQuery = {
  keysSql: `select c.oid::text as key, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ofUsers}`,
  rowsSql: (keys) => relationsOf(sizeNow, keys),
};

/**
 * Every relation, whoever locks or drops one meanwhile. Of one that stays locked only the size is a guess, which the
 * last chunk makes good: it has no end. One that was dropped has a gap, and no size and no file.
 */
export async function readRelations(
  client: pg.Client,
  snapshotId: string | undefined,
  role: string,
  trusted: readonly string[] = [],
): Promise<Relation[]> {
  const code = await readForeignCode(client, trusted);
  // Nobody waits for a lock here: the rows are read later, and that is when patience counts.
  const { rows, unread } = await readPatiently(client, snapshotId, relationsQuery, 0);
  for (const { key, name, problem } of unread) {
    const [row] = await queryUnder(client, snapshotId, [relationsOf(sizeOfLastVacuum, [key])]).then(
      ([found = []]) => found,
      (thrown: unknown) => {
        if (coerceError(thrown) instanceof StatementFailedError) return [];
        throw thrown;
      },
    );
    rows.push(row ?? { ...unreadable, oid: key, table: name, problem });
  }
  return parseRelations(rows, role, code).sort((left, right) => right.bytes - left.bytes || left.oid - right.oid);
}

const unreadable = {
  estimatedRows: null,
  relkind: 'r',
  relpersistence: 'p',
  filenode: null,
  bytes: 0,
  oldestMultixact: '1',
  columns: [],
  is18: false,
  readable: true,
  protected: false,
  generated: false,
};

/** Reads the rows of `relationsSql`. Throws MissingPrivilegeError when the role may not read a table. */
export function parseRelations(
  rows: readonly Row[],
  role: string,
  code: ReadonlyMap<number, AttachedCode> = new Map(),
): Relation[] {
  const users = rows.filter((row) => !bookkeeping.includes(String(row['table'])));
  // Null: dropped while it was read, so that there is nothing to be asked about.
  const hidden = users.filter((row) => isOrdinary(row) && row['readable'] === false);
  if (hidden.length > 0) {
    const names = hidden.slice(0, 10).map((row) => `'${row['table']}'`);
    const more = hidden.length > names.length ? ` and ${hidden.length - names.length} more` : '';
    throw new MissingPrivilegeError(`role '${role}' may not read ${names.join(', ')}${more}`, {
      hints: [`Grant pg_read_all_data to '${role}'.`, 'The SQL of docs/bootstrap.md sets the role up as a whole.'],
    });
  }
  return users.map((row) => {
    const { tags, planned, written } = code.get(Number(row['oid'])) ?? nothingAttached;
    const way = wayToRead({
      planned,
      written,
      isProtected: row['protected'] === true,
      hasGenerated: row['generated'] === true,
    });
    const gap = gapOf(row, way);
    return {
      oid: Number(row['oid']),
      table: String(row['table']),
      kind: row['relkind'] === 'm' ? 'materialized view' : 'table',
      method: row['is18'] === true ? 'columns 18' : 'columns',
      columns: (row['columns'] as ColumnFacts[]).map((facts) => hashedColumn(facts, row['is18'] === true)),
      filenode: row['filenode'] === null ? null : Number(row['filenode']),
      // Nothing of what is foreign or unlogged is in a backup.
      bytes: isInBackup(row) ? Number(row['bytes']) : 0,
      estimatedRows: isInBackup(row) ? (row['estimatedRows'] as string | null) : '0',
      oldestMultixact: String(row['oldestMultixact']),
      ...(row['version'] === undefined ? {} : { version: String(row['version']) }),
      ...(gap === undefined ? {} : { gap }),
      ...(way.by === 'query' ? {} : { code: way.why }),
      ...(tags.length === 0 ? {} : { attached: tags }),
    } satisfies Relation;
  });
}

const largeObjects = 'pg_catalog.pg_largeobject';
const isInBackup = (row: Row) => row['relkind'] !== 'f' && row['relpersistence'] !== 'u';
const isOrdinary = (row: Row) => row['relkind'] !== 'f' && row['table'] !== largeObjects;

function gapOf(row: Row, way: WayToRead): string | undefined {
  if (row['problem'] !== undefined) return String(row['problem']);
  if (row['readable'] === null) return wasDropped;
  if (row['relkind'] === 'f') return 'is a foreign table: its rows are not in this database';
  if (row['relpersistence'] === 'u') return 'is unlogged: a restore leaves it empty';
  if (row['amname'] !== 'heap') return `has table access method '${row['amname']}', only heap is understood`;
  if (row['filtered'] === true) return 'has row-level security that hides rows from the role';
  if (row['table'] === largeObjects && row['readable'] !== true)
    return 'holds large objects that the role may not read';
  return way.by === 'nothing' ? `has foreign code, so it is not read: ${way.why}` : undefined;
}
