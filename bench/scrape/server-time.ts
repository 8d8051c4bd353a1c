import type { DrillServer } from '../../sandbox/alarm-drill/drill-server.ts';

/** What the statements of one role took of the server, as pg_stat_statements counts it: planned and executed. */
export type Cost = { readonly statements: number; readonly milliseconds: number; readonly slowest: string };

/** Settings under which every statement is counted, its planning too. */
export const countingSettings = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
  'pg_stat_statements.max': '10000',
  shared_buffers: '1GB',
  max_locks_per_transaction: '1024',
  autovacuum: 'off',
  max_wal_size: '4GB',
};

type Row = { calls: number; milliseconds: number; query: string };

/** Does `work`, and says what `role` asked meanwhile. */
export async function costOf(server: DrillServer, role: string, work: () => Promise<unknown>): Promise<Cost> {
  return await server.asSuperuser(async (client) => {
    await client.query('select pg_stat_statements_reset()');
    await work();
    const { rows } = await client.query<Row>(
      `select s.calls::float8 as calls, s.total_exec_time + s.total_plan_time as milliseconds, s.query
         from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = $1 and s.toplevel order by 2 desc`,
      [role],
    );
    const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
    const [first] = rows;
    return {
      statements: sum(({ calls }) => calls),
      milliseconds: sum(({ milliseconds }) => milliseconds),
      slowest: first === undefined ? '' : `${first.milliseconds.toFixed(1)} ms ${nameOf(first.query)}`,
    };
  });
}

/** A statement of ours by its comment, another one by its beginning. */
const nameOf = (query: string): string =>
  /pg-gameday:health-([a-z-]+)/.exec(query)?.[1] ?? query.replace(/\s+/g, ' ').slice(0, 30);

/** The middle of several passes, by their time. */
export function median(costs: readonly Cost[]): Cost {
  const sorted = [...costs].sort((one, other) => one.milliseconds - other.milliseconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
