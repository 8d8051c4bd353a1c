import type pg from 'pg';
import type { TableDifference } from '../../contracts/restore/selected-objects.ts';
import { MergeRefusedError } from '../../errors.ts';
import { refuseCascades } from './cascades.ts';
import { inLockedTables, type Timed } from './locked-merge.ts';
import { differs, type MergedPart, onKey } from './side-tables.ts';
import { keepMerged, keepUndo, makeUndoSchema } from './undo-tables.ts';

export type MergeOptions = {
  /** Of the restore: the name of what can be undone. */
  readonly run: string;
  readonly surplus: 'keep' | 'delete';
  readonly lockMilliseconds: number;
  readonly undoDays: number;
};

/**
 * Makes the live tables as the restored ones: inserts what is missing, updates what differs, deletes what is surplus where that was asked
 * for, in one statement, so that foreign keys between the tables are looked at when all of it is done; and keeps how it was. Triggers of
 * users rest meanwhile, foreign keys do not. What would reach into a table that is not named is refused, and so is a merge after which a table is not
 * as it is to be. Nobody waits for the tables longer than `lockMilliseconds`. A second call finds nothing to do.
 */
export async function mergeTables(
  client: pg.Client,
  parts: readonly MergedPart[],
  { run, surplus, lockMilliseconds, undoDays }: MergeOptions,
): Promise<TableDifference[]> {
  await makeUndoSchema(client);
  const tables = parts.map(({ target }) => target);
  return inLockedTables(client, tables, lockMilliseconds, async (query) => {
    for (const { target, side } of parts) {
      const isOf = onKey(target.key, 'side', 'live');
      await refuseCascades(
        query,
        target,
        tables.map(({ oid }) => oid),
        {
          deleted: surplus === 'delete' ? `not exists (select from ${side} side where ${isOf})` : undefined,
          updated: (columns) =>
            `exists (select from ${side} side where ${isOf} and ${differs(columns, 'live', 'side')})`,
        },
      );
    }
    await keepUndo(query, parts, { run, surplus, undoDays });
    const steps = parts.flatMap((part, index) => stepsOf(part, index, surplus));
    const names = parts.flatMap((_, index) =>
      ['i', 'u', ...(surplus === 'delete' ? ['d'] : [])].map((kind) => `${kind}${index}`),
    );
    const counts = names.map((name) => `(select count(*)::text from ${name}) as ${name}`);
    const { rows } = await query<Record<string, string>>(
      `/* pg-gameday:merge */ with ${steps.join(',\n')} select ${counts.join(', ')}`,
    );
    const [done = {}] = rows;
    for (const part of parts) await refuseRest(query, part, surplus);
    const merged = parts.map(({ target: { table } }, index) => ({
      table,
      missing: done[`i${index}`] ?? '0',
      differing: done[`u${index}`] ?? '0',
      surplus: done[`d${index}`] ?? '0',
    }));
    await keepMerged(query, run, merged);
    return merged;
  });
}

/** `1` beside each: what a step returns is only counted. */
function stepsOf({ target, side }: MergedPart, index: number, surplus: 'keep' | 'delete'): string[] {
  const { table, columns, key, alwaysIdentity } = target;
  const list = columns.join(', ');
  const updated = columns.filter((column) => !key.includes(column) && !alwaysIdentity.includes(column));
  const overriding = alwaysIdentity.length === 0 ? '' : 'overriding system value ';
  const absent = (from: string, other: string, alias: string) =>
    `not exists (select from ${from} where ${onKey(key, alias, other)})`;
  return [
    `i${index} as (insert into ${table} (${list}) ${overriding}select ${list} from ${side} side
  where ${absent(`only ${table} live`, 'live', 'side')} returning 1)`,
    updated.length === 0
      ? `u${index} as (select 1 where false)`
      : `u${index} as (update only ${table} live set ${updated.map((column) => `${column} = side.${column}`).join(', ')} from ${side} side
  where ${onKey(key, 'live', 'side')} and ${differs(columns, 'live', 'side')} returning 1)`,
    ...(surplus === 'delete'
      ? [`d${index} as (delete from only ${table} live where ${absent(`${side} side`, 'side', 'live')} returning 1)`]
      : []),
  ];
}

/** The proof of a merge: what is not as it was restored, byte by byte, is not called merged. */
export async function refuseRest(
  query: Timed,
  { target, side }: MergedPart,
  surplus: 'keep' | 'delete',
): Promise<void> {
  const { table, columns, key } = target;
  const [first = ''] = key;
  const kind = surplus === 'delete' ? 'full' : 'right';
  const { rows } = await query<{ left: string }>(`/* pg-gameday:merged */
select count(*)::text as left from only ${table} live ${kind} join ${side} side on ${onKey(key, 'live', 'side')}
where live.${first} is null or side.${first} is null or ${differs(columns, 'live', 'side')}`);
  if (rows[0]?.left === '0') return;
  throw new MergeRefusedError(
    `after the merge ${rows[0]?.left} rows of ${table} are not as they were restored, expected none`,
    {
      hints: ['Nothing was changed. Something of the table changes what is written: merge by hand.'],
    },
  );
}
