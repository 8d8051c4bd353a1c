import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A database of many tables: `spare_*` are quiet, the others are swapped. */
export async function fillSwapped(master: pg.ClientConfig, tables: number): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  for (let first = 0; first < tables; first += 50) {
    const statements = Array.from({ length: Math.min(50, tables - first) }, (_, index) => {
      const name = `spare_${first + index}`;
      return `create table ${name} (id int primary key, note text default 'none'); insert into ${name} select g, 'row ' || g from generate_series(1, 20) g`;
    });
    await client.query(statements.join(';\n'));
  }
  await client.query(`create table report as select g as id, 'old' as v from generate_series(1, 100) g;
create table parts (day int, v text) partition by range (day);
create table parts_1 partition of parts for values from (0) to (10); insert into parts values (1, 'a');
create view shown as select id, v from report`);
  await client.query('analyze');
  await client.end();
}

/** What deployments and nightly jobs do, much too often: a table, a view and a partition are made anew and swapped in. */
const swaps = [
  'create table report_new as select g as id, $$new$$ as v from generate_series(1, 100) g',
  'drop view shown',
  'begin; alter table report rename to report_old; alter table report_new rename to report; commit',
  'drop table report_old',
  'create view shown as select id, v from report',
  'alter table parts detach partition parts_1',
  'drop table parts_1',
  'create table parts_1 partition of parts for values from (0) to (10)',
  'insert into parts values (1, $$b$$)',
];

export type Swapper = { readonly swaps: () => number; stop(): Promise<void> };

/** Swaps every `pause` milliseconds, and holds ACCESS EXCLUSIVE on one quiet table for `hold` of each `every`. */
export async function startSwaps(
  master: pg.ClientConfig,
  { pause = 300, hold = 5000, every = 10_000 }: { pause?: number; hold?: number; every?: number } = {},
): Promise<Swapper> {
  const stopping = new AbortController();
  let done = 0;
  const rest = (milliseconds: number) => delay(milliseconds, undefined, { signal: stopping.signal }).catch(() => {});
  const sessions = await Promise.all(
    [0, 1].map(async () => {
      const client = new pg.Client({ ...master, application_name: 'swaps' });
      await client.connect();
      return client;
    }),
  );
  const [swapper, locker] = sessions;
  if (swapper === undefined || locker === undefined) throw new Error('two sessions are needed');
  const swapping = (async () => {
    while (!stopping.signal.aborted) {
      for (const statement of swaps) await swapper.query(statement);
      done += 1;
      await rest(pause);
    }
  })();
  const locking = (async () => {
    for (let table = 0; !stopping.signal.aborted; table += 1) {
      await locker.query(`begin; lock table spare_${table % 100}`);
      await rest(hold);
      await locker.query('commit');
      await rest(every - hold);
    }
  })();
  return {
    swaps: () => done,
    async stop() {
      stopping.abort();
      await Promise.all([swapping, locking]);
      await Promise.all(sessions.map((client) => client.end()));
    },
  };
}
