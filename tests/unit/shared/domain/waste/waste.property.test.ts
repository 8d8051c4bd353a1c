import assert from 'node:assert/strict';
import fc from 'fast-check';
import { officeTags } from '../../../../../shared/domain/office-hours/office-hours.ts';
import { assessCoverage, assessUntagged } from '../../../../../shared/domain/waste/bill.ts';
import { assessed, byMoney, type Holding, type Verdict } from '../../../../../shared/domain/waste/finding.ts';
import { assessAddress, assessLoadBalancer, trafficQuestion } from '../../../../../shared/domain/waste/network.ts';
import {
  assessImage,
  assessSnapshot,
  assessVolume,
  type Image,
  type Volume,
  type VolumeSnapshot,
} from '../../../../../shared/domain/waste/storage.ts';

const now = new Date('2026-05-20T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const rule = { graceDays: 14, oldDays: 180 };
const prices = {
  volumeGb: { gp3: 0.08 },
  snapshotGb: 0.05,
  address: 3.65,
  loadBalancer: { application: 16.43 },
  databaseClass: {},
};
const place = { region: 'us-east-1', tags: {}, createdAt: daysAgo(400) };
const volume: Volume = { ...place, id: 'vol-1', state: 'available', type: 'gp3', gigabytes: 100, attachments: 0 };
const snapshot: VolumeSnapshot = { ...place, id: 'snap-1', state: 'completed', volumeId: 'vol-9', gigabytes: 50 };
const image: Image = { ...place, id: 'ami-1', snapshotIds: ['snap-2'], gigabytes: 8, lastLaunched: undefined };
const storage = { volumes: [volume], images: [image] };
const context = { prices, rule, now };
const address = { ...place, createdAt: undefined, id: 'eipalloc-1', ip: '192.0.2.1', isAssociated: false };
const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/0123456789abcdef';
const balancer = { ...place, id: 'shop', arn, type: 'application', state: 'active' };
const quiet = { days: 14, metric: 'RequestCount', sum: 0 };

const always = (): Verdict => ({
  kind: 'unattached-volume',
  aMonth: 1000,
  basis: 'of the test',
  evidence: 'as bad as can be',
  difficulty: 'easy',
  action: 'true',
});

describe('what is spared', () => {
  const tags = fc.dictionary(fc.string(), fc.string());
  const holding = (own: fc.Arbitrary<Holding['tags']>) =>
    fc.record({
      id: fc.string(),
      region: fc.constantFrom('us-east-1', 'us-west-2'),
      tags: own,
      createdAt: fc.option(fc.date(), { nil: undefined }),
    });

  test('is protected by its tag, whatever else is true of it', () => {
    const guarded = holding(
      fc.tuple(tags, fc.string()).map(([own, reason]) => ({ ...own, [officeTags.protected]: reason })),
    );
    const anyRule = fc.record({ graceDays: fc.integer({ min: 0, max: 90 }), oldDays: fc.nat() });
    fc.assert(
      fc.property(fc.array(guarded), fc.array(holding(tags)), anyRule, fc.date(), (kept, others, own, at) => {
        const found = assessed(
          [...kept, ...others],
          (one) => ({ ...always(), evidence: JSON.stringify(one) }),
          own,
          at,
        );
        assert.ok(found.every(({ evidence }) => JSON.parse(evidence).tags[officeTags.protected] === undefined));
      }),
    );
  });

  test('is younger than the grace, or of an age that cannot be read', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -400, max: 400, noNaN: true }),
        fc.integer({ min: 1, max: 90 }),
        (age, graceDays) => {
          const found = assessed([{ ...volume, createdAt: daysAgo(age) }], always, { ...rule, graceDays }, now);
          assert.equal(found.length, Math.floor(age) >= graceDays ? 1 : 0);
        },
      ),
    );
    assert.deepEqual(assessed([{ ...volume, createdAt: new Date('no date') }], always, rule, now), []);
  });
});

