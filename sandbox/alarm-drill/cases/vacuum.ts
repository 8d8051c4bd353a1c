import type { AlarmCase, Scene } from '../alarm-case.ts';
import { awaited, seen } from '../awaited.ts';

/** A table that autovacuum owes a run, and would be slow with. */
const churn = `create table t (id int) with (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
insert into t select generate_series(1, 30000); delete from t where id % 2 = 0; select pg_stat_force_next_flush(); analyze t`;

const configure = ({ server }: Scene, ...changes: readonly string[]) =>
  server.asSuperuser(async (client) => {
    for (const change of changes) await client.query(`alter system ${change}`);
    await client.query('select pg_reload_conf()');
  });

export const vacuumCases: readonly AlarmCase[] = [
  {
    alarm: 'vacuum',
    title: 'a worker that locks cancel again and again',
    expected: 'critical',
    besides: ['bloat'], // half of the table's rows are gone
    async run(scene) {
      const { server, session, driven, expect } = scene;
      const cancelled = async () => (await server.log()).split('canceling autovacuum task').length;
      await session.query(churn);
      await configure(scene, "set autovacuum_naptime = '1s'", 'set autovacuum = on');
      const locker = await scene.open();
      let isOver = false;
      // Whoever wants the table gets it: the worker is ended, and nothing of its work is kept.
      const locks = (async () => {
        while (!isOver) {
          await locker.query('begin; lock table t in access exclusive mode; commit');
          await locker.query('select pg_sleep(0.05)');
        }
      })();
      try {
        await driven.minutes(1);
        const before = await cancelled();
        await awaited('two workers were ended', async () => (await cancelled()) >= before + 2);
        await driven.minutes(32, 4);
        expect('after two hours', 'vacuum-critical', 'vacuum-warning');
      } finally {
        isOver = true;
        await locks;
        await configure(scene, 'reset autovacuum_naptime', 'reset autovacuum');
      }
    },
  },
  {
    alarm: 'vacuum',
    title: 'a run against wraparound that is slow and advances',
    expected: 'quiet',
    async run({ session, driven, open, expect }) {
      await session.query(churn);
      const slow = await open();
      await slow.query('set vacuum_cost_delay = 100; set vacuum_cost_limit = 1');
      const vacuum = slow.query('vacuum (freeze) t').catch(() => {});
      const scanned = async () => {
        const sql = 'select sum(heap_blks_scanned) as n from pg_stat_progress_vacuum';
        return Number((await session.query<{ n: string | null }>(sql)).rows[0]?.n ?? 0);
      };
      await awaited('it scans', async () => (await scanned()) > 0);
      for (let pass = 0; pass < 5; pass += 1) {
        const before = await scanned();
        await driven.minutes(1, 25);
        await awaited('it comes further', async () => (await scanned()) !== before);
      }
      expect('after two hours');
      await session.query("select pg_cancel_backend(pid) from pg_stat_activity where query = 'vacuum (freeze) t'");
      await vacuum;
    },
    besides: ['long-transaction', 'bloat'],
  },
  {
    alarm: 'vacuum',
    title: 'a table that autovacuum is told to leave alone',
    expected: 'quiet',
    async run({ session, driven, expect }) {
      await session.query(churn);
      await session.query('alter table t set (autovacuum_enabled = false)');
      await seen(session, "select from pg_stat_user_tables where relname = 't' and n_dead_tup > 10000");
      await driven.minutes(1);
      await driven.minutes(1, 130);
      expect('after two hours');
    },
  },
];
