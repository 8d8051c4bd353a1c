import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { catalogueLockDeadline, catalogueRetryPause, pieceLockDeadline } from '../../deadlines.ts';
import { coerceError } from '../../errors.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import { isLockError } from './locked-tables.ts';

/**
 * Catalogue queries call functions (pg_get_viewdef, pg_relation_size, pg_sequence_last_value, …) that look at the
 * catalogue of this moment, whatever snapshot they run under, and some of them lock what they look at. An object that
 * somebody drops or locks meanwhile fails the whole query. So such a query is asked again, then in smaller and smaller
 * pieces, until the object is alone: the others are read, and it is named.
 */
export type PatientQuery = {
  /** `key` and `name` of every object: reads plain columns only, so that it waits for nobody. */
  readonly keysSql: string;
  /** The rows of these keys; of all when absent. */
  rowsSql(keys?: readonly string[]): string;
};

export type UnreadObject = { readonly key: string; readonly name: string; readonly problem: string };
export type PatientRead = { readonly rows: Row[]; readonly unread: readonly UnreadObject[] };

export const wasLocked = 'was locked by DDL while the catalogue was read';
export const wasDropped = 'was dropped while the catalogue was read';

/**
 * What an object that moves, or is locked, makes a query say. `XX000` is "cache lookup failed" and its like; 22021 and
 * 22P05: a name has bytes that no UTF-8 can report, so that it stops every query that shows it.
 */
const moving = /^(XX000|42P01|42703|42704|42883|3F000|55P03|55000|40P01|22023|22021|22P05)$/;
export const isMoving = (thrown: unknown): boolean => moving.test(codeOf(thrown));
const codeOf = (thrown: unknown) => (coerceError(thrown) as { code?: string }).code ?? '';

/**
 * Reads all that can be read, under an exported snapshot when one is given. What is locked is asked for again, last,
 * until `until` of performance.now().
 */
export async function readPatiently(
  client: pg.Client,
  snapshotId: string | undefined,
  query: PatientQuery,
  until: number,
): Promise<PatientRead> {
  const ask = (sql: string, lockDeadline = pieceLockDeadline) => askOnce(client, snapshotId, sql, lockDeadline);
  for (const attempt of [1, 2]) {
    try {
      return { rows: await ask(query.rowsSql(), catalogueLockDeadline), unread: [] };
    } catch (thrown) {
      if (!isMoving(thrown)) throw thrown;
      if (attempt === 1 && codeOf(thrown) !== '55P03') await delay(catalogueRetryPause);
    }
  }
  const names = await namesOf(ask, query);
  const rows: Row[] = [];
  const alone = new Map<string, Error>();
  const readPiece = async (keys: readonly string[]): Promise<void> => {
    try {
      for (const row of await ask(query.rowsSql(keys))) rows.push(row);
    } catch (thrown) {
      if (!isMoving(thrown)) throw thrown;
      if (keys.length === 1) return void alone.set(String(keys[0]), coerceError(thrown));
      for (const part of quarters(keys)) await readPiece(part);
    }
  };
  for (const part of quarters([...names.keys()])) await readPiece(part);

  const unread: UnreadObject[] = [];
  while (alone.size > 0) {
    const still = await namesOf((sql) => askOnce(client, undefined, sql, catalogueLockDeadline), query);
    const isOver = performance.now() >= until;
    for (const [key, error] of alone) {
      // A lock ends; an error about an object that is still there stays, unless a part of it has just been changed.
      const problem = !still.has(key) ? wasDropped : isOver || isUnnamable(error) ? whyUnread(error) : undefined;
      if (problem === undefined) continue;
      unread.push({ key, name: names.get(key) ?? key, problem });
      alone.delete(key);
    }
    if (alone.size === 0) break;
    await delay(catalogueRetryPause);
    const again = [...alone.keys()];
    alone.clear();
    for (const key of again) await readPiece([key]);
  }
  return { rows, unread };
}

const isUnnamable = (error: Error) => ['22021', '22P05'].includes(codeOf(error));

function whyUnread(error: Error): string {
  if (isLockError(error)) return wasLocked;
  if (isUnnamable(error))
    return `has a name, or a part with one, that UTF-8 cannot report, so that it cannot be asked for; rename it: ${error.message}`;
  return `cannot be read: ${error.message}`;
}

/** By key; objects are named by their key when a name cannot be shown. */
async function namesOf(ask: (sql: string) => Promise<Row[]>, { keysSql }: PatientQuery): Promise<Map<string, string>> {
  const rows = await ask(keysSql).catch((thrown: unknown) => {
    if (!isMoving(thrown)) throw thrown;
    return ask(`select key, 'number ' || key as name from (${keysSql}) as named`);
  });
  return new Map(rows.map((row) => [String(row['key']), String(row['name'])]));
}

/** One short transaction; a lock that somebody holds is not waited for, because nobody shall queue behind us. */
async function askOnce(
  client: pg.Client,
  snapshotId: string | undefined,
  sql: string,
  lockDeadline: number,
): Promise<Row[]> {
  const statements = [`set local lock_timeout = ${lockDeadline}`, sql];
  const [, rows = []] = await queryUnder(client, snapshotId, statements);
  return rows;
}

function quarters<T>(items: readonly T[]): T[][] {
  const size = Math.max(1, Math.ceil(items.length / 4));
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

/** As a condition of SQL. */
export const isAnyOf = (expression: string, keys: readonly string[] | undefined): string =>
  keys === undefined
    ? 'true'
    : `${expression} = any (array[${keys.map((key) => `'${key.replaceAll("'", "''")}'`).join(',')}]::text[])`;
