import assert from 'node:assert/strict';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { recommendationLines } from '../../../operator/recommendations/lines.ts';
import { measuredSaving } from '../../../operator/recommendations/saving.ts';
import { openRecommendations } from '../../../operator/recommendations/store.ts';
import type { CollectedCosts } from '../../../shared/contracts/cost-report.ts';
import type { Entry } from '../../../shared/contracts/recommendations.ts';
import type { Waste } from '../../../shared/contracts/waste.ts';
import {
  Bucket,
  openRecommendationsFixture,
  type RecommendationsFixture,
} from '../../support/recommendations-fixture.ts';

const entry = (id: string, change: Partial<Entry> = {}): Entry => ({
  id,
  what: 'stop reporting out of hours',
  service: 'Amazon Relational Database Service',
  usageType: null,
  acceptedOn: '2026-03-12',
  acceptedBy: null,
  finding: null,
  application: null,
  expectedMonthly: 150,
  ...change,
});
/** 70 days from 2026-01-31 on: 10 a day up to the measure on the 41st, 4 after it. */
const amounts = Array.from({ length: 70 }, (_, day) => (day <= 40 ? 10 : 4));
const bill: CollectedCosts = {
  schemaVersion: 1,
  from: '2026-01-31',
  currency: 'USD',
  total: amounts,
  parts: [
    { service: 'Amazon Relational Database Service', usageType: 'x', amounts },
    { service: 'Amazon Relational Database Service', usageType: 'y', amounts: amounts.map(() => 1) },
    { service: 'AWS Lambda', usageType: 'z', amounts: amounts.map((_, day) => (day < 65 ? null : 1)) },
  ],
  places: [],
  tags: [],
  awsAnomalies: null,
  notes: [],
};

