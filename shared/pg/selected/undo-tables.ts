import pg from 'pg';
import type { TableDifference } from '../../contracts/restore/selected-objects.ts';
import { MergeRefusedError, UndoRefusedError } from '../../errors.ts';
import { refuseCascades } from './cascades.ts';
import { inLockedTables, type Timed } from './locked-merge.ts';
import { differs, type MergedPart, onKey } from './side-tables.ts';
import { readTargetTables, type TargetTable } from './target-tables.ts';

/** How the merged rows were before, and as what they were merged; of the role that merges. */
export const undoSchema = 'gameday_undo';

const runs = `${undoSchema}.runs`;
const nameOf = (run: string, index: number, which: 'before' | 'after'): string =>
  `${undoSchema}.${pg.escapeIdentifier(`${run}_${index + 1}_${which}`)}`;

export async function makeUndoSchema(client: pg.Client): Promise<void> {
  await client.query(`create schema if not exists ${undoSchema}`);
  await client.query(`create table if not exists ${runs} (run text primary key, merged_at timestamptz not null default now(),
  keep_until timestamptz not null, tables text[] not null, merged jsonb, undone_at timestamptz)`);
}

/** `before` holds rows that will be updated or deleted, `after` those that will be inserted or updated. */
export async function keepUndo(
  query: Timed,
  parts: readonly MergedPart[],
  { run, surplus, undoDays }: { readonly run: string; readonly surplus: 'keep' | 'delete'; readonly undoDays: number },
): Promise<void> {
  const known = await query(`select from ${runs} where run = $1`, [run]);
  if (known.rowCount !== 0)
    throw new MergeRefusedError(`'${run}' has merged already`, {
      hints: ['Start a new restore: what one has merged can be taken back only while nothing is merged over it.'],
    });
  await query(`insert into ${runs} (run, keep_until, tables) values ($1, now() + make_interval(days => $2), $3)`, [
    run,
    undoDays,
    parts.map(({ target }) => target.table),
  ]);
  for (const [index, { target, side }] of parts.entries()) {
    const { table, columns, key } = target;
    const [first = ''] = key;
    const list = (of: string) => columns.map((column) => `${of}.${column}`).join(', ');
    const gone = surplus === 'delete' ? `side.${first} is null or ` : '';
    await query(`create table ${nameOf(run, index, 'before')} as select ${list('live')} from only ${table} live
left join ${side} side on ${onKey(key, 'live', 'side')} where ${gone}(side.${first} is not null and ${differs(columns, 'live', 'side')})`);
    await query(`create table ${nameOf(run, index, 'after')} as select ${list('side')} from ${side} side
left join only ${table} live on ${onKey(key, 'live', 'side')} where live.${first} is null or ${differs(columns, 'live', 'side')}`);
  }
}

export type UndoRun = {
  readonly run: string;
  readonly mergedAt: string;
  readonly keepUntil: string;
  readonly tables: readonly string[];
  readonly merged: readonly TableDifference[];
  readonly undoneAt: string | null;
};

/** In the transaction of the merge: who asks again whether it was done hears what. */
export async function keepMerged(query: Timed, run: string, merged: readonly TableDifference[]): Promise<void> {
  await query(`update ${runs} set merged = $2 where run = $1`, [run, JSON.stringify(merged)]);
}

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** What can be taken back, newest first; none where nothing was ever merged. */
export async function listUndo(client: pg.Client): Promise<UndoRun[]> {
  const there = await client.query<{ there: boolean }>(`select to_regclass('${runs}') is not null as there`);
  if (there.rows[0]?.there !== true) return [];
  const { rows } =
    await client.query<UndoRun>(`select run, ${iso('merged_at')} as "mergedAt", ${iso('keep_until')} as "keepUntil", tables, merged,
${iso('undone_at')} as "undoneAt" from ${runs} order by merged_at desc`);
  return rows;
}

/** Removes what is kept no longer; answers the names. */
export async function dropExpiredUndo(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ run: string; tables: readonly string[] }>(
    `select run, tables from ${runs} where keep_until < now()`,
  );
  for (const { run, tables } of rows) {
    for (const index of tables.keys())
      for (const which of ['before', 'after'] as const)
        await client.query(`drop table if exists ${nameOf(run, index, which)}`);
    await client.query(`delete from ${runs} where run = $1`, [run]);
  }
  return rows.map(({ run }) => run);
}

/**
 * Makes the merged rows as they were before. A row that somebody has changed since is nobody's to take back: then nothing is. A second
 * call is refused, and changes nothing.
 */
