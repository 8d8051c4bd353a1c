// biome-ignore-all lint/suspicious/noAssignInExpressions: each fault is planted in one line
import assert from 'node:assert/strict';
import { assessReadiness } from '../../../../../shared/domain/readiness/assess-readiness.ts';
import { sizeOf } from '../../../../../shared/domain/readiness/region.ts';
import { measured, now, type Planted, sound } from './sound-facts.ts';

const assess = ({ primary, standby, rule }: Pick<Planted, 'primary' | 'standby' | 'rule'>, past = measured()) =>
  assessReadiness('app', { primary, standby }, rule, past, now);

type Case = readonly [check: string, weight: string, subject: string, plant: (facts: Planted) => void];

/** The first of a list that is there. */
const first = <T>(list: readonly T[]): T => list[0] as T;
const added = { name: 'public.added', columns: 'id', hasIdentity: true, isUnlogged: false, grants: [] };

const cases: readonly Case[] = [
  ['publication-operations', 'loss', 'gameday', ({ p }) => first(p.publications).operations.pop()],
  ['publication-partial', 'loss', 'public.lines', ({ p }) => first(p.publications).partial.push('public.lines')],
  [
    'heartbeat-not-published',
    'no-go',
    'gameday.heartbeat',
    ({ p, s }) => [first(p.publications).tables.pop(), first(s.subscriptions).tables.pop()],
  ],
  [
    'lease-published',
    'no-go',
    'gameday.lease',
    ({ p, s }) =>
      [first(p.publications).tables, first(s.subscriptions).tables].map((list) => list.push('gameday.lease')),
  ],
  [
    'table-unlogged',
    'loss',
    'public.cache',
    ({ p, s }) => [p, s].map(({ tables }) => tables.push({ ...added, name: 'public.cache', isUnlogged: true })),
  ],
  ['table-not-published', 'loss', 'public.added', ({ p }) => p.tables.push({ ...added })],
  ['table-without-identity', 'no-go', 'public.orders', ({ p }) => void (first(p.tables).hasIdentity = false)],
  ['large-objects', 'loss', 'pg_largeobject', ({ p }) => void (p.largeObjects = 3)],
  ['prepared-transactions', 'note', 'pg_prepared_xacts', ({ p }) => void (p.preparedTransactions = 1)],
  ['subscription-missing', 'no-go', 'gameday', ({ s }) => void (s.subscriptions = [])],
  ['subscription-elsewhere', 'no-go', 'gameday', ({ s }) => void (first(s.subscriptions).publications = ['other'])],
  [
    'subscription-disabled',
    'no-go',
    'gameday',
    ({ s }) => void Object.assign(first(s.subscriptions), { isEnabled: false, hasWorker: false }),
  ],
  ['worker-missing', 'no-go', 'gameday', ({ s }) => void (first(s.subscriptions).hasWorker = false)],
  ['worker-errors', 'no-go', 'gameday', ({ s }) => void (first(s.subscriptions).errors = 2)],
  [
    'table-not-synchronised',
    'no-go',
    'public.lines',
    ({ s }) => {
      const one = first(s.subscriptions);
      one.notReady = ['public.lines'];
      one.tables = one.tables.filter((name) => name !== 'public.lines');
    },
  ],
  [
    'table-not-subscribed',
    'loss',
    'public.lines',
    ({ s }) => {
      const one = first(s.subscriptions);
      one.tables = one.tables.filter((name) => name !== 'public.lines');
    },
  ],
  ['slot-missing', 'no-go', 'gameday', ({ p }) => void (p.slots = [])],
  [
    'slot-lost',
    'no-go',
    'gameday',
    ({ p }) => void Object.assign(first(p.slots), { walStatus: 'lost', isActive: false }),
  ],
  ['slot-inactive', 'no-go', 'gameday', ({ p }) => void (first(p.slots).isActive = false)],
  [
    'slot-near-limit',
    'loss',
    'gameday',
    ({ p }) => void Object.assign(first(p.slots), { safeBytes: 19, retainedBytes: 81 }),
  ],
  ['slot-near-limit', 'loss', 'gameday', ({ p }) => void (first(p.slots).walStatus = 'unreserved')],
  ['heartbeat-missing', 'no-go', 'gameday.heartbeat', ({ s }) => void (s.beatAt = null)],
  ['standby-behind', 'loss', 'gameday', ({ s }) => void (s.beatAt = now - 301_000)],
  ['table-missing', 'no-go', 'public.orders', ({ s }) => void s.tables.shift()],
  ['table-differs', 'no-go', 'public.orders', ({ s }) => void (first(s.tables).columns = 'id, added')],
  ['grant-missing', 'no-go', 'public.orders', ({ s }) => void (first(s.tables).grants = [])],
  ['index-missing', 'note', 'public.orders_pkey', ({ s }) => void (s.indexes = [])],
  ['view-missing', 'no-go', 'public.totals', ({ s }) => void (s.materializedViews = [])],
  ['extension-missing', 'no-go', 'pg_trgm', ({ s }) => void delete s.extensions['pg_trgm']],
  ['extension-differs', 'no-go', 'pg_trgm', ({ s }) => void (s.extensions['pg_trgm'] = '1.5')],
  ['role-missing', 'no-go', 'shop', ({ s }) => void s.roles.shift()],
  ['membership-missing', 'no-go', 'shop', ({ s }) => void (first(s.roles).memberOf = [])],
  ['sequence-missing', 'no-go', 'public.orders_id_seq', ({ s }) => void (s.sequences = {})],
  ['sequence-behind', 'loss', 'public.orders_id_seq', ({ s }) => void (s.sequences = { 'public.orders_id_seq': null })],
  ['sequence-behind', 'loss', 'public.orders_id_seq', ({ s }) => void (s.sequences = { 'public.orders_id_seq': 40 })],
  ['setting-smaller', 'no-go', 'max_connections', ({ s }) => void (s.settings['max_connections'] = '100')],
  ['setting-smaller', 'note', 'work_mem', ({ s }) => void (s.settings['work_mem'] = '1024')],
  ['setting-differs', 'note', 'timezone', ({ s }) => void (s.settings['timezone'] = 'Europe/Berlin')],
  ['version-older', 'no-go', 'server', ({ s }) => void (s.version = 170_010)],
  ['fence-missing', 'note', 'capabilities.fence', ({ p }) => void (p.lease = null)],
  [
    'role-not-fenceable',
    'no-go',
    'shop',
    ({ p }) => void p.lease?.faults.push({ role: 'shop', problem: 'has no ADMIN OPTION' }),
  ],
  [
    'writer-not-named',
    'no-go',
    'jobs',
    ({ p, s }) => [p, s].map(({ roles }) => roles.push({ name: 'jobs', mayLogin: true, memberOf: [], mayWrite: true })),
  ],
  ['lease-off', 'note', 'lease.mode', (facts) => void (facts.rule = { ...facts.rule, leaseMode: 'off' })],
  ['lease-over', 'no-go', 'gameday.lease', ({ p }) => void Object.assign(p.lease ?? {}, { accepts: false })],
  ['lease-observed', 'note', 'lease.mode', ({ p }) => void Object.assign(p.lease ?? {}, { mode: 'observe' })],
  [
    'dead-man-silent',
    'no-go',
    'gameday.fence_when_stale',
    ({ p }) => void Object.assign(p.lease ?? {}, { deadManSeconds: null }),
  ],
  [
    'dead-man-silent',
    'no-go',
    'gameday.fence_when_stale',
    ({ p }) => void Object.assign(p.lease ?? {}, { deadManSeconds: 61 }),
  ],
  [
    'facts-old',
    'no-go',
    'primary',
    ({ primary }) => void (primary.collectedAt = new Date(now - 7_201_000).toISOString()),
  ],
  [
    'facts-old',
    'no-go',
    'standby',
    ({ standby }) => void (standby.collectedAt = new Date(now - 7_201_000).toISOString()),
  ],
  ['standby-missing', 'no-go', 'us-west-2', ({ standby }) => void (standby.instance = null)],
  [
    'standby-not-available',
    'no-go',
    'app-standby',
    ({ standby }) => void Object.assign(standby.instance ?? {}, { status: 'stopped' }),
  ],
  [
    'standby-waits-for-reboot',
    'note',
    'app-standby',
    ({ standby }) => void Object.assign(standby.instance ?? {}, { waitsForReboot: true }),
  ],
  [
    'standby-smaller',
    'note',
    'app-standby',
    ({ standby }) => void Object.assign(standby.instance ?? {}, { instanceClass: 'db.m6g.medium' }),
  ],
  [
    'standby-storage',
    'no-go',
    'app-standby',
    ({ standby }) => void Object.assign(standby.instance ?? {}, { storageGb: 99 }),
  ],
  ['snapshot-old', 'note', 'us-west-2', ({ standby }) => void (standby.snapshotSeconds = 108_001)],
  ['snapshot-old', 'note', 'us-west-2', ({ standby }) => void (standby.snapshotSeconds = null)],
  ['backups-not-replicated', 'note', 'us-west-2', ({ standby }) => void (standby.restorableSeconds = null)],
  ['backups-behind', 'note', 'us-west-2', ({ standby }) => void (standby.restorableSeconds = 1801)],
  ['key-disabled', 'no-go', 'us-west-2', ({ standby }) => void (standby.keyState = 'Disabled')],
];

