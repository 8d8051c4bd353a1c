import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.ts';
import { makeClock, withLeastWait } from './clock.ts';
import { type Credentials, makeCredentials, roleCaller } from './credentials.ts';
import { type Authorizer, makeAuthorizer } from './iam/authorizer.ts';
import { makeWorld } from './iam/world.ts';
import { type Budgets, makeBudgets } from './services/budgets/budgets.ts';
import { makeAlarmActions } from './services/cloudwatch/alarms/alarm-actions.ts';
import { type Alarms, makeAlarms } from './services/cloudwatch/alarms/alarms.ts';
import { runAlarms } from './services/cloudwatch/alarms/run-alarms.ts';
import { makeCloudWatch } from './services/cloudwatch/cloudwatch.ts';
import { readEmbeddedMetrics } from './services/cloudwatch/emf.ts';
import { type MetricStore, makeMetricStore } from './services/cloudwatch/metric-store.ts';
import { publishQueueMetric } from './services/cloudwatch/queue-metrics.ts';
import { publishStatesMetrics } from './services/cloudwatch/states-metrics.ts';
import { monthBill } from './services/costexplorer/cost-data.ts';
import { type CostExplorer, makeCostExplorer } from './services/costexplorer/costexplorer.ts';
import { watchBill } from './services/costexplorer/watch-bill.ts';
import type { InterceptDelivery } from './services/delivery.ts';
import { type Ec2, makeEc2 } from './services/ec2/ec2.ts';
import { type LoadBalancers, makeLoadBalancers } from './services/elb/elb.ts';
import { makeDeliver } from './services/events/deliver.ts';
import { type EventBus, makeEventBus } from './services/events/event-bus.ts';
import { makeEvents } from './services/events/events.ts';
import { type Kms, makeKms } from './services/kms/kms.ts';
import type { DeadLetter } from './services/lambda/function.ts';
import { makeLambda } from './services/lambda/lambda.ts';
import { type LambdaRuntime, makeLambdaRuntime } from './services/lambda/runtime.ts';
import { type LogEvent, type LogStore, makeLogStore } from './services/logs/log-store.ts';
import { makeLogs } from './services/logs/logs.ts';
import { makeRds, type RdsOptions, type RdsService } from './services/rds/make-rds.ts';
import { busEvent } from './services/rds/model/bus-event.ts';
import { makeS3, type S3 } from './services/s3/s3.ts';
import { makeSecretsManager, type SecretsManager } from './services/secretsmanager/secretsmanager.ts';
import { makeDeliver as makeSnsDeliver } from './services/sns/deliver.ts';
import { makePublishAsService } from './services/sns/publish-as-service.ts';
import { makeSns, type Sns } from './services/sns/sns.ts';
import { makeStates, type States } from './services/states/states.ts';
import { makeSts } from './services/sts/sts.ts';
import { deployAlarms, deployMoney, deployTemplate } from './template/deploy.ts';
import { readStacks } from './template/read-package.ts';
import type { Template } from './template/template.ts';
import type { Authorize, CallHooks } from './wire/dispatch.ts';
import { startWire } from './wire/server.ts';
import type { Dispatch } from './wire/service.ts';

export type SandboxOptions = CallHooks & {
  /** What `serverless package` wrote. */
  readonly packageDirectory: string;
  /** Everything that the sandbox makes is below it; whoever chose it removes it. */
  readonly dataDirectory: string;
  readonly region: string;
  /** Waits of state machines and of RDS are shortened by it. */
  readonly speed?: number;
  /** True milliseconds that a wait of a state machine lasts at least: at a great speed polls cost more than work. */
  readonly leastWait?: number;
  /** 0 or absent takes any free port. */
  readonly port?: number;
  readonly rds?: Pick<RdsOptions, 'limits' | 'durations' | 'dataChecksums' | 'describeLag'>;
  /** Fire the schedules of the template, evaluate its alarms and budgets; all are there to be read in any case. */
  readonly runSchedules?: boolean;
  readonly onLog?: (region: string, group: string, event: LogEvent, stream: string) => void;
  readonly interceptDelivery?: InterceptDelivery;
};

