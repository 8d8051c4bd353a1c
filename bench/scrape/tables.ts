import type { DrillServer } from '../../sandbox/alarm-drill/drill-server.ts';

const atOnce = 100;

/** So many tables of 500 rows with three indexes and a sequence, analysed. Beyond 5,000 tables they are empty: it is names that cost. */
export async function makeTables(server: DrillServer, tables: number): Promise<void> {
  const rows = tables > 5000 ? 0 : 500;
  const session = await server.connect();
  await session.query('set synchronous_commit = off; set maintenance_work_mem = 65536');
  for (let from = 1; from <= tables; from += atOnce) {
    await session.query(`do $$ begin for n in ${from}..${Math.min(tables, from + atOnce - 1)} loop
execute format('create table t%s (id bigserial, k int, v text, ts timestamptz default now())', n);
execute format('insert into t%s (k, v) select i, md5(i::text) from generate_series(1, ${rows}) i', n);
execute format('alter table t%1$s add primary key (id); create index on t%1$s (k); create index on t%1$s (ts)', n);
end loop; end $$`);
    process.stderr.write(`\r${Math.min(tables, from + atOnce - 1)} of ${tables} tables`);
  }
  process.stderr.write('\r\x1b[2K');
  await session.end();
  await server.asSuperuser((client) => client.query('vacuum analyze'));
  await server.asSuperuser((client) => client.query('checkpoint'));
}
