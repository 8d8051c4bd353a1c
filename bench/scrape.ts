/**
 * What one pass of collect-health takes of a server with many tables, beside postgres_exporter and check_postgres where they
 * are installed: statements, and milliseconds as pg_stat_statements counts them, the median of several passes.
 *
 *   npm run bench:scrape -- [tables] [passes]
 *
 * Exit code 1 when the fast cycle misses its target, which is meant for 2,000 tables: 12 statements and 150 ms.
 */
import { readFileSync } from 'node:fs';
import { type Collector, startCollector } from '../sandbox/alarm-drill/collector.ts';
import { startDrillServer } from '../sandbox/alarm-drill/drill-server.ts';
import { checkPostgres, exporter, makePeerRole } from './scrape/peers.ts';
import { type Cost, costOf, countingSettings, median } from './scrape/server-time.ts';
import { makeTables } from './scrape/tables.ts';

const target = { tables: 2000, statements: 12, milliseconds: 150 };
const tables = Number(process.argv[2] ?? target.tables);
const passes = Number(process.argv[3] ?? 7);

const line = (name: string, version: string, perTable: string, cost: Partial<Cost> | undefined) =>
  console.log(
    [
      name.padEnd(28),
      version.padEnd(8),
      perTable.padEnd(9),
      (cost?.statements === undefined ? '' : String(cost.statements)).padStart(10),
      (cost?.milliseconds === undefined ? '' : cost.milliseconds.toFixed(1)).padStart(9),
      cost?.slowest ?? '',
    ]
      .join(' ')
      .trimEnd(),
  );

await using server = await startDrillServer({ settings: countingSettings });
for (const database of ['postgres', 'app'])
  await server.asSuperuser((client) => client.query('create extension pg_stat_statements'), database);
const [{ version = '' } = {}] = await server.asSuperuser(
  async (client) =>
    (await client.query<{ version: string }>("select current_setting('server_version') as version")).rows,
);
const began = performance.now();
await makeTables(server, tables);
console.log(
  `PostgreSQL ${version}, ${tables} tables with 3 indexes and a sequence each, made in ${((performance.now() - began) / 1000).toFixed(0)} s; median of ${passes} passes\n`,
);
console.log(
  `${'collector'.padEnd(28)} ${'version'.padEnd(8)} ${'per table'.padEnd(9)} ${'statements'.padStart(10)} ${'server ms'.padStart(9)} slowest statement`,
);

/** Passes so many minutes apart: a quarter of an hour makes each one of the slow cycle. */
async function measured(collector: Collector, apart: number): Promise<Cost> {
  const costs: Cost[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    costs.push(
      await costOf(server, 'gameday', async () => {
        const { failure, gaps } = await collector.pass(apart);
        if (failure !== null) throw new Error(`${failure.error}: ${failure.message}`);
        for (const { measure, reason, detail } of gaps) console.log(`  gap ${measure}: ${reason} (${detail})`);
      }),
    );
  }
  return median(costs);
}

const collector = startCollector({ primary: server });
await collector.pass(); // of the slow cycle, and the caches of the server
const fast = await measured(collector, 1);
line('collect-health, each minute', 'ours', 'yes', fast);
line('collect-health, each quarter', 'ours', 'yes', await measured(collector, 15));

await makePeerRole(server);
for (const [name, find] of [
  ['postgres_exporter', exporter],
  ['check_postgres', checkPostgres],
] as const) {
  const peer = await find(server);
  if (peer === undefined) console.log(`${name.padEnd(28)} not installed`);
  else
    line(
      peer.name,
      peer.version,
      peer.perTable ? 'yes' : 'no',
      await peer.cost(name === 'check_postgres' ? 1 : passes),
    );
}

type Anchors = {
  readonly measured: string;
  readonly peers: readonly {
    readonly name: string;
    readonly version: string;
    readonly statements: number;
    readonly milliseconds: number;
    readonly perTable: boolean;
  }[];
};
const anchors = JSON.parse(readFileSync(new URL('anchors/scrape.json', import.meta.url), 'utf8')) as Anchors;
console.log(`\nkept from earlier: ${anchors.measured}`);
for (const peer of anchors.peers) line(peer.name.slice(0, 28), peer.version, peer.perTable ? 'yes' : 'no', peer);

const isWithin = fast.statements <= target.statements && fast.milliseconds <= target.milliseconds;
console.log(
  `\n${isWithin ? 'within' : 'BEYOND'} the target of the minute's pass: ${fast.statements} of ${target.statements} statements, ` +
    `${fast.milliseconds.toFixed(1)} of ${target.milliseconds} ms${tables === target.tables ? '' : `, which is meant for ${target.tables} tables`}`,
);
process.exitCode = isWithin || tables > target.tables ? 0 : 1;
