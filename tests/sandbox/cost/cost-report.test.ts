import assert from 'node:assert/strict';
import { generateBill } from '../../../sandbox/cost-series/bill.ts';
import { runSchedule } from '../../../sandbox/permissions/run-schedule.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { CostEvidence } from '../../../shared/contracts/cost-report.ts';
import { type AccountFixture, openAccountFixture, type Run } from '../../support/sandbox/account.ts';

describe('the cost report', () => {
  let fixture: AccountFixture;
  beforeAll(async () => {
    fixture = await openAccountFixture();
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    fixture.refuse = undefined;
    const { data } = fixture.sandbox.costs;
    // The last day with a spike is the one that has settled: two days before today.
    data.bill = generateBill({ seed: 41, days: 202, endDay: data.today - 1, anomalies: [], assessedDays: 2 });
    data.pageSize = 4000;
  });

  const evidenceOf = async ({ name }: Run) =>
    CostEvidence.parse(JSON.parse(await fixture.read(`cost-report/${name}/evidence.json`)));
  /** Adds money to one line on the last settled day. */
  const injectSpike = (money: number) => {
    const { bill } = fixture.sandbox.costs.data;
    const line = bill.lines.find(
      ({ service, usageType }) => service === 'EC2 - Other' && usageType.includes('NatGateway-B'),
    );
    assert.ok(line);
    const amounts = [...line.amounts];
    amounts[amounts.length - 1] = (amounts.at(-1) ?? 0) + money;
    fixture.sandbox.costs.data.bill = {
      ...bill,
      lines: bill.lines.map((one) => (one === line ? { ...one, amounts } : one)),
    };
    return line;
  };

  test('comes by schedule, and its requests are those that Cost Explorer counted', async () => {
    fixture.sandbox.costs.data.pageSize = 1000;
    const counted = fixture.sandbox.costs.requests();
    assert.equal(await runSchedule(fixture.sandbox, 'cost-report'), undefined);
    assert.ok(fixture.sandbox.costs.requests() > counted + 8, 'the bill has more than one page');
    const run = await fixture.run('cost-report');
    const { requests, price } = await evidenceOf(run);
    assert.equal(fixture.sandbox.costs.requests() - counted, 2 * requests);
    assert.equal(price, requests * 0.01);
  });

  test('reports a new anomaly with its money, service, usage type, region and account, and is as severe as the money', async () => {
    const line = injectSpike(700);
    const run = await fixture.run('cost-report');
    assert.deepEqual([run.status, run.notifications.length], ['SUCCEEDED', 1], run.cause);
    const [message] = run.notifications;
    const { analysis, isPartial } = await evidenceOf(run);
    assert.equal(isPartial, false);
    const event = analysis?.events.find(({ isNew }) => isNew);
    assert.ok(event && Math.abs(event.aDay - 700) < 100, JSON.stringify(event));
    const causes = Object.fromEntries(event.causes.map(({ dimension, value }) => [dimension, value]));
    const { service, usageType, region, account } = line;
    assert.deepEqual(causes, { service, usageType, region, account, tag: 'untagged' });
    assert.match(message?.topicArn ?? '', /:pg-gameday-p2-dev$/);
    assert.match(message?.subject ?? '', /1 new anomaly/);
    assert.match(message?.message ?? '', /NEW EC2 - Other \/ USE1-NatGateway-Bytes: \d+\.\d\d USD more on /);
    const page = await fixture.read(`cost-report/${run.name}/report.html`);
    // Each plot is drawn once for every width of a reader.
    const plots = [...page.matchAll(/<svg role="img" aria-label="([^"]+)"/g)].map(([, title]) => title);
    assert.deepEqual([new Set(plots).size, plots.length % 2], [2, 0]);
    assert.match(page, /The month to its end, against the budget/);
    assert.doesNotMatch(page, /<script/);
  });

  test('reports where an anomaly comes from although waste could not be looked for', async () => {
    const { region } = injectSpike(700);
    fixture.refuse = ({ operation, input }) =>
      operation === 'PutObject' && /waste/.test((input as { Key: string }).Key)
        ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
        : undefined;
    const run = await fixture.run('cost-report', { findWaste: true });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { analysis, waste } = await evidenceOf(run);
    assert.equal(waste, null);
    assert.ok(analysis?.notes.includes('Waste could not be looked for: AccessDeniedError.'));
    const event = analysis?.events.find(({ isNew }) => isNew);
    assert.equal(event?.causes.find(({ dimension }) => dimension === 'region')?.value, region);
  });

  test('waits out a Cost Explorer that throttles the first request', async () => {
    let left = 2;
    fixture.refuse = ({ service }) => {
      if (service !== 'ce' || left === 0) return undefined;
      left -= 1;
      return new AwsError('LimitExceededException', 'You made too many calls in a short period of time.');
    };
    const run = await fixture.run('cost-report');
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { requests, isPartial } = await evidenceOf(run);
    // The requests that were refused are paid for, too.
    assert.ok(requests > 7 && !isPartial);
  });

  test('that gets half a page says that it is partial, and takes no day without its bill for a saving', async () => {
    fixture.sandbox.costs.data.pageSize = 7000;
    fixture.refuse = ({ service, input }) => {
      const { GroupBy, NextPageToken } = input as { GroupBy?: readonly unknown[]; NextPageToken?: string };
      return service === 'ce' && GroupBy?.length === 2 && NextPageToken !== undefined
        ? new AwsError('LimitExceededException', 'You made too many calls in a short period of time.')
        : undefined;
    };
    const run = await fixture.run('cost-report');
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { analysis, isPartial, costsKey } = await evidenceOf(run);
    assert.ok(isPartial && costsKey?.endsWith('costs-2.json'));
    assert.ok(analysis?.events.every(({ kind }) => kind !== 'missing'));
    assert.ok(analysis?.notes.some((note) => /service and usage type are not known of \d+ days/.test(note)));
    assert.match(run.notifications[0]?.subject ?? '', /PARTIAL/);
    assert.match(run.notifications[0]?.message ?? '', /broke off in the middle of an answer/);
  });

  test('that may not read costs, or finds none, ends with an error that says what to do', async () => {
    fixture.refuse = ({ service }) =>
      service === 'ce' ? new AwsError('AccessDeniedException', 'User not enabled for cost explorer access') : undefined;
    const denied = await fixture.run('cost-report');
    assert.deepEqual([denied.status, denied.error], ['FAILED', 'AccessDeniedError']);
    assert.match(denied.notifications[0]?.message ?? '', /Is Cost Explorer enabled/);
    assert.match(denied.notifications[0]?.topicArn ?? '', /:pg-gameday-p3-dev$/);
    assert.equal((await evidenceOf(denied)).failure?.state, 'CollectCosts');

    fixture.refuse = undefined;
    const { data } = fixture.sandbox.costs;
    data.bill = { firstDay: data.today, lines: [], labels: [] };
    const empty = await fixture.run('cost-report');
    assert.deepEqual([empty.status, empty.error], ['FAILED', 'CostDataUnavailableError']);
    assert.match(empty.notifications[0]?.message ?? '', /reports no cost from/);
  });

  test('reports what the proofs were billed by their tag beside what was predicted for them', async () => {
    const { data } = fixture.sandbox.costs;
    const settled = new Date((data.today - 2) * 86_400_000).toISOString();
    const Bucket = fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    for (const [index, money] of [1.25, 2.5, null].entries()) {
      const execution = `drill-${index}`;
      const Body = Buffer.from(JSON.stringify({ execution, database: 'own', hours: 1, money, isActual: true }));
      await fixture.call('s3', 'PutObject', {
        Bucket,
        Key: `drill-costs/${settled.slice(0, 7)}/${execution}.json`,
        Body,
      });
    }
    const [line] = data.bill.lines;
    assert.ok(line);
    const amounts = line.amounts.map(() => 0.5);
    const tagged = ['backup-and-verify', 'prove-snapshot'].map((tag) => ({ ...line, tag, amounts }));
    const others = data.bill.lines.filter(({ tag }) => tag === '');
    data.bill = { ...data.bill, lines: [...others, ...tagged] };
    const run = await fixture.run('cost-report');
    const { analysis } = await evidenceOf(run);
    const billed = Number(settled.slice(8, 10)); // twice 0.50 a day
    assert.deepEqual(analysis?.drills, { month: settled.slice(0, 7), billed, predicted: 3.75, runs: 3, unpriced: 1 });
    const reported = `${billed}.00 USD billed by tag, 3.75 USD predicted for 3 runs, 1 of them without a price`;
    assert.ok(run.notifications[0]?.message.includes(reported), run.notifications[0]?.message);
    assert.ok((await fixture.read(`cost-report/${run.name}/report.html`)).includes(reported));
  });

  test('goes on without a second opinion when AWS may not be asked for its anomalies', async () => {
    injectSpike(700);
    fixture.refuse = ({ operation }) =>
      operation === 'GetAnomalies' ? new AwsError('AccessDeniedException', 'no monitors') : undefined;
    const run = await fixture.run('cost-report');
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { analysis } = await evidenceOf(run);
    assert.equal(analysis?.awsAnomalies, null);
    assert.ok(
      analysis?.notes.some((note) => note.includes("AWS's own anomalies could not be read: AccessDeniedError")),
    );
    assert.ok(analysis?.events.some(({ isNew }) => isNew));
  });
});
