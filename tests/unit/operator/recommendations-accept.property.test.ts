import assert from 'node:assert/strict';
import fc from 'fast-check';
import { acceptedEntry, isAbout } from '../../../operator/recommendations/accept.ts';
import { usageTypeIn } from '../../../operator/recommendations/usage-types.ts';
import type { CollectedCosts } from '../../../shared/contracts/cost-report.ts';
import { Entry, type Recommendations } from '../../../shared/contracts/recommendations.ts';
import type { WasteFinding } from '../../../shared/contracts/waste.ts';

const service = 'EC2 - Other';
const bill = (...usageTypes: string[]): CollectedCosts => ({
  schemaVersion: 1,
  from: '2026-01-31',
  currency: 'USD',
  total: [],
  parts: usageTypes.map((usageType) => ({ service, usageType, amounts: [] })),
  places: [],
  tags: [],
  awsAnomalies: null,
  notes: [],
});
const findingOf = (resource: string, createdAt: string | undefined, aMonth: number | null = 40): WasteFinding => ({
  id: `unattached-volume/us-west-2/${resource}`,
  kind: 'unattached-volume',
  region: 'us-west-2',
  resource,
  aMonth,
  basis: 'of the test',
  evidence: 'attached to no machine',
  difficulty: 'careful',
  action: 'true',
  ...(createdAt === undefined ? {} : { createdAt }),
  billedAs: { service, usageType: 'EBS:VolumeUsage.gp3' },
});

describe('an accepted finding', () => {
  test('is in the recommendations once, as it was; what bears its name later is another one; no id is taken twice', () => {
    const findings = fc.array(
      fc.record({
        resource: fc.constantFrom('a', 'b', 'a#2', ''),
        createdAt: fc.constantFrom(undefined, '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'),
        aMonth: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      }),
    );
    fc.assert(
      fc.property(findings, (all) => {
        let recommendations: Recommendations = { schemaVersion: 1, entries: [] };
        for (const { resource, createdAt, aMonth } of all) {
          const finding = findingOf(resource, createdAt, aMonth);
          const wasThere = recommendations.entries.some((one) => isAbout(one, finding));
          const entry = acceptedEntry(recommendations, finding, {
            by: 'A. Person',
            on: '2026-05-20',
            costs: undefined,
          });
          assert.equal(entry === undefined, wasThere);
          if (entry === undefined) continue;
          assert.deepEqual(Entry.parse(entry), entry);
          assert.deepEqual([entry.finding, entry.acceptedBy], [finding, 'A. Person']);
          assert.equal(entry.expectedMonthly, aMonth === 0 ? null : aMonth);
          recommendations = { ...recommendations, entries: [...recommendations.entries, entry] };
        }
        assert.equal(new Set(recommendations.entries.map(({ id }) => id)).size, recommendations.entries.length);
      }),
    );
  });

  test('is measured by what the bill calls it, and by nothing where the bill does not name it', () => {
    const by = (costs: CollectedCosts | undefined) => {
      const recommendations: Recommendations = { schemaVersion: 1, entries: [] };
      const entry = acceptedEntry(recommendations, findingOf('a', undefined), {
        by: 'A. Person',
        on: '2026-05-20',
        costs,
      });
      return [entry?.service, entry?.usageType];
    };
    assert.deepEqual(by(bill('USE1-EBS:VolumeUsage.gp3', 'USW2-EBS:VolumeUsage.gp3')), [
      service,
      'USW2-EBS:VolumeUsage.gp3',
    ]);
    assert.deepEqual(by(bill('USE1-EBS:VolumeUsage.gp3', 'USW2-EBS:VolumeUsage.gp2')), [null, null]);
    assert.deepEqual(by(undefined), [null, null]);
  });

  test("is never measured by another region's bill", () => {
    const billedAs = { service, usageType: 'EBS:VolumeUsage.gp3' };
    const named = (region: string, ...types: string[]) => usageTypeIn(bill(...types), billedAs, region);
    assert.equal(named('us-east-1', 'EBS:VolumeUsage.gp3', 'USW2-EBS:VolumeUsage.gp3'), 'EBS:VolumeUsage.gp3');
    assert.equal(named('us-east-1', 'USW2-EBS:VolumeUsage.gp3'), undefined);
    assert.equal(named('eu-west-1', 'EUW2-EBS:VolumeUsage.gp3', 'EU-EBS:VolumeUsage.gp3'), 'EU-EBS:VolumeUsage.gp3');
    assert.equal(named('mx-central-1', 'MXC1-EBS:VolumeUsage.gp3', 'EBS:VolumeUsage.gp3'), 'MXC1-EBS:VolumeUsage.gp3');
    assert.equal(
      named('mx-central-1', 'MXC1-EBS:VolumeUsage.gp3', 'EU-EBS:VolumeUsage.gp3'),
      'MXC1-EBS:VolumeUsage.gp3',
    );
    assert.equal(named('mx-central-1', 'EU-EBS:VolumeUsage.gp3'), undefined);
    assert.equal(named('mx-central-1', 'MXC1-EBS:VolumeUsage.gp3', 'XXC1-EBS:VolumeUsage.gp3'), undefined);
    assert.equal(named('constructor', 'EBS:VolumeUsage.gp3'), undefined);
  });
});
