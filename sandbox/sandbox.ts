import { mkdir } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { makeClock, withLeastWait } from './clock.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { type Authorizer, makeAuthorizer } from './iam/authorizer.ts';
import { makeWorld } from './iam/world.ts';
import type { Budgets } from './services/budgets/budgets.ts';
import type { Alarms } from './services/cloudwatch/alarms/alarms.ts';
import type { MetricStore } from './services/cloudwatch/metric-store.ts';
import type { CostExplorer } from './services/costexplorer/costexplorer.ts';
import type { InterceptDelivery } from './services/delivery.ts';
import type { Ec2 } from './services/ec2/ec2.ts';
import type { LoadBalancers } from './services/elb/elb.ts';
import type { EventBus } from './services/events/event-bus.ts';
import type { Firehose } from './services/firehose/firehose.ts';
import type { Kms } from './services/kms/kms.ts';
import type { DeadLetter } from './services/lambda/function.ts';
import type { LambdaRuntime } from './services/lambda/runtime.ts';
import type { LogEvent, LogStore } from './services/logs/log-store.ts';
import type { RdsOptions, RdsService } from './services/rds/make-rds.ts';
import { registry } from './services/registry.ts';
import type { S3 } from './services/s3/s3.ts';
import type { SecretsManager } from './services/secretsmanager/secretsmanager.ts';
import type { Sns } from './services/sns/sns.ts';
import type { States } from './services/states/states.ts';
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
  readonly firehose: Firehose;
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly lambda: LambdaRuntime;
  /** What Lambda would have sent to dead-letter queues; there is no SQS here to ask for it. */
  readonly deadLetters: readonly DeadLetter[];
  /** What EventBridge would have sent there: events that no target took. */
  readonly undeliveredEvents: readonly DeadLetter[];
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
  const {
    services,
    built,
    deploy,
    run,
    stop: stopServices,
  } = await registry.make({
    account,
    region: options.region,
    clock,
    clockOfMachines: options.leastWait === undefined ? clock : withLeastWait(clock, options.leastWait),
    credentials,
    dispatch,
    endpoint: () => endpoint,
    dataDirectory: options.dataDirectory,
    stacks,
    rdsOptions: options.rds,
    interceptDelivery: options.interceptDelivery,
    onLog: options.onLog,
    reportUndelivered: (what, error) =>
      built.logs.logs.append(options.region, '/sandbox/undelivered', 'deliveries', [
        { at: Date.now(), message: `${what}: ${String(error)}` },
      ]),
  });
  const { rds } = built.rds;
  const s3 = built.s3.service;
  const secrets = built.secrets.service;
  const ec2 = built.ec2.service;
  const kms = built.kms.service;
  const world = makeWorld({ rds, s3, secrets, ec2, kms });
  const authorize: Authorize = (context, input) => iam.authorize(context, input) ?? options.authorize?.(context, input);
  const { intercept, log, port } = options;
  const wire = await startWire({
    services,
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
    await stopServices();
    await wire.stop();
    // Whoever still polls through it gets an end, and no answer that never changes again.
    dispatchOnWire = () => Promise.reject(new Error('the sandbox is stopped'));
  };
  try {
    for (const stack of stacks) {
      await deploy(stack);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.runSchedules === true) run(stopping.signal);

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
    sns: built.sns.service,
    secrets,
    states: built.states.service,
    bus: built.events.bus,
    logs: built.logs.logs,
    firehose: built.firehose.service,
    metrics: built.cloudwatch.metrics,
    alarms: built.cloudwatch.alarms,
    lambda: built.lambda.runtime,
    deadLetters: built.lambda.deadLetters,
    undeliveredEvents: built.events.deadLetters,
    costs: built.costs.service,
    budgets: built.budgets.service,
    ec2,
    kms: built.kms.service,
    loadBalancers: built.loadBalancers.service,
    iam,
    clientConfig: {
      endpoint,
      region: options.region,
      credentials: { accessKeyId: operator.accessKeyId, secretAccessKey: operator.secretAccessKey },
    },
    stop,
  };
}
