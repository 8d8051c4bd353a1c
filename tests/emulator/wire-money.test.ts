import assert from 'node:assert/strict';
import * as budgetsClient from '@aws-sdk/client-budgets';
import * as ce from '@aws-sdk/client-cost-explorer';
import * as ec2Client from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { generateBill } from '../../sandbox/cost-series/bill.ts';
import { type Budgets, makeBudgets } from '../../sandbox/services/budgets/budgets.ts';
import { type CostExplorer, makeCostExplorer } from '../../sandbox/services/costexplorer/costexplorer.ts';
import { type Ec2, makeEc2 } from '../../sandbox/services/ec2/ec2.ts';
import { type LoadBalancers, makeLoadBalancers } from '../../sandbox/services/elb/elb.ts';
import { makeCostExplorer as makeCostReader } from '../../shared/aws/cost-explorer.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const account = '123456789012';
const now = () => new Date('2026-05-20T06:00:00Z');
const rejects = (name: string) => (error: Error) => error.name === name;

describe('bills and leftovers over the wire', () => {
  let wire: TestWire;
  let costs: CostExplorer;
  let budgets: Budgets;
  let machines: Ec2;
  let balancers: LoadBalancers;
  let client: ce.CostExplorerClient;
  let compute: ec2Client.EC2Client;

  beforeAll(async () => {
    costs = makeCostExplorer({ now });
    costs.data.bill = generateBill({ seed: 1, days: 60, endDay: costs.data.today + 1, anomalies: ['spike'] });
    budgets = makeBudgets({ account, bill: () => ({ month: '2026-05', actual: 12.5, forecast: 20 }) });
    machines = makeEc2({ account, now });
    balancers = makeLoadBalancers();
    wire = await startTestWire([costs, budgets, machines, balancers]);
    client = new ce.CostExplorerClient(wire.client);
    compute = new ec2Client.EC2Client(wire.client);
  });
  afterAll(async () => {
    client.destroy();
    compute.destroy();
    await wire.stop();
  });

  const usage = (input: Partial<ce.GetCostAndUsageCommandInput> = {}) =>
    client.send(
      new ce.GetCostAndUsageCommand({
        TimePeriod: { Start: '2026-05-01', End: '2026-05-04' },
        Granularity: 'DAILY',
        Metrics: ['UnblendedCost'],
        ...input,
      }),
    );
  const sum = (groups: readonly ce.Group[]) =>
    groups.reduce((total, { Metrics }) => total + Number(Metrics?.['UnblendedCost']?.Amount), 0);

  test('the groups of a day add up to its total, page by page', async () => {
    const total = (await usage()).ResultsByTime?.map(({ Total }) => Number(Total?.['UnblendedCost']?.Amount)) ?? [];
    assert.equal(total.length, 3);
    costs.data.pageSize = 7;
    const GroupBy: ce.GroupDefinition[] = [
      { Type: 'DIMENSION', Key: 'SERVICE' },
      { Type: 'DIMENSION', Key: 'USAGE_TYPE' },
    ];
    const groups = new Map<string, ce.Group[]>();
    let NextPageToken: string | undefined;
    let pages = 0;
    do {
      const page: ce.GetCostAndUsageCommandOutput = await usage({ GroupBy, ...(NextPageToken && { NextPageToken }) });
      for (const { TimePeriod, Groups = [] } of page.ResultsByTime ?? []) {
        const date = TimePeriod?.Start ?? '';
        groups.set(date, [...(groups.get(date) ?? []), ...Groups]);
      }
      NextPageToken = page.NextPageToken;
      pages += 1;
    } while (NextPageToken !== undefined);
    assert.ok(pages > 5, `${pages} pages`);
    assert.deepEqual(
      [...groups.values()].map((one) => sum(one).toFixed(6)),
      total.map((one) => one.toFixed(6)),
    );
    costs.data.pageSize = 4000;
  });

  test('a filter and a tag select what they name', async () => {
    const Filter: ce.Expression = {
      And: [
        { Dimensions: { Key: 'SERVICE', Values: ['AWS Lambda'] } },
        { Dimensions: { Key: 'REGION', Values: ['us-west-2'] } },
      ],
    };
    const { ResultsByTime = [] } = await usage({ Filter, GroupBy: [{ Type: 'DIMENSION', Key: 'USAGE_TYPE' }] });
    assert.deepEqual(ResultsByTime[0]?.Groups?.map(({ Keys }) => Keys?.[0]).sort(), [
      'USW2-Lambda-GB-Second',
      'USW2-Request',
    ]);
    const tagged = await usage({ GroupBy: [{ Type: 'TAG', Key: 'pg-gameday:workflow' }] });
    assert.deepEqual(tagged.ResultsByTime?.[0]?.Groups?.map(({ Keys }) => Keys?.[0]).sort(), [
      'pg-gameday:workflow$',
      'pg-gameday:workflow$backup-and-verify',
    ]);
  });

  test('the last two days are estimated and have only a part of their bill', async () => {
    const { ResultsByTime = [] } = await usage({ TimePeriod: { Start: '2026-05-17', End: '2026-05-21' } });
    assert.deepEqual(
      ResultsByTime.map(({ Estimated }) => Estimated),
      [false, false, true, true],
    );
    const [, before = 0, , today = 0] = ResultsByTime.map(({ Total }) => Number(Total?.['UnblendedCost']?.Amount));
    assert.ok(today < 0.6 * before);
  });

  test('what AWS refuses and what is not emulated is refused by name', async () => {
    await assert.rejects(
      usage({ TimePeriod: { Start: '2026-05-04', End: '2026-05-04' } }),
      rejects('ValidationException'),
    );
    await assert.rejects(usage({ NextPageToken: 'bm9uc2Vuc2U' }), rejects('InvalidNextTokenException'));
    await assert.rejects(usage({ Granularity: 'HOURLY' }), rejects('NotImplemented'));
    await assert.rejects(usage({ GroupBy: [{ Type: 'DIMENSION', Key: 'OPERATION' }] }), rejects('NotImplemented'));
    await assert.rejects(
      usage({ BillingViewArn: 'arn:aws:billing::123456789012:billingview/x' }),
      rejects('NotImplemented'),
    );
    const TimePeriod = { Start: '2026-05-01', End: '2026-05-04' };
    await assert.rejects(
      client.send(new ce.GetSavingsPlansCoverageCommand({ TimePeriod })),
      rejects('DataUnavailableException'),
    );
  });

  test('coverage is read to its last page, each part by its use', async () => {
    const { data } = costs;
    const parts = [
      { percentage: 100, use: 1 },
      { percentage: 0, use: 0 },
      { percentage: 20, use: 3 },
    ];
    Object.assign(data, { pageSize: 1, savingsPlansCoverage: parts, reservationCoverage: parts });
    const span = { from: '2026-05-01', to: '2026-05-04' };
    for (const what of ['Savings Plans', 'reservations'] as const) {
      const answer = await makeCostReader(client).coverage(what, span);
      assert.deepEqual(answer, { percent: 40, requests: 3 }, what);
    }
    const TimePeriod = { Start: span.from, End: span.to };
    const { Total } = await client.send(new ce.GetReservationCoverageCommand({ TimePeriod }));
    assert.equal(Total?.CoverageHours?.CoverageHoursPercentage, '40');
    Object.assign(data, { pageSize: 4000, savingsPlansCoverage: [], reservationCoverage: [] });
    const none = await makeCostReader(client).coverage('reservations', span);
    assert.deepEqual(none, { percent: undefined, requests: 1 });
  });

  test('labelled increases are reported as anomalies with their root cause, and every request is counted', async () => {
    const before = costs.requests();
    const DateInterval = { StartDate: '2026-04-01', EndDate: '2026-05-20' };
    const { Anomalies = [] } = await client.send(new ce.GetAnomaliesCommand({ DateInterval }));
    const [label] = costs.data.bill.labels;
    assert.equal(Anomalies[0]?.RootCauses?.[0]?.UsageType, label?.line.usageType);
    assert.equal(costs.requests(), before + 1);
  });

  test('a budget is described with its actual and forecast spend; an unknown one and another account are refused', async () => {
    const budget = { BudgetName: 'monthly', BudgetType: 'COST', TimeUnit: 'MONTHLY' } as const;
    budgets.put({ budget: { ...budget, BudgetLimit: { Amount: '100', Unit: 'USD' } }, notifications: [] });
    const money = new budgetsClient.BudgetsClient(wire.client);
    const { Budgets = [] } = await money.send(new budgetsClient.DescribeBudgetsCommand({ AccountId: account }));
    assert.deepEqual(
      Budgets.map(({ BudgetName, CalculatedSpend: spend }) => [
        BudgetName,
        spend?.ActualSpend?.Amount,
        spend?.ForecastedSpend?.Amount,
      ]),
      [['monthly', '12.50', '20.00']],
    );
    const absent = new budgetsClient.DescribeBudgetCommand({ AccountId: account, BudgetName: 'none' });
    await assert.rejects(money.send(absent), rejects('NotFoundException'));
    const foreign = new budgetsClient.DescribeBudgetsCommand({ AccountId: '210987654321' });
    await assert.rejects(money.send(foreign), rejects('AccessDeniedException'));
    money.destroy();
  });

  test('volumes, snapshots, images and addresses are listed; what is in use is not removed', async () => {
    const here = machines.regions.in('eu-central-1');
    here.volumes.set('vol-1', {
      VolumeId: 'vol-1',
      State: 'available',
      Size: 100,
      VolumeType: 'gp3',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    here.volumes.set('vol-2', { VolumeId: 'vol-2', State: 'in-use', Size: 8, VolumeType: 'gp3' });
    here.addresses.set('eipalloc-1', {
      AllocationId: 'eipalloc-1',
      PublicIp: '192.0.2.7',
      AssociationId: 'eipassoc-1',
    });
    const first = await compute.send(new ec2Client.DescribeVolumesCommand({ MaxResults: 1 }));
    assert.deepEqual(
      first.Volumes?.map(({ VolumeId, Tags }) => [VolumeId, Tags?.[0]?.Value]),
      [['vol-1', 'b']],
    );
    const NextToken = first.NextToken ?? '';
    const second = await compute.send(new ec2Client.DescribeVolumesCommand({ MaxResults: 1, NextToken }));
    assert.deepEqual(
      second.Volumes?.map(({ VolumeId }) => VolumeId),
      ['vol-2'],
    );
    const remove = (VolumeId: string) => compute.send(new ec2Client.DeleteVolumeCommand({ VolumeId }));
    await assert.rejects(remove('vol-2'), rejects('VolumeInUse'));
    await assert.rejects(remove('vol-3'), rejects('InvalidVolume.NotFound'));
    const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags: [{ Key: 'why', Value: 'final' }] }];
    const made = await compute.send(new ec2Client.CreateSnapshotCommand({ VolumeId: 'vol-1', TagSpecifications }));
    await remove('vol-1');
    const { Snapshots = [] } = await compute.send(new ec2Client.DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    assert.deepEqual(
      Snapshots.map(({ SnapshotId, VolumeSize }) => [SnapshotId, VolumeSize]),
      [[made.SnapshotId, 100]],
    );
    here.images.set('ami-1', { ImageId: 'ami-1', BlockDeviceMappings: [{ Ebs: { SnapshotId: made.SnapshotId } }] });
    const SnapshotId = made.SnapshotId ?? '';
    await assert.rejects(
      compute.send(new ec2Client.DeleteSnapshotCommand({ SnapshotId })),
      rejects('InvalidSnapshot.InUse'),
    );
    const { Images = [] } = await compute.send(new ec2Client.DescribeImagesCommand({ Owners: ['self'] }));
    assert.equal(Images.length, 1);
    await assert.rejects(compute.send(new ec2Client.DescribeImagesCommand({})), rejects('NotImplemented'));
    const release = new ec2Client.ReleaseAddressCommand({ AllocationId: 'eipalloc-1' });
    await assert.rejects(compute.send(release), rejects('InvalidIPAddress.InUse'));
    const { Addresses = [] } = await compute.send(new ec2Client.DescribeAddressesCommand({}));
    assert.equal(Addresses[0]?.PublicIp, '192.0.2.7');
  });

  test('load balancers are listed, and their tags asked for apart', async () => {
    const LoadBalancerArn =
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef';
    balancers.balancers.in('eu-central-1').set(LoadBalancerArn, {
      LoadBalancerArn,
      LoadBalancerName: 'web',
      Type: 'application',
      Tags: [{ Key: 'pg-gameday:keep', Value: 'yes' }],
    });
    const client = new elb.ElasticLoadBalancingV2Client(wire.client);
    const { LoadBalancers = [] } = await client.send(new elb.DescribeLoadBalancersCommand({}));
    assert.deepEqual(
      LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName),
      ['web'],
    );
    const { TagDescriptions = [] } = await client.send(
      new elb.DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }),
    );
    assert.equal(TagDescriptions[0]?.Tags?.[0]?.Key, 'pg-gameday:keep');
    const own = balancers.balancers.in('eu-central-1');
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    own.set(LoadBalancerArn, { ...own.get(LoadBalancerArn), Attributes });
    assert.deepEqual(
      (await client.send(new elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }))).Attributes,
      Attributes,
    );
    const remove = () => client.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await assert.rejects(remove(), rejects('OperationNotPermittedException'));
    own.set(LoadBalancerArn, { ...own.get(LoadBalancerArn), Attributes: [] });
    await remove();
    assert.equal(own.size, 0);
    await remove();
    client.destroy();
  });
});
