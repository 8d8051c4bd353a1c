import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeClock } from '../../../sandbox/clock.ts';
import { generateBill } from '../../../sandbox/cost-series/bill.ts';
import { makeCredentials, roleCaller } from '../../../sandbox/credentials.ts';
import { makeBudgets } from '../../../sandbox/services/budgets/budgets.ts';
import { makeAlarmActions } from '../../../sandbox/services/cloudwatch/alarms/alarm-actions.ts';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { makeCloudWatch } from '../../../sandbox/services/cloudwatch/cloudwatch.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import { makeCostExplorer } from '../../../sandbox/services/costexplorer/costexplorer.ts';
import { makeEc2 } from '../../../sandbox/services/ec2/ec2.ts';
import { makeLoadBalancers } from '../../../sandbox/services/elb/elb.ts';
import { makeEventBus } from '../../../sandbox/services/events/event-bus.ts';
import { makeEvents } from '../../../sandbox/services/events/events.ts';
import { makeFirehose } from '../../../sandbox/services/firehose/firehose.ts';
import { makeKms } from '../../../sandbox/services/kms/kms.ts';
import { makeLambda } from '../../../sandbox/services/lambda/lambda.ts';
import { makeLambdaRuntime } from '../../../sandbox/services/lambda/runtime.ts';
import { makeLogStore } from '../../../sandbox/services/logs/log-store.ts';
import { makeLogs } from '../../../sandbox/services/logs/logs.ts';
import { makeRds, type RdsService } from '../../../sandbox/services/rds/make-rds.ts';
import { makeRoute53 } from '../../../sandbox/services/route53/route53.ts';
import { makeZones } from '../../../sandbox/services/route53/zones.ts';
import { makeS3 } from '../../../sandbox/services/s3/s3.ts';
import { makeSecretsManager } from '../../../sandbox/services/secretsmanager/secretsmanager.ts';
import { makeSns } from '../../../sandbox/services/sns/sns.ts';
import { makeStates, type States } from '../../../sandbox/services/states/states.ts';
import { makeSts } from '../../../sandbox/services/sts/sts.ts';
import type { Dispatch, Service } from '../../../sandbox/wire/service.ts';
import { startTestWire, type TestWire } from '../start-wire.ts';

const account = '123456789012';
export const region = 'us-east-1';
const day = 86_400_000;

export type CliAccount = {
  readonly services: readonly Service[];
  readonly rds: RdsService;
  readonly states: States;
  readonly wire: TestWire;
  /** What the examples may name, beside what answers gave. */
  readonly known: ReadonlyMap<string, string>;
  /** The operations that the operator called, as `rds:CreateDBSnapshot`. */
  readonly called: Set<string>;
  stop(): Promise<void>;
};

