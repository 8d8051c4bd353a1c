import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import type { Intercept } from '../../../sandbox/wire/dispatch.ts';
import { waitUntil } from '../wait-until.ts';

/** By the clock of this computer. */
export type Marker = { readonly id: number; readonly begun: number; readonly ended: number };

/** The project's own, with a pause of the writers of `own`. */
export async function operationsWithPause(place: string): Promise<string> {
  const operations = parse(await readFile('operations.yml', 'utf8'));
  operations.stages.dev.databases.own.exactPause = true;
  const file = path.join(place, 'operations.yml');
  await writeFile(file, stringify(operations));
  return file;
}

/** Writes a marker every 50 ms; what it answers ends that, and gives what was written, by the clock of this computer. */
export async function writeMarkers(master: pg.ClientConfig): Promise<() => Promise<Marker[]>> {
  const client = new pg.Client(master);
  await client.connect();
  const markers: Marker[] = [];
  let isWriting = true;
  const writing = (async () => {
    for (let id = 1; isWriting; id += 1) {
      const begun = Date.now();
      await client.query('insert into markers values ($1)', [id]);
      markers.push({ id, begun, ended: Date.now() });
      await client.query('update orders set times = times + 1 where id = 1');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return async () => {
    isWriting = false;
    await writing;
    await client.end();
    return markers;
  };
}

export async function fill(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  await client.query(
    'create table orders (id integer primary key, times integer default 0); create table markers (id integer primary key)',
  );
  await client.query('insert into orders select generate_series(1, 5000)');
  await client.query('vacuum (freeze, analyze)');
  await client.end();
}

/** RDS restores another moment than it is asked for, by so many milliseconds. */
export const shiftMoments =
  (shift: () => number) =>
  (hooks: Intercept): Intercept =>
  (call, input, next) => {
    const moment = input as { RestoreTime?: Date };
    if (call.operation === 'RestoreDBInstanceToPointInTime' && moment.RestoreTime !== undefined)
      moment.RestoreTime = new Date(Number(moment.RestoreTime) + shift());
    return hooks(call, input, next);
  };

export const passed = (time: number) => waitUntil('the bracket is long enough', () => Date.now() > time);
