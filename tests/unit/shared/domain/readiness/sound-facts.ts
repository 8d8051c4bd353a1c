import type { PastRecoveries } from '../../../../../shared/contracts/dr-promotion/recovery.ts';
import type { DatabaseFacts, SideFacts } from '../../../../../shared/contracts/dr-readiness/dr-readiness.ts';
import type { ReadinessRule } from '../../../../../shared/domain/readiness/finding.ts';

export const now = Date.parse('2026-11-30T12:00:00Z');

export const rule: ReadinessRule = {
  publication: 'gameday',
  subscription: 'gameday',
  fencedRoles: ['shop'],
  leaseMode: 'enforce',
  mostLagSeconds: 300,
  mostSnapshotSeconds: 108_000,
  mostRestorableSeconds: 1800,
  mostFactsSeconds: 7200,
  hasStandby: true,
  hasName: true,
  targets: { rtoSeconds: 3600, rpoSeconds: 900 },
};

const table = (name: string) => ({ name, columns: 'id', hasIdentity: true, isUnlogged: false, grants: ['shop=ar'] });

/** A new object each time: a test plants a fault in it. */
const database = (): DatabaseFacts => ({
  now,
  version: 180_004,
  tables: [table('public.orders'), table('public.lines'), table('gameday.heartbeat')],
  materializedViews: ['public.totals'],
  largeObjects: 0,
  sequences: { 'public.orders_id_seq': 41 },
  indexes: [{ name: 'public.orders_pkey', table: 'public.orders' }],
  extensions: { plpgsql: '1.0', pg_trgm: '1.6' },
  roles: [
    { name: 'shop', mayLogin: true, memberOf: ['readers'], mayWrite: true },
    { name: 'readers', mayLogin: false, memberOf: [], mayWrite: false },
  ],
  settings: {
    max_connections: '200',
    max_locks_per_transaction: '64',
    max_prepared_transactions: '0',
    work_mem: '4096',
    timezone: 'UTC',
    default_transaction_isolation: 'read committed',
    search_path: '"$user", public',
    row_security: 'on',
  },
  preparedTransactions: 0,
  publications: [],
  slots: [],
  subscriptions: [],
  beatAt: now - 20_000,
  lease: null,
});

/** Promotions that took so long, without their waits. */
export const measured = (...seconds: readonly number[]): PastRecoveries => ({
  found: seconds.map((workSeconds, index) => ({
    ...{
      kind: 'promotion',
      executionName: `run-${index}`,
      startedAt: new Date(now - index * 86_400_000).toISOString(),
    },
    ...{ result: 'promoted', rtoSeconds: workSeconds + 400, rpoSeconds: 0, workSeconds },
  })),
  unread: [],
});

export type Planted = {
  primary: SideFacts;
  standby: SideFacts;
  rule: ReadinessRule;
  p: DatabaseFacts;
  s: DatabaseFacts;
};

export function sound(): Planted {
  const p = database();
  const s = database();
  const tables = p.tables.map(({ name }) => name);
  const instance = (id: string) => ({
    ...{ id, status: 'available', instanceClass: 'db.m6g.large', storageGb: 100, engineVersion: '18.4' },
    waitsForReboot: false,
  });
  p.publications = [{ name: 'gameday', operations: ['insert', 'update', 'delete', 'truncate'], partial: [], tables }];
  p.slots = [
    {
      ...{ name: 'gameday', isLogical: true, isActive: true, walStatus: 'reserved' },
      ...{ safeBytes: 900, retainedBytes: 100, unconfirmedBytes: 10 },
    },
  ];
  p.lease = { mode: 'enforce', accepts: true, secondsLeft: 170, deadManSeconds: 3, fenced: [], faults: [] };
  s.subscriptions = [
    {
      ...{ name: 'gameday', isEnabled: true, slot: 'gameday', publications: ['gameday'], hasWorker: true },
      ...{ errors: 0, notReady: [], tables: [...tables] },
    },
  ];
  const side = (which: 'primary' | 'standby', region: string, facts: DatabaseFacts): SideFacts => ({
    ...{ schemaVersion: 1, database: 'app', region, side: which, collectedAt: new Date(now - 60_000).toISOString() },
    ...{ instance: instance(`app-${which}`), facts, failure: null },
    ...{ snapshotSeconds: 30_000, restorableSeconds: 300, keyState: 'Enabled' },
  });
  return { primary: side('primary', 'us-east-1', p), standby: side('standby', 'us-west-2', s), rule, p, s };
}