describe('the list of accepted recommendations', () => {
  let fixture: RecommendationsFixture;
  beforeAll(async () => {
    fixture = await openRecommendationsFixture();
  });
  afterAll(() => fixture.close());

  test('measures by the same number of weeks before and after, the service or one usage type', () => {
    const saving = measuredSaving(bill, entry('a'));
    assert.deepEqual([saving?.daysBefore, saving?.daysAfter], [28, 28]);
    assert.ok(Math.abs((saving?.monthly ?? 0) - 6 * 30.4375) < 0.01);
    assert.equal(measuredSaving(bill, entry('a', { usageType: 'y' }))?.monthly, 0);
  });

  test('measures a finding from the day on which it was done, and not before', () => {
    const finding = {
      id: 'old-image/us-east-1/ami-1',
      kind: 'old-image',
      region: 'us-east-1',
      resource: 'ami-1',
      aMonth: null,
      basis: '',
      evidence: 'old',
      difficulty: 'careful',
      action: '',
    } as const;
    const application = {
      startedAt: '2026-03-11T23:00:00.000Z',
      by: 'A. Person',
      described: {},
      finalSnapshot: null,
      finishedAt: null,
    };
    const accepted = entry('a', { finding, acceptedOn: '2026-02-01' });
    assert.equal(measuredSaving(bill, accepted), undefined);
    assert.equal(measuredSaving(bill, { ...accepted, application }), undefined);
    const done = { ...accepted, application: { ...application, finishedAt: '2026-03-12T01:00:00.000Z' } };
    assert.deepEqual(measuredSaving(bill, done), measuredSaving(bill, entry('a')));
  });

  test('measures nothing of what it does not know: too young, without a bill, or never billed', () => {
    assert.equal(measuredSaving(bill, entry('a', { acceptedOn: '2026-04-06' })), undefined);
    assert.equal(measuredSaving(bill, entry('a', { acceptedOn: '2026-02-05' })), undefined);
    assert.equal(measuredSaving(bill, entry('a', { service: 'AWS Lambda' })), undefined);
    assert.equal(measuredSaving(bill, entry('a', { service: 'none' })), undefined);
  });

  test('loses no entry when several are added at once, and writes none over', async () => {
    const names = ['a', 'b', 'c'];
    const added = await Promise.all(names.map((id) => openRecommendations(fixture.client, Bucket).add(entry(id))));
    assert.deepEqual(added, [true, true, true]);
    assert.equal(await fixture.recommendations.add(entry('b', { expectedMonthly: 1 })), false);
    const { entries } = await fixture.recommendations.read();
    assert.deepEqual(entries.map(({ id }) => id).sort(), names);
    assert.ok(entries.every(({ expectedMonthly }) => expectedMonthly === 150));
  });

  test('is listed with what the newest stored bill says', async () => {
    const put = (Key: string, costs: CollectedCosts) =>
      fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(costs) }));
    assert.equal(await fixture.recommendations.newestCosts(), undefined);
    await put('cost-report/one/costs-1.json', { ...bill, currency: 'EUR' });
    await put('cost-report/two/costs-2.json', bill);
    const costs = await fixture.recommendations.newestCosts();
    const lines = recommendationLines(await fixture.recommendations.read(), costs);
    assert.match(lines.at(-1) ?? '', /^Measured of 3 of 3: 547\.\d\d of 450\.00 USD a month expected\.$/);
    assert.match(
      recommendationLines({ schemaVersion: 1, entries: [entry('a')] }, undefined).join('\n'),
      /not known yet/,
    );
  });

  test('is kept from the command line, which reports all that is wrong with an entry', async () => {
    const wanted = ['add', '--id', 'd', '--what', 'smaller', '--service', 'AWS Lambda', '--expected', '5'];
    const wrong = await fixture.run(...wanted, '--accepted', 'yesterday');
    assert.equal(wrong.code, 2);
    assert.match(wrong.text, /acceptedOn[\s\S]*HINT/);
    assert.equal((await fixture.run(...wanted, '--accepted', '2026-05-20')).code, 0);
    const again = await fixture.run(...wanted, '--accepted', '2026-05-20');
    assert.deepEqual([again.code, /already/.test(again.text)], [1, true]);
    assert.match((await fixture.run('list')).text, /2026-05-20\s+d\s+5\.00\s+not known yet\s+smaller/);
  });

  test('takes findings of the newest report as entries, and nothing that the report does not have', async () => {
    const none = await fixture.run('findings');
    assert.deepEqual([none.code, /No report has looked for waste yet/.test(none.text)], [0, true]);
    const id = 'unattached-volume/us-east-1/vol-1';
    const early = await fixture.run('accept', '--id', id, '--by', 'A. Person');
    assert.deepEqual([early.code, /finding '\S+vol-1' is not in any report[\s\S]*HINT/.test(early.text)], [2, true]);
    const put = (Key: string, waste: Waste) =>
      fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(waste) }));
    const finding = {
      id,
      kind: 'unattached-volume',
      region: 'us-east-1',
      resource: 'vol-1',
      aMonth: 40,
      basis: '500 GB at 0.08 (volumeGb.gp3)',
      evidence: 'gp3 volume, 100 days old, attached to no machine',
      difficulty: 'careful',
      action: 'aws ec2 …',
      createdAt: '2026-01-01T00:00:00.000Z',
      billedAs: { service: 'Amazon Relational Database Service', usageType: 'InstanceUsage:x' },
    } as const;
    const missing = [{ part: 'addresses', region: 'us-west-2', error: 'AccessDeniedError' }];
    await put('cost-report/one/waste.json', { schemaVersion: 1, currency: 'USD', findings: [finding], missing: [] });
    const unpriced = { ...finding, id: `${id}0`, aMonth: null };
    await put('cost-report/two/waste.json', {
      schemaVersion: 1,
      currency: 'USD',
      findings: [unpriced, finding],
      missing,
    });

    assert.match((await fixture.run('accept', '--id', id)).text, /--by is missing/);
    assert.equal((await fixture.run('accept', '--id', `${id}1`, '--by', 'A. Person')).code, 2);
    const accepted = await fixture.run('accept', '--id', id, '--by', 'A. Person');
    assert.deepEqual([accepted.code, /will not be measured/.test(accepted.text)], [0, true], accepted.text);
    assert.equal((await fixture.run('accept', '--id', id, '--by', 'Another')).code, 1);
    const entries = (await fixture.recommendations.read()).entries.filter((one) => one.id.startsWith(id));
    assert.deepEqual(
      entries.map(({ acceptedBy, expectedMonthly, finding: what }) => [acceptedBy, expectedMonthly, what]),
      [['A. Person', 40, finding]],
    );
    const { text } = await fixture.run('findings');
    assert.match(text, /unknown\s+careful\s+unattached-volume\S+vol-10\s/);
    assert.match(text, /40\.00\s+careful\s+accepted\s+unattached-volume\S+vol-1\s/);
    assert.match(text, /^2 findings, 40\.00 USD a month and 1 without a price, of 'cost-report\/two\/waste\.json'/m);
    assert.match(text, /^NOT LOOKED AT: addresses \(us-west-2\), AccessDeniedError\.$/m);
  });
});