/** Every service of the sandbox, with nothing from a template: an account in which a person has one thing of each. */
export async function openCliAccount(directory: string): Promise<CliAccount> {
  const clock = makeClock(1000);
  const credentials = makeCredentials();
  const dispatch: Dispatch = (...call) => wire.dispatch(...call);
  const logs = makeLogStore(account);
  const metrics = makeMetricStore();
  const bus = makeEventBus({ account, clock, deliver: async () => {} });
  const alarms = makeAlarms({
    account,
    metrics,
    now: () => clock.now(),
    ...makeAlarmActions({ account, dispatch, bus }),
  });
  const runtime = makeLambdaRuntime({ credentials, logs, endpoint: () => wire.endpoint });
  await mkdir(path.join(directory, 'hello'));
  await writeFile(
    path.join(directory, 'hello', 'hello.mjs'),
    'export const handler = async ({ name }) => ({ hello: name });',
  );
  const hello = {
    name: 'hello',
    region,
    arn: `arn:aws:lambda:${region}:${account}:function:hello`,
    handler: 'hello.handler',
    codeDirectory: path.join(directory, 'hello'),
    environment: {},
    timeoutSeconds: 30,
    memoryMb: 128,
    roleArn: `arn:aws:iam::${account}:role/hello`,
    runtime: 'nodejs24.x',
  };
  const rds = await makeRds({ clock, account, dataDirectory: path.join(directory, 'rds') });
  const states = makeStates({
    account,
    clock,
    dispatch,
    issueCaller: (roleArn, session) => roleCaller(account, roleArn, session),
  });
  const costs = makeCostExplorer();
  costs.data.bill = generateBill({ seed: 1, days: 60, endDay: costs.data.today + 1, anomalies: ['spike'] });
  costs.data.savingsPlansCoverage = [{ percentage: 40, use: 100 }];
  costs.data.reservationCoverage = [{ percentage: 20, use: 720 }];
  const budgets = makeBudgets({ account });
  const budget = { BudgetName: 'cli', BudgetType: 'COST', TimeUnit: 'MONTHLY' } as const;
  budgets.put({ budget: { ...budget, BudgetLimit: { Amount: '100', Unit: 'USD' } }, notifications: [] });
  const ec2 = makeEc2({ account });
  const [VolumeId, AllocationId] = ['vol-00000000000000001', 'eipalloc-00000000000000001'];
  ec2.regions.in(region).volumes.set(VolumeId, { VolumeId, State: 'available', Size: 8 });
  ec2.regions.in(region).addresses.set(AllocationId, { AllocationId, PublicIp: '192.0.2.1' });
  const SubnetId = 'subnet-00000000000000001';
  ec2.regions.in(region).subnets.set(SubnetId, { SubnetId, VpcId: 'vpc-00000000000000001' });
  const zones = makeZones({ look: () => undefined, now: () => clock.now().getTime(), speed: 1 });
  zones.zones.set('Z0000000000000000001', { name: 'example.com', records: [] });
  zones.addRecord('Z0000000000000000001', {
    ...{ name: 'db.example.com', type: 'CNAME', ttlSeconds: 30, values: ['orders.example.com'] },
    ...{ failover: undefined, healthCheckId: undefined },
  });
  const kms = makeKms({ account });
  const firehose = makeFirehose({ account, dispatch, now: () => clock.now() });
  firehose.addStream(region, {
    ...{ name: 'cli', arn: `arn:aws:firehose:${region}:${account}:deliverystream/cli`, bucket: 'cli' },
    ...{ roleArn: `arn:aws:iam::${account}:role/cli`, prefix: 'logs/', errorPrefix: 'failed/', extension: '' },
    ...{ bytes: 1_048_576, seconds: 60, processor: undefined },
  });
  const balancers = makeLoadBalancers();
  const LoadBalancerArn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/cli/0000000000000001`;
  balancers.balancers.in(region).set(LoadBalancerArn, { LoadBalancerArn, LoadBalancerName: 'cli' });

  const services: readonly Service[] = [
    { ...rds, operations: rds.operations },
    states,
    makeLambda({ account, functions: [hello], runtime, clock }),
    makeS3({ directory: path.join(directory, 's3') }),
    makeSecretsManager({ account }),
    makeSns({ account }),
    makeEvents({ bus }),
    makeCloudWatch({ metrics, alarms }),
    makeLogs({ logs }),
    firehose,
    makeSts({ credentials }),
    costs,
    budgets,
    ec2,
    kms,
    balancers,
    makeRoute53(zones, () => Date.now()),
  ];
  const called = new Set<string>();
  const wire: TestWire = await startTestWire(services, {
    credentials,
    intercept: ({ service, operation, caller }, _input, next) => {
      if (caller.arn === credentials.operator.caller.arn) called.add(`${service}:${operation}`);
      return next();
    },
  });
  const date = (daysAgo: number) => new Date(Date.now() - daysAgo * day).toISOString().slice(0, 10);
  return {
    services,
    rds,
    states,
    wire,
    known: new Map([
      ['now', String(Date.now())],
      ['start', date(30)],
      ['end', date(2)],
      ['key', [...kms.regions.in(region).keys()][0] ?? ''],
      ['balancer', LoadBalancerArn],
    ]),
    called,
    async stop() {
      await states.abortAll();
      await runtime.stop();
      await rds.stopAll();
      await wire.stop();
    },
  };
}
