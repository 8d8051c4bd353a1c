import path from 'node:path';
import type pg from 'pg';
import type { SideFacts } from '../../../shared/contracts/dr-readiness/dr-readiness.ts';
import { assessReadiness } from '../../../shared/domain/readiness/assess-readiness.ts';
import type { SetupPlan, SetupWanted } from '../../../shared/domain/readiness/setup.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { extendLease, readLease } from '../../../shared/pg/fence/fence-session.ts';
import { readDatabaseFacts } from '../../../shared/pg/readiness/read-database-facts.ts';
import { subscriberConnection } from '../../../shared/setup/connection.ts';
import { planned, type SetupSessions, setUp } from '../../../shared/setup/set-up.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { measured, rule } from '../../unit/shared/domain/readiness/sound-facts.ts';

const password = 'only for this test';
const steps = bootstrapSql({
  role: 'gameday',
  database: 'app',
  capabilities: { fence: { roles: ['shop'] }, replicate: { owners: ['shop_owner'] } },
});

const schema = `
create role shop login password '${password}'; create role readers; grant readers to shop;
create role shop_owner; grant shop_owner to postgres; grant create on schema public to shop_owner;
create extension pg_trgm;
create table orders (id int generated always as identity primary key, what text);
create table lines (id int primary key, what text);
create materialized view totals as select count(*) from orders;
grant select, insert, update on orders, lines to shop;
alter table orders owner to shop_owner; alter table lines owner to shop_owner;`;

export type TwoServers = AsyncDisposable & {
  readonly primary: RdsLikeServer;
  readonly standby: RdsLikeServer;
  facts(): Promise<{ primary: SideFacts; standby: SideFacts }>;
  /** What is wrong, `check subject`, after a beat. */
  reasons(): Promise<string[]>;
  plan(wanted?: Partial<SetupWanted>): Promise<SetupPlan>;
  /** As gameday_replicate of both sides; answers the titles of what was done. */
  setUp(wanted?: Partial<SetupWanted>): Promise<{ taken: string[]; refused: SetupPlan['refused'] }>;
  /** Sessions of gameday and gameday_replicate. */
  readonly sessions: SetupSessions;
};

/** Primary and standby with one schema and nothing replicated. */
export async function startTwoServers(): Promise<TwoServers> {
  const primary = await startRdsLikeServer({ settings: { max_prepared_transactions: '5' } });
  const authorityDirectory = path.dirname(primary.certificateAuthorityPath);
  const standby = await startRdsLikeServer({ authorityDirectory, settings: { max_prepared_transactions: '5' } });
  const opened: { reader: pg.Client; fence: pg.Client; owner: pg.Client }[] = [];
  for (const server of [primary, standby]) {
    const master = await server.connect();
    await master.query(schema);
    await applyBootstrap(master, steps);
    for (const role of ['gameday', 'gameday_fence', 'gameday_replicate'])
      await master.query(`alter role ${role} password '${password}'`);
    // What rds_replication gives on RDS.
    await server.asSuperuser((client) => client.query('alter role gameday_replicate replication'));
    opened.push({
      reader: await server.connect({ user: 'gameday', password }),
      fence: await server.connect({ user: 'gameday_fence', password }),
      owner: await server.connect({ user: 'gameday_replicate', password }),
    });
  }
  const [ours, theirs] = opened as [(typeof opened)[0], (typeof opened)[0]];
  const sessions: SetupSessions = { primary: ours, standby: theirs };
  const target = {
    ...{ host: '127.0.0.1', port: primary.master.port ?? 0, database: 'app', user: 'gameday_replicate', password },
  };
  const wanting = (wanted: Partial<SetupWanted> = {}): SetupWanted => ({
    ...{ ...rule, connection: subscriberConnection(target), sequenceMargin: 1000, copyAnew: false, ...wanted },
  });

  const facts: TwoServers['facts'] = async () => {
    const at = (await readLease(ours.fence)).now;
    await extendLease(ours.fence, { epoch: 1, until: at + 60_000 }, 'enforce');
    await ours.fence.query('select gameday.fence_when_stale()');
    await primary.asSuperuser((client) =>
      client.query(`insert into gameday.heartbeat values ('main', 1, clock_timestamp(), pg_current_wal_lsn(), pg_current_xact_id())
        on conflict (name) do update set at = clock_timestamp()`),
    );
    const side = async (which: 'primary' | 'standby'): Promise<SideFacts> => ({
      ...{ schemaVersion: 1, database: 'app', region: which, side: which, collectedAt: new Date().toISOString() },
      instance: {
        ...{ id: which, status: 'available', instanceClass: 'db.t3.micro', storageGb: 20, engineVersion: '18' },
        waitsForReboot: false,
      },
      facts:
        which === 'primary' ? await readDatabaseFacts(ours.reader, ours.fence) : await readDatabaseFacts(theirs.reader),
      ...{ failure: null, snapshotSeconds: 1, restorableSeconds: 1, keyState: 'Enabled' },
    });
    return { primary: await side('primary'), standby: await side('standby') };
  };
  return {
    primary,
    standby,
    facts,
    sessions,
    async plan(wanted) {
      await facts();
      return await planned(sessions, wanting(wanted));
    },
    async reasons() {
      const { reasons } = assessReadiness('app', await facts(), rule, measured(), Date.now());
      return reasons.map(({ check, subject }) => `${check} ${subject}`).sort();
    },
    async setUp(wanted) {
      await facts();
      const taken: string[] = [];
      const refused = await setUp(sessions, wanting(wanted), ({ side, title }) => taken.push(`${side}: ${title}`));
      return { taken, refused };
    },
    async [Symbol.asyncDispose]() {
      await standby[Symbol.asyncDispose]();
      await primary[Symbol.asyncDispose]();
    },
  };
}