export async function undoMerge(
  client: pg.Client,
  run: string,
  lockMilliseconds: number,
): Promise<Record<string, number>> {
  const known = (await listUndo(client)).find((one) => one.run === run);
  if (known === undefined)
    throw new UndoRefusedError(`nothing is kept of '${run}'`, {
      hints: ['npm run undo-restore without --run lists what is.'],
    });
  if (known.undoneAt !== null) throw new UndoRefusedError(`'${run}' was taken back at ${known.undoneAt} already`);
  const targets = await readTargetTables(client, known.tables);
  const parts = known.tables.map((table, index) => ({ index, target: targetOf(targets, table, run) }));
  return inLockedTables(client, targets, lockMilliseconds, async (query) => {
    for (const part of parts) {
      await refuseChanged(query, part, run);
      const [before, after] = [nameOf(run, part.index, 'before'), nameOf(run, part.index, 'after')];
      const isIn = (name: string, alias: string) =>
        `exists (select from ${name} ${alias} where ${onKey(part.target.key, alias, 'live')}`;
      await refuseCascades(
        query,
        part.target,
        targets.map(({ oid }) => oid),
        {
          deleted: `${isIn(after, 'after')}) and not ${isIn(before, 'before')})`,
          updated: (columns) => `${isIn(before, 'before')} and ${differs(columns, 'live', 'before')})`,
        },
      );
    }
    const steps = parts.flatMap((part) => stepsOf(part, run));
    const { rows } = await query<
      Record<string, string>
    >(`/* pg-gameday:undo */ with ${steps.map(({ sql }) => sql).join(',\n')}
select ${steps.map(({ name }) => `(select count(*)::text from ${name}) as ${name}`).join(', ')}`);
    await query(`update ${runs} set undone_at = clock_timestamp() where run = $1`, [run]);
    const [done = {}] = rows;
    return Object.fromEntries(
      parts.map(({ index, target }) => [
        target.table,
        ['i', 'u', 'd'].reduce((sum, kind) => sum + Number(done[`${kind}${index}`] ?? 0), 0),
      ]),
    );
  });
}

type Part = { readonly index: number; readonly target: TargetTable };

function targetOf(targets: readonly TargetTable[], table: string, run: string): TargetTable {
  const found = targets.find((one) => one.table === table);
  if (found !== undefined) return found;
  throw new UndoRefusedError(`${table}, which '${run}' has merged, is not there any more`);
}

/** Rows that were merged and are not as they were merged any more, or that came back by another way. */
async function refuseChanged(query: Timed, { index, target }: Part, run: string): Promise<void> {
  const { table, columns, key } = target;
  const [first = ''] = key;
  const [before, after] = [nameOf(run, index, 'before'), nameOf(run, index, 'after')];
  const { rows } = await query<{ changed: string }>(`select (
  (select count(*) from ${after} after left join only ${table} live on ${onKey(key, 'live', 'after')}
    where live.${first} is null or ${differs(columns, 'live', 'after')})
  + (select count(*) from ${before} before join only ${table} live on ${onKey(key, 'live', 'before')}
    where not exists (select from ${after} after where ${onKey(key, 'after', 'before')})))::text as changed`);
  if (rows[0]?.changed === '0') return;
  throw new UndoRefusedError(`${rows[0]?.changed} rows of ${table} were changed after '${run}' had merged them`, {
    hints: [`Nothing was taken back. How they were stands in ${before}: bring them back by hand.`],
  });
}

function stepsOf({ index, target }: Part, run: string): { readonly name: string; readonly sql: string }[] {
  const { table, columns, key, alwaysIdentity } = target;
  const [before, after] = [nameOf(run, index, 'before'), nameOf(run, index, 'after')];
  const list = columns.join(', ');
  const updated = columns.filter((column) => !key.includes(column) && !alwaysIdentity.includes(column));
  const overriding = alwaysIdentity.length === 0 ? '' : 'overriding system value ';
  const steps: [string, string][] = [
    [
      `i${index}`,
      `insert into ${table} (${list}) ${overriding}select ${list} from ${before} before where not exists (select from only ${table} live where ${onKey(key, 'live', 'before')}) returning 1`,
    ],
    ...(updated.length === 0
      ? []
      : [
          [
            `u${index}`,
            `update only ${table} live set ${updated.map((column) => `${column} = before.${column}`).join(', ')} from ${before} before where ${onKey(key, 'live', 'before')} returning 1`,
          ] as [string, string],
        ]),
    [
      `d${index}`,
      `delete from only ${table} live using ${after} after where ${onKey(key, 'live', 'after')} and not exists (select from ${before} before where ${onKey(key, 'before', 'after')}) returning 1`,
    ],
  ];
  return steps.map(([name, sql]) => ({ name, sql: `${name} as (${sql})` }));
}
