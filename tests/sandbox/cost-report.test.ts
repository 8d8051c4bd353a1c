import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { generateBill } from '../../sandbox/cost-series/bill.ts';
import { runSchedule } from '../../sandbox/iam/run-schedule.ts';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import { CostEvidence } from '../../shared/contracts/cost-report.ts';
import { type AccountBed, openAccountBed, type Run } from '../support/sandbox-account.ts';

describe('the cost report', () => {
  let bed: AccountBed;
  before(async () => {
    bed = await openAccountBed();
  });
  after(() => bed.close());
  beforeEach(() => {
    bed.refuse = undefined;
    const { data } = bed.sandbox.costs;
    // The last day with a spike is the one that has settled: two days before today.
    data.bill = generateBill({ seed: 41, days: 202, endDay: data.today - 1, anomalies: [], judgedDays: 2 });
    data.pageSize = 4000;
  });

  const evidenceOf = async ({ name }: Run) =>
    CostEvidence.parse(JSON.parse(await bed.read(`cost-report/${name}/evidence.json`)));
  /** Adds money to one line on the last settled day. */
  const injectSpike = (money: number) => {
    const { bill } = bed.sandbox.costs.data;
    const line = bill.lines.find(
      ({ service, usageType }) => service === 'EC2 - Other' && usageType.includes('NatGateway-B'),
    );
    assert.ok(line);
    const amounts = [...line.amounts];
    amounts[amounts.length - 1] = (amounts.at(-1) ?? 0) + money;
    bed.sandbox.costs.data.bill = {
      ...bill,
      lines: bill.lines.map((one) => (one === line ? { ...one, amounts } : one)),
    };
    return line;
  };

  test('comes by schedule, and its requests are those that Cost Explorer counted', async () => {
    bed.sandbox.costs.data.pageSize = 1000;
    const counted = bed.sandbox.costs.requests();
    assert.equal(await runSchedule(bed.sandbox, 'cost-report'), undefined);
    assert.ok(bed.sandbox.costs.requests() > counted + 8, 'the bill has more than one page');
    const run = await bed.run('cost-report');
    const { requests, price } = await evidenceOf(run);
    assert.equal(bed.sandbox.costs.requests() - counted, 2 * requests);
    assert.equal(price, requests * 0.01);
  });

  test('tells a new anomaly with its money, service, usage type, region and account, and is as severe as the money', async () => {
    const line = injectSpike(700);
    const run = await bed.run('cost-report');
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
    const page = await bed.read(`cost-report/${run.name}/report.html`);
    // Each plot is drawn once for every width of a reader.
    const plots = [...page.matchAll(/<svg role="img" aria-label="([^"]+)"/g)].map(([, title]) => title);
    assert.deepEqual([new Set(plots).size, plots.length % 2], [2, 0]);
    assert.match(page, /The month to its end, against the budget/);
    assert.doesNotMatch(page, /<script/);
  });

  describe('that looks for waste', () => {
    const now = Date.now();
    const daysAgo = (days: number) => new Date(now - days * 86_400_000);
    const old = { CreateTime: daysAgo(100), State: 'available' as const, VolumeType: 'gp3' as const, Size: 500 };
    before(() => {
      const { ec2, loadBalancers } = bed.sandbox;
      for (const region of ['us-east-1', 'us-west-2']) {
        const { volumes, addresses } = ec2.regions.in(region);
        volumes.set('vol-forgotten', { ...old, VolumeId: 'vol-forgotten' });
        const Tags = [{ Key: 'pg-gameday:protected', Value: 'of the auditors' }];
        volumes.set('vol-protected', { ...old, VolumeId: 'vol-protected', Tags });
        volumes.set('vol-new', { ...old, VolumeId: 'vol-new', CreateTime: daysAgo(13) });
        volumes.set('vol-odd', { ...old, VolumeId: 'vol-odd', VolumeType: 'io9' as 'gp3' });
        addresses.set('eipalloc-1', { AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1' });
      }
      for (const name of ['idle', 'busy']) {
        const LoadBalancerArn = `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/${name}/0123456789abcdef`;
        loadBalancers.balancers.in('us-east-1').set(LoadBalancerArn, {
          LoadBalancerArn,
          LoadBalancerName: name,
          Type: 'application',
          CreatedTime: daysAgo(60),
          State: { Code: 'active' },
        });
      }
      bed.sandbox.metrics.put('us-east-1', {
        namespace: 'AWS/ApplicationELB',
        name: 'RequestCount',
        dimensions: { LoadBalancer: 'app/busy/0123456789abcdef' },
        at: daysAgo(3),
        unit: 'Count',
        values: [{ value: 1, count: 7 }],
      });
    });
    after(() => {
      const { ec2, loadBalancers } = bed.sandbox;
      for (const region of ['us-east-1', 'us-west-2']) {
        ec2.regions.in(region).volumes.clear();
        ec2.regions.in(region).addresses.clear();
      }
      loadBalancers.balancers.in('us-east-1').clear();
    });

    test('finds it in both regions, the dearest first, and never what is protected, young or in use', async () => {
      bed.sandbox.costs.data.reservationCoverage = 40;
      const counted = bed.sandbox.costs.requests();
      const run = await bed.run('cost-report', { findWaste: true });
      assert.equal(run.status, 'SUCCEEDED', run.cause);
      const { waste, requests } = await evidenceOf(run);
      assert.equal(bed.sandbox.costs.requests() - counted, requests);
      assert.deepEqual(waste?.missing, []);
      const placed = waste?.findings.filter(({ region }) => region !== 'global');
      assert.deepEqual(
        placed?.map(({ id, aMonth }) => [id, aMonth]),
        [
          ['unattached-volume/us-east-1/vol-forgotten', 40],
          ['unattached-volume/us-west-2/vol-forgotten', 40],
          ['idle-load-balancer/us-east-1/idle', 16.43],
          ['unassociated-address/us-east-1/eipalloc-1', 3.65],
          ['unassociated-address/us-west-2/eipalloc-1', 3.65],
          ['unattached-volume/us-east-1/vol-odd', null],
          ['unattached-volume/us-west-2/vol-odd', null],
        ],
      );
      const ofBill = waste?.findings.filter(({ region }) => region === 'global').map(({ kind }) => kind);
      assert.deepEqual(ofBill?.sort(), ['uncovered-use', 'untagged-spend']);
      assert.match(
        run.notifications[0]?.message ?? '',
        /^Waste: 9 findings, 103\.73 USD a month and 4 without a price, first unattached-volume vol-forgotten$/m,
      );
      const page = await bed.read(`cost-report/${run.name}/report.html`);
      assert.match(page, /aws ec2 delete-volume --region us-west-2 --volume-id vol-forgotten/);
      assert.doesNotMatch(page, /vol-protected|vol-new|loadbalancer\/app\/busy/);
    });

    test('measures a database hour by hour: one that nobody used is idle, and one that was not measured is not judged', async () => {
      for (const DBInstanceIdentifier of ['sleepy', 'unmeasured']) {
        await bed.call('rds', 'CreateDBInstance', {
          DBInstanceIdentifier,
          Engine: 'postgres',
          DBInstanceClass: 'db.t4g.medium',
          AllocatedStorage: 20,
          MasterUsername: 'postgres',
          MasterUserPassword: 'that-nobody-uses',
          BackupRetentionPeriod: 0,
        });
      }
      await bed.sandbox.rds.inspect.idle();
      for (const instance of bed.sandbox.rds.inspect.instances()) instance.createdAt = daysAgo(30);
      const dimensions = { DBInstanceIdentifier: 'sleepy' };
      const idle = { CPUUtilization: 3, DatabaseConnections: 0, FreeableMemory: 3e9 };
      for (const [name, value] of Object.entries(idle)) {
        for (let hour = 0; hour < 14 * 24; hour += 1) {
          const at = new Date(now - hour * 3_600_000);
          const values = [{ value, count: 60 }];
          bed.sandbox.metrics.put('us-east-1', { namespace: 'AWS/RDS', name, dimensions, at, unit: undefined, values });
        }
      }
      const run = await bed.run('cost-report', { findWaste: true });
      for (const DBInstanceIdentifier of ['sleepy', 'unmeasured']) {
        await bed.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
      }
      await bed.sandbox.rds.inspect.idle();
      assert.equal(run.status, 'SUCCEEDED', run.cause);
      const { waste } = await evidenceOf(run);
      const told = waste?.findings.filter(({ kind }) => /database|hours|drill/.test(kind));
      assert.deepEqual(
        told?.map(({ id, aMonth }) => [id, aMonth]),
        [['idle-database/us-east-1/sleepy', 47.45]],
      );
      assert.match(told?.[0]?.action ?? '', /--final-db-snapshot-identifier sleepy-final/);
    });

    test('names what it may not see or is not answered, and tells the rest', async () => {
      bed.refuse = ({ service, operation }) => {
        if (operation === 'DescribeImages') return new AwsError('UnauthorizedOperation', 'not you', { status: 403 });
        if (service === 'monitoring') return new AwsError('Throttling', 'Rate exceeded');
        return operation === 'GetSavingsPlansCoverage' ? new AwsError('AccessDeniedException', 'not you') : undefined;
      };
      const run = await bed.run('cost-report', { findWaste: true });
      assert.equal(run.status, 'SUCCEEDED', run.cause);
      const { waste } = await evidenceOf(run);
      assert.deepEqual(
        waste?.missing.map(({ part, region, error }) => `${part}, ${region}: ${error}`),
        [
          'volumes, snapshots and images, us-east-1: AccessDeniedError',
          'load balancers, us-east-1: AwsUnavailableError',
          'volumes, snapshots and images, us-west-2: AccessDeniedError',
          'coverage by Savings Plans, global: AccessDeniedError',
        ],
      );
      const kinds = new Set(waste?.findings.map(({ kind }) => kind));
      assert.ok(
        kinds.has('unassociated-address') && !kinds.has('idle-load-balancer') && !kinds.has('unattached-volume'),
      );
      assert.match(run.notifications[0]?.message ?? '', /NOT LOOKED AT: volumes, snapshots and images \(us-east-1\), /);
    });
  });

  test('waits out a Cost Explorer that throttles the first request', async () => {
    let left = 2;
    bed.refuse = ({ service }) => {
      if (service !== 'ce' || left === 0) return undefined;
      left -= 1;
      return new AwsError('LimitExceededException', 'You made too many calls in a short period of time.');
    };
    const run = await bed.run('cost-report');
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { requests, isPartial } = await evidenceOf(run);
    // The requests that were refused are paid for, too.
    assert.ok(requests > 7 && !isPartial);
  });

  test('that gets half a page says that it is partial, and takes no day without its bill for a saving', async () => {
    bed.sandbox.costs.data.pageSize = 7000;
    bed.refuse = ({ service, input }) => {
      const { GroupBy, NextPageToken } = input as { GroupBy?: readonly unknown[]; NextPageToken?: string };
      return service === 'ce' && GroupBy?.length === 2 && NextPageToken !== undefined
        ? new AwsError('LimitExceededException', 'You made too many calls in a short period of time.')
        : undefined;
    };
    const run = await bed.run('cost-report');
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { analysis, isPartial, costsKey } = await evidenceOf(run);
    assert.ok(isPartial && costsKey?.endsWith('costs-2.json'));
    assert.ok(analysis?.events.every(({ kind }) => kind !== 'missing'));
    assert.ok(analysis?.notes.some((note) => /service and usage type are not known of \d+ days/.test(note)));
    assert.match(run.notifications[0]?.subject ?? '', /PARTIAL/);
    assert.match(run.notifications[0]?.message ?? '', /broke off in the middle of an answer/);
  });

  test('that may not read costs, or finds none, ends with an error that says what to do', async () => {
    bed.refuse = ({ service }) =>
      service === 'ce' ? new AwsError('AccessDeniedException', 'User not enabled for cost explorer access') : undefined;
    const denied = await bed.run('cost-report');
    assert.deepEqual([denied.status, denied.error], ['FAILED', 'AccessDeniedError']);
    assert.match(denied.notifications[0]?.message ?? '', /Is Cost Explorer enabled/);
    assert.match(denied.notifications[0]?.topicArn ?? '', /:pg-gameday-p3-dev$/);
    assert.equal((await evidenceOf(denied)).failure?.state, 'CollectCosts');

    bed.refuse = undefined;
    const { data } = bed.sandbox.costs;
    data.bill = { firstDay: data.today, lines: [], labels: [] };
    const empty = await bed.run('cost-report');
    assert.deepEqual([empty.status, empty.error], ['FAILED', 'CostDataUnavailableError']);
    assert.match(empty.notifications[0]?.message ?? '', /tells no cost from/);
  });

  test('goes on without a second opinion when AWS may not be asked for its anomalies', async () => {
    injectSpike(700);
    bed.refuse = ({ operation }) =>
      operation === 'GetAnomalies' ? new AwsError('AccessDeniedException', 'no monitors') : undefined;
    const run = await bed.run('cost-report');
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { analysis } = await evidenceOf(run);
    assert.equal(analysis?.awsAnomalies, null);
    assert.ok(
      analysis?.notes.some((note) => note.includes("AWS's own anomalies could not be read: AccessDeniedError")),
    );
    assert.ok(analysis?.events.some(({ isNew }) => isNew));
  });
});
