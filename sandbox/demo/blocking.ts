import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { loginOfApplication } from './application.ts';

/** A session that holds a row, and many that wait for it, as one application whose transaction was forgotten. */
export type Blocking = {
  readonly pid: number;
  /** How it stands now: who waits still is neither. */
  now(): { readonly isBlockerEnded: boolean; readonly wentOn: number; readonly failed: number };
  /** How the sessions that waited have ended, once all have. */
  ended(): Promise<{ readonly wentOn: number; readonly failed: number; readonly blocker: string }>;
  /** Lets everybody go. */
  release(): Promise<void>;
};

/** Where sessions block: how the application logs in, and somebody who may make its table and look at all sessions. */
export type BlockingPlace = {
  readonly login: pg.ClientConfig & { readonly user: string };
  readonly asMaster: (work: (client: pg.Client) => Promise<unknown>) => Promise<unknown>;
};

export const blockingPlace = async (master: pg.ClientConfig): Promise<BlockingPlace> => ({
  login: await loginOfApplication(master),
  asMaster: (work) => asMaster(master, work),
});

/** Milliseconds within which all of them wait. */
const bound = 60_000;

/** The application locks a row of a table of its own and rests; `count` other sessions of it want the row, for longer than `seconds`. */
export async function blockSessions(place: BlockingPlace, count: number, seconds: number): Promise<Blocking> {
  const opened: pg.Client[] = [];
  const release = async () => {
    await Promise.all(opened.map((client) => client.end().catch(() => {})));
  };
  try {
    return { ...(await blockIn(opened, place, count, seconds)), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function blockIn(
  opened: pg.Client[],
  { login, asMaster }: BlockingPlace,
  count: number,
  seconds: number,
): Promise<Omit<Blocking, 'release'>> {
  await asMaster((client) =>
    client.query(`create table if not exists public.orders_in_work (id int primary key, taken int not null);
insert into public.orders_in_work values (1, 0) on conflict do nothing;
grant select, update on public.orders_in_work to ${pg.escapeIdentifier(login.user)}`),
  );
  const open = async (name: string) => {
    const client = new pg.Client({ ...login, application_name: name });
    client.on('error', () => {});
    opened.push(client);
    await client.connect();
    return client;
  };
  const update = 'update public.orders_in_work set taken = taken + 1 where id = 1';
  const blocker = await open('checkout');
  let isBlockerEnded = false;
  blocker.on('end', () => {
    isBlockerEnded = true;
  });
  await blocker.query('begin');
  await blocker.query(update);
  const { rows } = await blocker.query<{ pid: number }>('select pg_backend_pid() as pid');
  const waiters = await Promise.all(Array.from({ length: count }, (_, index) => open(`order ${index + 1}`)));
  const so = { wentOn: 0, failed: 0 };
  const ends = waiters.map((client) =>
    client.query(update).then(
      () => {
        so.wentOn += 1;
      },
      () => {
        so.failed += 1;
      },
    ),
  );
  await asMaster(async (client) => {
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
  return {
    pid: rows[0]?.pid ?? 0,
    now: () => ({ isBlockerEnded, ...so }),
    async ended() {
      await Promise.all(ends);
      return { ...so, blocker: isBlockerEnded ? 'its session was ended' : 'it goes on' };
    },
  };
}

async function asMaster(master: pg.ClientConfig, work: (client: pg.Client) => Promise<unknown>): Promise<unknown> {
  const client = new pg.Client(master);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
