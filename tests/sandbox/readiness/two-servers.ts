import path from 'node:path';
import type pg from 'pg';
import type { SideFacts } from '../../../shared/contracts/dr-readiness/dr-readiness.ts';
import { assessReadiness } from '../../../shared/domain/readiness/assess-readiness.ts';
import { planSetup, type SetupPlan } from '../../../shared/domain/readiness/plan-setup.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { extendLease, readLease } from '../../../shared/pg/fence/fence-session.ts';
import { readDatabaseFacts } from '../../../shared/pg/readiness/read-database-facts.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { rule } from '../../unit/shared/domain/readiness/sound-facts.ts';

const password = 'only for this test';
const steps = bootstrapSql({ role: 'gameday', database: 'app', capabilities: { fence: { roles: ['shop'] } } });

const schema = `
create role shop login password '${password}'; create role readers; grant readers to shop;
create extension pg_trgm;
create table orders (id int generated always as identity primary key, what text);
create table lines (id int primary key, what text);
create materialized view totals as select count(*) from orders;
grant select, insert, update on orders, lines to shop;`;

export type TwoServers = AsyncDisposable & {
  readonly primary: RdsLikeServer;
  readonly standby: RdsLikeServer;
  facts(): Promise<{ primary: SideFacts; standby: SideFacts }>;
  /** What is wrong, `check subject`, after a beat. */
  reasons(): Promise<string[]>;
  plan(): Promise<SetupPlan>;
  /** Carries the plan out as a superuser, who may reach the other server. */
  setUp(): Promise<SetupPlan>;
};

/** Primary and standby with one schema and nothing replicated. */
export async function startTwoServers(): Promise<TwoServers> {
  const primary = await startRdsLikeServer({ settings: { max_prepared_transactions: '5' } });
  const authorityDirectory = path.dirname(primary.certificateAuthorityPath);
  const standby = await startRdsLikeServer({ authorityDirectory, settings: { max_prepared_transactions: '5' } });
  const sessions: { reader: pg.Client; fence: pg.Client }[] = [];
  for (const server of [primary, standby]) {
    const master = await server.connect();
    await master.query(schema);
    await applyBootstrap(master, steps);
    for (const role of ['gameday', 'gameday_fence']) await master.query(`alter role ${role} password '${password}'`);
    sessions.push({
      reader: await server.connect({ user: 'gameday', password }),
      fence: await server.connect({ user: 'gameday_fence', password }),
    });
  }
  const [ours, theirs] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
  await primary.asSuperuser((client) => client.query(`create role feed login superuser password '${password}'`));
  // Stands for two regions: superusers and roles of one side alone are not compared.
  const { port } = primary.master;

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
  const plan: TwoServers['plan'] = async () => {
    const both = await facts();
    if (both.primary.facts === null || both.standby.facts === null) throw new Error('a side has no facts');
    return planSetup(both.primary.facts, both.standby.facts, {
      ...rule,
      connection: `host=127.0.0.1 port=${port} dbname=app user=feed password='${password}'`,
      sequenceMargin: 1000,
    });
  };
  return {
    primary,
    standby,
    facts,
    plan,
    async reasons() {
      const { reasons } = assessReadiness('app', await facts(), rule, Date.now());
      return reasons.map(({ check, subject }) => `${check} ${subject}`).sort();
    },
    async setUp() {
      const made = await plan();
      for (const { side, sql } of made.steps) {
        await (side === 'primary' ? primary : standby).asSuperuser((client) => client.query(sql));
      }
      return made;
    },
    async [Symbol.asyncDispose]() {
      await standby[Symbol.asyncDispose]();
      await primary[Symbol.asyncDispose]();
    },
  };
}
