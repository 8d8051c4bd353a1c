import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { loginOfApplication } from './application.ts';

/** A session that holds a row, and many that wait for it, as one application whose transaction was forgotten. */
export type Blocking = {
  readonly pid: number;
  /** How the sessions that waited have ended, once all have. */
  ended(): Promise<{ readonly wentOn: number; readonly failed: number; readonly blocker: string }>;
  /** Lets everybody go. */
  release(): Promise<void>;
};

/** Milliseconds within which all of them wait. */
const bound = 60_000;

/** The application locks a row of a table of its own and rests; `count` other sessions of it want the row. */
export async function blockSessions(master: pg.ClientConfig, count: number, seconds: number): Promise<Blocking> {
  const login = await loginOfApplication(master);
  await asMaster(master, (client) =>
    client.query(`create table if not exists public.orders_in_work (id int primary key, taken int not null);
insert into public.orders_in_work values (1, 0) on conflict do nothing;
grant select, update on public.orders_in_work to ${pg.escapeIdentifier(login.user)}`),
  );
  const open = async (name: string) => {
    const client = new pg.Client({ ...login, application_name: name });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const update = 'update public.orders_in_work set taken = taken + 1 where id = 1';
  const blocker = await open('checkout');
  let blockerEnded = 'it goes on';
  blocker.on('end', () => {
    blockerEnded = 'its session was ended';
  });
  await blocker.query('begin');
  await blocker.query(update);
  const { rows } = await blocker.query<{ pid: number }>('select pg_backend_pid() as pid');
  const waiters = await Promise.all(Array.from({ length: count }, (_, index) => open(`order ${index + 1}`)));
  const ends = waiters.map((client) =>
    client.query(update).then(
      () => true,
      () => false,
    ),
  );
  await asMaster(master, async (client) => {
    for (const until = Date.now() + bound; ; await delay(200)) {
      const { rows: found } = await client.query<{ waits: number; seconds: number }>(
        `select (select count(*) from pg_locks where not granted)::int as waits,
                (select extract(epoch from clock_timestamp() - xact_start)::float8 from pg_stat_activity where pid = $1) as seconds`,
        [rows[0]?.pid],
      );
      if ((found[0]?.waits ?? 0) >= count && (found[0]?.seconds ?? 0) > seconds) return;
      if (Date.now() > until) throw new Error(`${count} sessions do not wait after ${bound / 1000} s`);
    }
  });
  const release = async () => {
    await Promise.all([blocker, ...waiters].map((client) => client.end().catch(() => {})));
  };
  return {
    pid: rows[0]?.pid ?? 0,
    async ended() {
      const outcomes = await Promise.all(ends);
      const wentOn = outcomes.filter(Boolean).length;
      return { wentOn, failed: outcomes.length - wentOn, blocker: blockerEnded };
    },
    release,
  };
}

async function asMaster<T>(master: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(master);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
