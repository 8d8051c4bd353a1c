import assert from 'node:assert/strict';
import { startCollector } from '../../../sandbox/alarm-drill/collector.ts';
import { findServerBinaries, olderMajors } from '../../../sandbox/postgres/binaries.ts';
import { type HealthMetric, healthMetrics } from '../../../shared/domain/health/metrics.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';

/** What is measured of a primary by its own server; the rest is of replicas, or what RDS says. */
const notOfAPrimary = new Set([
  'PassesSeen',
  'ReplicationLagSeconds',
  'CertificateDays',
  'ForcedMaintenanceDays',
  'FreeStoragePercent',
  'StorageFullDays',
]);
const namesOf = (of: 'Instance' | 'Database') =>
  (Object.keys(healthMetrics) as HealthMetric[])
    .filter((name) => healthMetrics[name].of === of && !notOfAPrimary.has(name))
    .sort();

/** A state of which each query has a number to give that is not nothing. */
const state = `create table t (id serial primary key, v text);
insert into t (v) select repeat('x', 80) from generate_series(1, 20000); select setval('t_id_seq', 2000000000);
delete from t where id % 2 = 0; analyze t; select pg_stat_force_next_flush()`;

// PostgreSQL 18 is what every other test has.
for (const major of olderMajors) {
  describe(`PostgreSQL ${major}`, () => {
    let server: BootstrappedServer;
    beforeAll(async () => {
      const binaries = await findServerBinaries(undefined, major);
      server = await startBootstrappedServer(state, {
        binaries,
        settings: { autovacuum: 'off', max_connections: '30' },
      });
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test('is measured in every metric, without a gap', async () => {
      const collector = startCollector(
        { primary: server },
        { bloatPages: 128, cacheHit: { window: 900_000, leastBlocks: 10 } },
      );
      await server.asSuperuser(async (client) => {
        const { rows } = await client.query<{ major: number }>(
          "select current_setting('server_version_num')::int / 10000 as major",
        );
        assert.equal(rows[0]?.major, major);
        await client.query("select pg_create_logical_replication_slot('forgotten', 'pgoutput')");
      });
      await collector.pass();
      await collector.pass(10);
      const worker = await server.connect();
      await worker.query('begin; select count(*) from t');
      const found = await collector.pass(15);
      await worker.query('rollback');
      assert.deepEqual([found.failure, found.gaps], [null, []]);
      const { metrics, databaseMetrics } = found;
      assert.deepEqual(Object.keys(metrics).sort(), namesOf('Instance'));
      const database = databaseMetrics['app'] ?? {};
      assert.deepEqual(Object.keys(database).sort(), namesOf('Database'));
      // Of each query a value that it has counted, and that no default would have.
      assert.ok(Number(metrics['ConnectionsUsedPercent']) > 5);
      assert.ok(Number(metrics['TransactionIdsUsedPercent']) > 0);
      assert.ok(Number(metrics['InactiveSlotSeconds']) >= 1200, 'known since it was seen, or as the server dates it');
      assert.ok(Number(metrics['SlotRetainedBytes']) > 0);
      assert.ok(Number(database['VacuumOverdueSeconds']) >= 1200);
      assert.ok(Number(database['SequenceUsedPercent']) > 90);
      assert.ok(Number(database['BloatPercent']) > 30);
      assert.ok(Number(database['CacheHitPercent']) > 50);
      await server.asSuperuser((client) => client.query("select pg_drop_replication_slot('forgotten')"));
    });
  });
}
