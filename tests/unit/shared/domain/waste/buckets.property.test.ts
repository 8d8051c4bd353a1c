import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  assessLifecycle,
  assessUploads,
  type Bucket,
  type LifecycleRule,
  oldUploads,
} from '../../../../../shared/domain/waste/buckets.ts';

const now = new Date('2026-05-20T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const waste = { graceDays: 14, oldDays: 180 };
const prices = { volumeGb: {}, loadBalancer: {}, databaseClass: {}, bucketGb: 0.023 };
const bucket: Bucket = {
  id: 'hoard',
  region: 'us-east-1',
  tags: {},
  createdAt: daysAgo(400),
  rules: [],
  uploads: [{ key: 'dump', uploadId: '1', initiatedAt: daysAgo(30) }],
};
const rule: LifecycleRule = { isEnabled: true, isForAll: true, abortsAfterDays: 7 };

describe('buckets', () => {
  test('in which nothing ends are reported with what they hold, and without a saving that nobody knows', () => {
    const found = assessLifecycle(bucket, 2_500_000_000, prices);
    assert.deepEqual([found?.kind, found?.aMonth], ['bucket-without-lifecycle', null]);
    assert.match(found?.basis ?? '', /all of it is 0\.07 a month: 3 GB at 0\.023 \(bucketGb\)/);
    assert.match(found?.action ?? '', /put-bucket-lifecycle-configuration --region us-east-1 --bucket hoard /);
    const disabled = assessLifecycle({ ...bucket, rules: [{ ...rule, isEnabled: false }] }, 1, prices);
    assert.match(disabled?.evidence ?? '', /^no lifecycle rule is enabled/);
    assert.match(disabled?.action ?? '', /this call replaces them$/);
    for (const bytes of [undefined, 0, Number.NaN]) assert.equal(assessLifecycle(bucket, bytes, prices), undefined);
    assert.equal(assessLifecycle({ ...bucket, rules: [rule] }, 1e12, prices), undefined);
  });

  test('are reported of old uploads that no rule of the whole bucket ends, and of no others', () => {
    const rules = fc.record({
      isEnabled: fc.boolean(),
      isForAll: fc.boolean(),
      abortsAfterDays: fc.option(fc.nat(30), { nil: undefined }),
    });
    const ages = fc.array(fc.option(fc.integer({ min: -2, max: 60 }), { nil: undefined }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 3 }), ages, (all, days) => {
        const uploads = days.map((age, index) => ({
          key: 'dump',
          uploadId: String(index),
          initiatedAt: age === undefined ? undefined : daysAgo(age),
        }));
        const ends = all.some((one) => one.isEnabled && one.isForAll && one.abortsAfterDays !== undefined);
        const wanted = ends
          ? []
          : days.flatMap((age, index) => (age !== undefined && age >= 14 ? [String(index)] : []));
        const old = oldUploads({ ...bucket, rules: all, uploads }, waste, now);
        assert.deepEqual(
          old.map(({ uploadId }) => uploadId),
          wanted,
        );
        assert.equal(assessUploads(bucket, old, [], prices, now) === undefined, wanted.length === 0);
      }),
    );
  });

  test('are billed for the parts of what was measured, and say when that is not all', () => {
    const old = [...bucket.uploads, { key: 'dump', uploadId: '2', initiatedAt: daysAgo(90) }];
    const one = assessUploads(bucket, old, [{ ...old[0], bytes: 100e9 } as never], prices, now);
    assert.deepEqual([one?.kind, one?.aMonth, one?.difficulty], ['incomplete-uploads', 2.3, 'easy']);
    assert.match(one?.basis ?? '', /^at least 100 GB at 0\.023 \(bucketGb\): 1 of the uploads were measured$/);
    assert.match(one?.evidence ?? '', /^2 multipart uploads never completed, the oldest 90 days old/);
    const { bucketGb: _, ...unpriced } = prices;
    assert.equal(assessUploads(bucket, old, [], unpriced, now)?.aMonth, null);
  });
});
