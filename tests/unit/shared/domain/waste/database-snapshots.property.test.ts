import assert from 'node:assert/strict';
import fc from 'fast-check';
import { officeTags } from '../../../../../shared/domain/office-hours/office-hours.ts';
import { backupTags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';
import {
  assessDatabaseSnapshot,
  type DatabaseSnapshot,
  fateOf,
  type KnownInstances,
} from '../../../../../shared/domain/waste/database-snapshots.ts';
import { assessed } from '../../../../../shared/domain/waste/finding.ts';

const now = new Date('2026-05-20T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const rule = { graceDays: 14, oldDays: 180 };
const prices = { volumeGb: {}, loadBalancer: {}, databaseClass: {}, databaseSnapshotGb: 0.095 };
const snapshot: DatabaseSnapshot = {
  id: 'before-the-move',
  region: 'us-east-1',
  tags: {},
  createdAt: daysAgo(30),
  status: 'available',
  instanceId: 'shop',
  resourceId: 'db-SHOP',
  isCopy: false,
  gigabytes: 100,
};
const regions = ['us-east-1', 'us-west-2'] as const;
const empty: KnownInstances = new Map(regions.map((region) => [region, []]));
const find = (all: readonly DatabaseSnapshot[], instances = empty) =>
  assessed(all, (one) => assessDatabaseSnapshot(one, { all, instances, prices, rule, now }), rule, now);

/** Any snapshot, near the edges of what decides. */
const anySnapshot: fc.Arbitrary<DatabaseSnapshot> = fc.record({
  id: fc.constantFrom('a', 'b', 'gd-backup-c'),
  region: fc.constantFrom(...regions),
  tags: fc.constantFrom<DatabaseSnapshot['tags'][]>({}, backupTags('shop', 'night-1'), { team: 'shop' }),
  createdAt: fc.integer({ min: -5, max: 400 }).map(daysAgo),
  status: fc.constantFrom('available', 'creating', 'failed'),
  instanceId: fc.constantFrom('shop', 'games'),
  resourceId: fc.constantFrom('db-SHOP', 'db-GAMES', undefined),
  isCopy: fc.boolean(),
  gigabytes: fc.option(fc.nat(1000), { nil: undefined }),
});
const anyInstance = fc.record({
  id: fc.constantFrom('shop', 'games', 'renamed'),
  resourceId: fc.constantFrom('db-SHOP', 'db-GAMES', 'db-NEW', undefined),
});
const anyInstances: fc.Arbitrary<KnownInstances> = fc
  .array(fc.tuple(fc.constantFrom(...regions), fc.array(anyInstance, { maxLength: 3 })), { maxLength: 2 })
  .map((pairs) => new Map(pairs));

describe('a manual snapshot of a database', () => {
  test('whose instance is gone is reported with a bound of its money, and with what is left', () => {
    const [alone, ...others] = find([snapshot]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [alone?.id, alone?.aMonth, alone?.basis],
      [
        'orphaned-database-snapshot/us-east-1/before-the-move',
        9.5,
        'at most 100 GB at 0.095 (costs.prices.snapshotGbMonth): only used blocks are billed',
      ],
    );
    assert.match(alone?.evidence ?? '', /30 days old of instance shop, which is gone; the only snapshot of it here/);
    assert.match(
      alone?.action ?? '',
      /^aws rds delete-db-snapshot --region us-east-1 .*before-the-move \(first start-/,
    );
    const two = find([snapshot, { ...snapshot, id: 'after-the-move' }]);
    assert.ok(two.every(({ evidence, action }) => /; 1 more of it here$/.test(evidence) && action.endsWith('-move')));
  });

  test('that is old is reported although its instance is there', () => {
    const instances: KnownInstances = new Map([['us-east-1', [{ id: 'shop', resourceId: 'db-SHOP' }]]]);
    assert.deepEqual(find([{ ...snapshot, createdAt: daysAgo(179) }], instances), []);
    const [old] = find([{ ...snapshot, createdAt: daysAgo(180) }], instances);
    assert.deepEqual([old?.kind, old?.difficulty], ['old-database-snapshot', 'careful']);
  });

  test('without a size or a price costs an unknown sum', () => {
    assert.equal(find([{ ...snapshot, gigabytes: undefined }])[0]?.aMonth, null);
    const known = { ...prices, databaseSnapshotGb: undefined };
    const verdict = assessDatabaseSnapshot(snapshot, { all: [], instances: empty, prices: known, rule, now });
    assert.deepEqual(
      [verdict?.aMonth, verdict?.basis],
      [null, 'no price costs.prices.snapshotGbMonth in operations.yml'],
    );
  });

  test('is never a finding when it is protected, on hold, young, unfinished or left to retention', () => {
    fc.assert(
      fc.property(fc.array(anySnapshot, { maxLength: 6 }), anyInstances, fc.string(), (several, instances, reason) => {
        for (const change of [
          { tags: { [officeTags.protected]: reason } },
          { tags: { [tagKeys.hold]: reason } },
          { createdAt: daysAgo(13.9) },
          { createdAt: new Date(Number.NaN) },
          { status: 'creating' },
          { id: 'gd-backup-shop-1', tags: backupTags('shop', 'night-1') },
        ]) {
          const all = several.map((one) => ({ ...one, ...change }));
          assert.deepEqual(find(all, instances), []);
        }
      }),
    );
  });

  test('is an orphan only where the list of its region was read and has neither its name nor its identity', () => {
    fc.assert(
      fc.property(anySnapshot, anyInstances, (one, instances) => {
        const own = instances.get(one.region);
        const isListed = [...(own ?? [])].some(
          ({ id, resourceId }) => id === one.instanceId || (resourceId !== undefined && resourceId === one.resourceId),
        );
        if (fateOf(one, instances) === 'gone') assert.ok(own !== undefined && !isListed && !one.isCopy);
        if (own !== undefined && isListed) assert.equal(fateOf(one, instances), 'there');
        const [found] = find([{ ...one, id: 'a', tags: {} }], instances);
        if (found?.kind === 'orphaned-database-snapshot') assert.equal(fateOf(one, instances), 'gone');
        if (found?.kind === 'old-database-snapshot') assert.ok((one.createdAt ?? now) <= daysAgo(rule.oldDays));
      }),
    );
  });

  test('that is a copy is reported when it is old, and never as an orphan', () => {
    const copy = { ...snapshot, region: 'us-west-2', isCopy: true };
    assert.deepEqual(find([copy]), []);
    const [old] = find([{ ...copy, createdAt: daysAgo(200) }]);
    assert.match(old?.evidence ?? '', /of which it is not known whether it still exists/);
    const there: KnownInstances = new Map([['us-east-1', [{ id: 'shop', resourceId: undefined }]]]);
    assert.match(find([{ ...copy, createdAt: daysAgo(200) }], there)[0]?.evidence ?? '', /still exists/);
  });
});