describe('storage', () => {
  test('is waste where no machine has it, with its money and a snapshot before the deletion', () => {
    const verdict = assessVolume(volume, prices, now);
    assert.deepEqual([verdict?.aMonth, verdict?.basis], [8, '100 GB at 0.08 (volumeGb.gp3)']);
    assert.match(verdict?.action ?? '', /^aws ec2 create-snapshot .*vol-1, wait.* aws ec2 delete-volume .*vol-1$/);
    assert.equal(assessVolume({ ...volume, attachments: 1 }, prices, now), undefined);
    for (const state of ['in-use', 'creating', 'deleting', 'error', 'unknown']) {
      assert.equal(assessVolume({ ...volume, state }, prices, now), undefined, state);
    }
  });

  test('whose price is not known costs an unknown sum, not nothing', () => {
    const unknown = assessVolume({ ...volume, type: 'constructor' }, prices, now);
    assert.deepEqual([unknown?.aMonth, unknown?.basis], [null, 'no price volumeGb.constructor in operations.yml']);
    assert.equal(assessVolume({ ...volume, gigabytes: undefined }, prices, now)?.aMonth, null);
  });

  test('that an image or a volume leads to is never an orphan', () => {
    assert.equal(assessSnapshot(snapshot, storage, context)?.kind, 'orphaned-snapshot');
    const near = fc.constantFrom('snap-1', 'snap-2', 'vol-9', 'vol-1');
    fc.assert(
      fc.property(fc.array(fc.array(near)), fc.array(near), (used, ids) => {
        const images = used.map((snapshotIds) => ({ ...image, snapshotIds }));
        const volumes = ids.map((id) => ({ ...volume, id }));
        const verdict = assessSnapshot(snapshot, { images, volumes }, context);
        assert.equal(verdict === undefined, used.flat().includes('snap-1') || ids.includes('vol-9'));
      }),
    );
    assert.equal(assessSnapshot({ ...snapshot, createdAt: daysAgo(179) }, storage, context), undefined);
    assert.equal(assessSnapshot({ ...snapshot, state: 'pending' }, storage, context), undefined);
  });

  test('of an image that machines were started from of late is in use', () => {
    assert.match(
      assessImage(image, context)?.action ?? '',
      /deregister-image .*ami-1, then .*delete-snapshot .*snap-2$/,
    );
    assert.equal(assessImage({ ...image, lastLaunched: daysAgo(179) }, context), undefined);
    assert.match(
      assessImage({ ...image, lastLaunched: daysAgo(200) }, context)?.evidence ?? '',
      /launched 200 days ago/,
    );
    assert.equal(assessImage({ ...image, createdAt: daysAgo(100) }, context), undefined);
  });
});

describe('addresses and load balancers', () => {
  test('are waste where they lead nowhere', () => {
    const [found] = assessed([address], (one) => assessAddress(one, prices), rule, now);
    assert.deepEqual([found?.id, found?.aMonth], ['unassociated-address/us-east-1/eipalloc-1', 3.65]);
    assert.equal(assessAddress({ ...address, isAssociated: true }, prices), undefined);
    assert.match(assessLoadBalancer(balancer, quiet, prices)?.evidence ?? '', /RequestCount is 0 in 14 days/);
    assert.equal(assessLoadBalancer(balancer, { ...quiet, sum: 1 }, prices), undefined);
    assert.equal(assessLoadBalancer({ ...balancer, state: 'provisioning' }, quiet, prices), undefined);
  });

  test('of a type that is not known are not measured', () => {
    assert.deepEqual(trafficQuestion(balancer)?.dimensions, { LoadBalancer: 'app/shop/0123456789abcdef' });
    assert.equal(trafficQuestion({ ...balancer, type: 'gateway' }), undefined);
  });
});

describe('the bill', () => {
  const costs = {
    schemaVersion: 1 as const,
    from: '2026-05-01',
    currency: 'USD',
    total: [100, 100, null, 100],
    parts: [],
    places: [],
    tags: [{ value: '', amounts: [20, 30, 500, null] }],
    awsAnomalies: null,
    notes: [],
  };

  test('says which share of it bears no tag, of the days that are known', () => {
    assert.match(
      assessUntagged(costs, 'team')?.evidence ?? '',
      /^50\.00 of 200\.00 USD in 2 days bear no tag team \(25 %\)/,
    );
    assert.equal(assessUntagged({ ...costs, tags: [{ value: '', amounts: [1, 1, 1, 1] }] }, 'team'), undefined);
    assert.equal(assessUntagged({ ...costs, total: [0, -5, null, 0] }, 'team'), undefined);
    assert.equal(assessUntagged({ ...costs, tags: [] }, 'team'), undefined);
  });

  test('says how much use no commitment covers; where there is no use, nothing', () => {
    assert.match(assessCoverage({ what: 'reservations', percent: 12.34, days: 30 })?.evidence ?? '', /cover 12\.3 %/);
    assert.equal(assessCoverage({ what: 'Savings Plans', percent: 70, days: 30 }), undefined);
    assert.equal(assessCoverage({ what: 'Savings Plans', percent: undefined, days: 30 }), undefined);
  });
});

test('findings are reported by their money, and those without a price last', () => {
  const money = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })));
  fc.assert(
    fc.property(money, (sums) => {
      const findings = sums.map((aMonth, index) => ({
        ...always(),
        aMonth,
        id: `f-${index}`,
        region: 'r',
        resource: 'x',
      }));
      const sorted = byMoney(findings).map(({ aMonth }) => aMonth);
      const known = sorted.filter((aMonth) => aMonth !== null);
      assert.deepEqual(sorted, [...known.sort((one, other) => other - one), ...sorted.filter((one) => one === null)]);
      assert.equal(sorted.length, sums.length);
    }),
  );
});