/** A running sandbox: the packaged template on this computer, and what a person or a test may do that AWS cannot. */
export type Sandbox = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly template: Template;
  /** Every stack, that of `template` first: the same one deployed in each region of the stage. */
  readonly stacks: readonly Template[];
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly rds: RdsService;
  readonly s3: S3;
  readonly sns: Sns;
  readonly secrets: SecretsManager;
  readonly states: States;
  readonly bus: EventBus;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly lambda: LambdaRuntime;
  /** What Lambda would have sent to dead-letter queues; there is no SQS here to ask for it. */
  readonly deadLetters: readonly DeadLetter[];
  readonly costs: CostExplorer;
  readonly budgets: Budgets;
  readonly ec2: Ec2;
  readonly kms: Kms;
  readonly loadBalancers: LoadBalancers;
  /** What the roles of the template were refused, and which of their permissions nothing has used. */
  readonly iam: Omit<Authorizer, 'authorize'>;
  /** Settings for an SDK client of the operator. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Ends executions, functions, servers and the endpoint. The data directory stays. */
  stop(): Promise<void>;
};

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const clock = makeClock(options.speed ?? 1);
  const credentials = makeCredentials();
  const { account, operator } = credentials;
  await mkdir(options.dataDirectory, { recursive: true });
  const stacks = await readStacks({
    directory: options.packageDirectory,
    region: options.region,
    account,
  });
  const [template, ...elsewhere] = stacks;

  const stopping = new AbortController();
  let endpoint = '';
  let dispatchOnWire: Dispatch = () => Promise.reject(new Error('the sandbox has not started'));
  const dispatch: Dispatch = (...call) => dispatchOnWire(...call);

  // Before anything is started: a policy that cannot be enforced ends the start.
  const iam = makeAuthorizer(template, () => world, elsewhere);
  const metrics = makeMetricStore();
  const logs = makeLogStore(account, (region, group, event, stream) => {
    for (const datum of readEmbeddedMetrics(event.message)) metrics.put(region, datum);
    options.onLog?.(region, group, event, stream);
  });
  // AWS would retry and then drop it; here it is to be read.
  const reportUndelivered = (what: string, error: unknown) =>
    logs.append(options.region, '/sandbox/undelivered', 'deliveries', [
      { at: Date.now(), message: `${what}: ${String(error)}` },
    ]);
  const bus = makeEventBus({
    account,
    clock,
    deliver: makeDeliver(account, dispatch),
    ...(options.interceptDelivery === undefined ? {} : { intercept: options.interceptDelivery }),
    onFailure: (rule, target, error) => reportUndelivered(`rule '${rule.name}', target '${target.Id}'`, error),
  });
  const topicKey = (topicArn: string) =>
    stacks.flatMap(({ topics }) => topics).find(({ arn }) => arn === topicArn)?.kmsMasterKeyId;
  const alarms = makeAlarms({
    account,
    metrics,
    now: () => clock.now(),
    ...makeAlarmActions({ account, dispatch, bus, topicKey }),
  });
  const rds = await makeRds({
    clock,
    account,
    dataDirectory: path.join(options.dataDirectory, 'rds'),
    // Nobody awaits it: a failure would end the process.
    onEvent: (event) => void bus.emit(event.region, busEvent(event)).catch((e) => reportUndelivered('event of RDS', e)),
    ...options.rds,
  });
  const lambda = makeLambdaRuntime({
    credentials,
    logs,
    endpoint: () => endpoint,
    environment: () => ({ PGSSLROOTCERT: rds.inspect.certificateAuthorityPath }),
  });
  const s3 = makeS3({ directory: path.join(options.dataDirectory, 's3') });
  const sns = makeSns({
    account,
    deliver: makeSnsDeliver({
      account,
      dispatch,
      onFailure: ({ endpoint: subscriber }, error) => reportUndelivered(`subscription of '${subscriber}'`, error),
      ...(options.interceptDelivery === undefined ? {} : { intercept: options.interceptDelivery }),
    }),
  });
  const secrets = makeSecretsManager({ account });
  const reportMoney = {
    account,
    publish: makePublishAsService({ account, dispatch, topicKey }),
    onFailure: (name: string, error: unknown) => reportUndelivered(`'${name}' of the costs`, error),
  };
  const costs = makeCostExplorer(reportMoney);
  const budgets = makeBudgets({ ...reportMoney, bill: () => monthBill(costs.data) });
  const ec2 = makeEc2({ account });
  const kms = makeKms({ account });
  const loadBalancers = makeLoadBalancers();
  const deadLetters: DeadLetter[] = [];
  const states = makeStates({
    account,
    clock: options.leastWait === undefined ? clock : withLeastWait(clock, options.leastWait),
    dispatch,
    issueCaller: (roleArn, sessionName) => roleCaller(account, roleArn, sessionName),
    // A Lambda runs in real time, whatever the speed of waiting is.
    minimumTimeoutMilliseconds: 15 * 60_000,
  });

  states.onEvent(publishStatesMetrics(metrics));

  const world = makeWorld({ rds, s3, secrets, ec2, kms });
  const authorize: Authorize = (context, input) => iam.authorize(context, input) ?? options.authorize?.(context, input);
  const { intercept, log, port } = options;
  const wire = await startWire({
    services: [
      { ...rds, operations: rds.operations },
      s3,
      sns,
      secrets,
      states,
      makeSts({ credentials }),
      makeLambda({
        account,
        functions: stacks.flatMap(({ functions }) => functions),
        runtime: lambda,
        clock,
        onDeadLetter: (letter) => {
          deadLetters.push(letter);
          publishQueueMetric(metrics, deadLetters);
        },
      }),
      makeLogs({ logs }),
      makeCloudWatch({ metrics, alarms }),
      makeEvents({ bus }),
      costs,
      budgets,
      ec2,
      kms,
      loadBalancers,
    ],
    credentials,
    clock,
    ...(port === undefined ? {} : { port }),
    authorize,
    ...(intercept === undefined ? {} : { intercept }),
    ...(log === undefined ? {} : { log }),
  });
  endpoint = wire.endpoint;
  dispatchOnWire = wire.dispatch;

  const stop = async () => {
    stopping.abort();
    await states.abortAll();
    await lambda.stop();
    await rds.stopAll();
    await wire.stop();
    // Whoever still polls through it gets an end, and no answer that never changes again.
    dispatchOnWire = () => Promise.reject(new Error('the sandbox is stopped'));
  };
  try {
    for (const stack of stacks) {
      deployTemplate(stack, { buckets: s3.buckets, topics: sns, bus, logs, secrets });
      deployAlarms(stack, alarms);
      deployMoney(stack, budgets, costs);
      const asOperator = { region: stack.region, caller: operator.caller };
      for (const { name, definition, roleArn } of stack.stateMachines) {
        await dispatch('states', 'CreateStateMachine', { name, definition, roleArn }, asOperator);
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.runSchedules === true) {
    bus.runSchedules(stopping.signal);
    runAlarms(alarms, clock, stopping.signal);
    watchBill(budgets, costs, clock, stopping.signal);
  }

  return {
    endpoint,
    region: options.region,
    credentials,
    template,
    stacks,
    clock,
    dispatch,
    rds,
    s3,
    sns,
    secrets,
    states,
    bus,
    logs,
    metrics,
    alarms,
    lambda,
    deadLetters,
    costs,
    budgets,
    ec2,
    kms,
    loadBalancers,
    iam,
    clientConfig: {
      endpoint,
      region: options.region,
      credentials: { accessKeyId: operator.accessKeyId, secretAccessKey: operator.secretAccessKey },
    },
    stop,
  };
}
