import { makeClock } from '../clock.ts';
import { makeCredentials } from '../credentials.ts';
import { makeBudgets } from '../services/budgets/budgets.ts';
import { notes as budgets } from '../services/budgets/notes.ts';
import { makeCloudWatch } from '../services/cloudwatch/cloudwatch.ts';
import { makeMetricStore } from '../services/cloudwatch/metric-store.ts';
import { notes as cloudwatch } from '../services/cloudwatch/notes.ts';
import { makeCostExplorer } from '../services/costexplorer/costexplorer.ts';
import { notes as costexplorer } from '../services/costexplorer/notes.ts';
import { makeEc2 } from '../services/ec2/ec2.ts';
import { notes as ec2 } from '../services/ec2/notes.ts';
import { makeLoadBalancers } from '../services/elb/elb.ts';
import { notes as elb } from '../services/elb/notes.ts';
import { makeEventBus } from '../services/events/event-bus.ts';
import { makeEvents } from '../services/events/events.ts';
import { notes as events } from '../services/events/notes.ts';
import { makeKms } from '../services/kms/kms.ts';
import { notes as kms } from '../services/kms/notes.ts';
import { makeLambda } from '../services/lambda/lambda.ts';
import { notes as lambda } from '../services/lambda/notes.ts';
import { makeLambdaRuntime } from '../services/lambda/runtime.ts';
import { makeLogStore } from '../services/logs/log-store.ts';
import { makeLogs } from '../services/logs/logs.ts';
import { notes as logs } from '../services/logs/notes.ts';
import { makeRds } from '../services/rds/make-rds.ts';
import { notes as rds } from '../services/rds/notes.ts';
import { notes as s3 } from '../services/s3/notes.ts';
import { makeS3 } from '../services/s3/s3.ts';
import { notes as secretsmanager } from '../services/secretsmanager/notes.ts';
import { makeSecretsManager } from '../services/secretsmanager/secretsmanager.ts';
import type { ServiceNotes } from '../services/service-notes.ts';
import { notes as sns } from '../services/sns/notes.ts';
import { makeSns } from '../services/sns/sns.ts';
import { notes as states } from '../services/states/notes.ts';
import { makeStates } from '../services/states/states.ts';
import { notes as sts } from '../services/sts/notes.ts';
import { makeSts } from '../services/sts/sts.ts';
import { readClientModel } from '../wire/model.ts';
import type { Service } from '../wire/service.ts';

export type DescribedService = ServiceNotes & {
  readonly id: string;
  readonly emulated: readonly string[];
  /** Every operation of the SDK client. */
  readonly known: readonly string[];
};

/** The services of sandbox.ts, asked what they can. `directory` is for what RDS writes when it starts. */
export async function describeServices(directory: string): Promise<DescribedService[]> {
  const account = '123456789012';
  const clock = makeClock();
  const credentials = makeCredentials();
  const logStore = makeLogStore(account);
  const runtime = makeLambdaRuntime({ credentials, logs: logStore, endpoint: () => '' });
  const bus = makeEventBus({ account, clock, deliver: async () => {} });
  const dispatch = () => Promise.reject(new Error('nothing is called to be described'));
  const issueCaller = () => credentials.operator.caller;
  const database = await makeRds({ clock, account, dataDirectory: directory });
  await database.stopAll();
  const described: readonly (readonly [Service, ServiceNotes])[] = [
    [{ ...database, operations: database.operations }, rds],
    [makeStates({ account, clock, dispatch, issueCaller }), states],
    [makeLambda({ account, functions: [], runtime, clock }), lambda],
    [makeS3({ directory }), s3],
    [makeSecretsManager({ account }), secretsmanager],
    [makeSns({ account }), sns],
    [makeEvents({ bus }), events],
    [makeCloudWatch({ metrics: makeMetricStore() }), cloudwatch],
    [makeLogs({ logs: logStore }), logs],
    [makeSts({ credentials }), sts],
    [makeCostExplorer(), costexplorer],
    [makeBudgets({ account }), budgets],
    [makeEc2({ account }), ec2],
    [makeKms({ account }), kms],
    [makeLoadBalancers(), elb],
  ];
  return described.map(([service, notes]) => ({
    ...notes,
    id: service.id,
    emulated: Object.keys(service.operations).sort(),
    known: [...readClientModel(service.client).operations.keys()].sort(),
  }));
}