describe('readiness for a promotion', () => {
  test('is go where nothing is wrong, and then gives no reason', () => {
    const { verdict, reasons, path, recoveryPoint } = assess(sound());
    assert.deepEqual([verdict, reasons, path], ['go', [], 'logical replica']);
    assert.deepEqual(recoveryPoint, { low: 0, expected: 0, high: 20 });
  });

  for (const [number, [check, weight, subject, plant]] of cases.entries()) {
    test(`finds ${check} of ${subject} alone, with a remedy (${number + 1})`, () => {
      const planted = sound();
      plant(planted);
      const { verdict, reasons } = assess(planted);
      assert.deepEqual(
        reasons.map((one) => [one.check, one.weight, one.subject]),
        [[check, weight, subject]],
      );
      assert.ok(reasons.every(({ message, remedy }) => message.length > 8 && /^[A-Za-z].{8,}[.?]$/.test(remedy)));
      assert.equal(verdict, weight === 'no-go' ? 'no-go' : weight === 'loss' ? 'go with loss' : 'go');
    });
  }

  test('says that there is no publication, and nothing that follows from it', () => {
    const planted = sound();
    planted.p.publications = [];
    assert.deepEqual(
      assess(planted).reasons.map(({ check }) => check),
      ['publication-missing'],
    );
  });

  test('goes by backups where there is no replica, and loses what they do not hold', () => {
    const planted = sound();
    const noReplica = { ...planted, rule: { ...planted.rule, hasStandby: false } };
    const byTime = assess(noReplica);
    assert.deepEqual(
      [byTime.verdict, byTime.path, byTime.recoveryPoint?.expected],
      ['go with loss', 'point in time', 300],
    );
    noReplica.standby.restorableSeconds = null;
    const bySnapshot = assess(noReplica);
    assert.deepEqual(
      [bySnapshot.verdict, bySnapshot.path, bySnapshot.recoveryPoint?.high],
      ['go with loss', 'snapshot', 30_000],
    );
    noReplica.standby.snapshotSeconds = null;
    const byNothing = assess(noReplica);
    assert.deepEqual([byNothing.verdict, byNothing.path, byNothing.recoveryPoint], ['no-go', 'none', null]);
  });

  test('names the way that is left where the replica cannot serve, and is no-go all the same', () => {
    const planted = sound();
    planted.p.slots = [];
    const { verdict, path } = assess(planted);
    assert.deepEqual([verdict, path], ['no-go', 'point in time']);
  });

  test('knows nothing of a side that was not collected, or did not answer', () => {
    const { primary, standby, rule } = sound();
    const checks = (sides: object) =>
      assessReadiness('app', { primary, standby, ...sides }, rule, measured(), now).reasons.map(
        ({ check, subject }) => [check, subject],
      );
    assert.deepEqual(checks({ primary: undefined }), [['facts-missing', 'primary']]);
    assert.deepEqual(checks({ standby: undefined }), [['facts-missing', 'standby']]);
    assert.deepEqual(checks({ standby: { ...standby, facts: null, failure: 'no answer' } }), [
      ['database-silent', 'standby'],
    ]);
  });

  test('orders classes by their size', () => {
    const sizes = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '12xlarge'].map((size) =>
      sizeOf(`db.m6g.${size}`),
    );
    assert.deepEqual(
      [...sizes].sort((left, right) => left - right),
      sizes,
    );
    assert.equal(new Set(sizes).size, sizes.length);
  });
});
