import type pg from 'pg';
import type { AlarmCase, Scene } from '../alarm-case.ts';
import { seen } from '../awaited.ts';

const replication = (scene: Scene): pg.ClientConfig => ({
  ...{ ...scene.server.master, user: 'rdsadmin', password: 'admin', host: scene.server.socketDirectory },
  ...({ replication: 'database' } as pg.ClientConfig),
});

async function openMany(scene: Scene, count: number, config?: pg.ClientConfig): Promise<void> {
  for (let opened = 0; opened < count; opened += 1) await scene.open(config);
}

/** A transaction that its client has left open, as long as the lines of the alarm are. */
const left = (title: string, leave: (client: pg.Client) => Promise<unknown>): AlarmCase => ({
  alarm: 'long-transaction',
  title,
  expected: 'critical',
  async run(scene) {
    await scene.driven.minutes(1);
    const client = await scene.open();
    await client.query('begin');
    await leave(client);
    await scene.driven.minutes(5);
    scene.expect('after 5 minutes');
    await scene.driven.minutes(2);
    scene.expect('after 7 minutes', 'long-transaction-warning');
    await scene.driven.minutes(10);
    scene.expect('after 17 minutes', 'long-transaction-critical', 'long-transaction-warning');
    await client.query('rollback');
    await scene.driven.minutes(1);
    scene.expect('when it has ended');
  },
});

/** 40 connections are usable: 43 less two for superusers and one that is reserved. Two of them are the drill's and the collector's. */
export const sessionCases: readonly AlarmCase[] = [
  {
    alarm: 'connections',
    title: 'sessions up to the reserve: 30, 31, 37 of 40',
    expected: 'critical',
    async run(scene) {
      await openMany(scene, 28);
      await scene.driven.minutes(3);
      scene.expect('30 of 40');
      await openMany(scene, 1);
      await scene.driven.minutes(3);
      scene.expect('31 of 40', 'connections-warning');
      await openMany(scene, 6);
      await scene.driven.minutes(3);
      scene.expect('37 of 40', 'connections-critical', 'connections-warning');
    },
  },
  {
    alarm: 'connections',
    title: '12 walsenders and the background workers beside 30 sessions',
    expected: 'quiet',
    async run(scene) {
      await openMany(scene, 28);
      await openMany(scene, 12, replication(scene));
      await scene.driven.minutes(4);
      scene.expect('30 of 40');
    },
  },
  left('idle in transaction', (client) => client.query('select')),
  left('idle in a failed transaction', (client) => client.query('select 1/0').catch(() => {})),
  {
    alarm: 'long-transaction',
    title: 'prepared and forgotten',
    expected: 'warning',
    async run({ driven, server, expect }) {
      await driven.minutes(1);
      await server.asSuperuser((client) => client.query("begin; create table t (); prepare transaction 'forgotten'"));
      try {
        await driven.minutes(7);
        expect('after 7 minutes', 'long-transaction-warning');
      } finally {
        await server.asSuperuser((client) => client.query("rollback prepared 'forgotten'"));
      }
    },
  },
  {
    alarm: 'long-transaction',
    title: 'COPY inside its limit of half an hour',
    expected: 'quiet',
    run: (scene) =>
      copying(scene, 'COPY', async () => {
        await scene.driven.minutes(7, 4);
        scene.expect('after 28 minutes');
      }),
  },
  {
    alarm: 'long-transaction',
    title: 'COPY beyond its limit',
    expected: 'critical',
    run: (scene) =>
      copying(scene, 'COPY', async () => {
        await scene.driven.minutes(8, 4);
        scene.expect('after 32 minutes', 'long-transaction-critical', 'long-transaction-warning');
      }),
  },
  {
    alarm: 'long-transaction',
    title: 'a walsender and autovacuum for an hour',
    expected: 'quiet',
    async run(scene) {
      const { server, session, driven, expect } = scene;
      await session.query(
        'create table t (id int) with (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)',
      );
      await session.query(
        'insert into t select generate_series(1, 60000); delete from t; select pg_stat_force_next_flush()',
      );
      await scene.open(replication(scene));
      await server.asSuperuser(async (client) => {
        await client.query("alter system set autovacuum_naptime = '1s'");
        await client.query('alter system set autovacuum = on');
        await client.query('select pg_reload_conf()');
        try {
          await seen(
            client,
            "select from pg_stat_activity where backend_type = 'autovacuum worker' and query like '%public.t%'",
          );
          for (let pass = 0; pass < 15; pass += 1) await driven.minutes(1, 4);
          expect('after an hour');
        } finally {
          await client.query('alter system reset autovacuum_naptime');
          await client.query('alter system reset autovacuum');
          await client.query('select pg_reload_conf()');
          await client.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'autovacuum worker'",
          );
        }
      });
    },
    besides: ['vacuum', 'gaps'],
  },
];

/** While a superuser copies for ten minutes at most. */
async function copying({ driven, server }: Scene, what: string, work: () => Promise<void>): Promise<void> {
  await driven.minutes(1);
  await server.asSuperuser(async (superuser) => {
    const running = superuser.query("copy (select pg_sleep(600)) to '/dev/null'").catch(() => {});
    try {
      await server.asSuperuser((other) => seen(other, 'select from pg_stat_progress_copy'));
      await work();
    } finally {
      await server.asSuperuser((other) =>
        other.query('select pg_cancel_backend(pid) from pg_stat_activity where query ilike $1', [
          `${what} (select pg_sleep%`,
        ]),
      );
      await running;
    }
  });
}
