import { randomUUID } from 'node:crypto';
import { lambdaPermissions } from '../../iam/required/functions-and-secrets.ts';
import { regionalArn } from '../../template/resource.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { publishQueueMetric } from '../cloudwatch/queue-metrics.ts';
import { defineService } from '../definition.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { RdsService } from '../rds/make-rds.ts';
import type { DeadLetter, LambdaFunction } from './function.ts';
import { functionUrlsOf, serveFunctionUrls } from './function-urls.ts';
import { makeLambda } from './lambda.ts';
import { notes } from './notes.ts';
import { makeReservedConcurrency } from './reserved-concurrency.ts';
import { makeLambdaRuntime } from './runtime.ts';

type Others = {
  readonly logs: { readonly logs: LogStore };
  readonly cloudwatch: { readonly metrics: MetricStore };
  readonly rds: { readonly rds: RdsService };
  readonly names: { readonly resolver: { readonly address: string } };
};

export const lambdaService = defineService({
  name: 'lambda',
  id: 'lambda',
  notes,
  permissions: lambdaPermissions,
  resources: {
    'AWS::Lambda::Url': {},
    'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: regionalArn('lambda', (name) => `function:${name}`) },
  },
  async make(
    { account, clock, credentials, endpoint, stacks },
    { logs: { logs }, cloudwatch: { metrics }, rds: { rds }, names: { resolver } }: Others,
  ) {
    const runtime = makeLambdaRuntime({
      credentials,
      logs,
      endpoint,
      environment: (fn) => ({
        PGSSLROOTCERT: rds.inspect.certificateAuthorityPath,
        SANDBOX_RESOLVER: resolver.address,
        ...onLoopback(fn),
      }),
    });
    const reserved = makeReservedConcurrency();
    const urls = await serveFunctionUrls(
      stacks.flatMap(({ resources, resourcePolicies, functions }) =>
        functionUrlsOf(resources, resourcePolicies, functions),
      ),
      (fn, payload) =>
        reserved(fn, async () => {
          const { payload: answer, functionError } = await runtime.invoke(fn, payload, randomUUID());
          return { payload: answer, isError: functionError !== undefined };
        }),
    );
    /** Addresses of functions in the environment of others lead here. */
    function onLoopback({ environment }: LambdaFunction): Record<string, string> {
      const changed = Object.entries(environment).map(([name, value]) => [name, urls.localOf(value)] as const);
      return Object.fromEntries(changed.flatMap(([name, local]) => (local === undefined ? [] : [[name, local]])));
    }
    const deadLetters: DeadLetter[] = [];
    const service = makeLambda({
      account,
      functions: stacks.flatMap(({ functions }) => functions),
      runtime,
      clock,
      reserved,
      onDeadLetter: (letter) => {
        deadLetters.push(letter);
        publishQueueMetric(metrics, deadLetters);
      },
    });
    return { service, runtime, urls, deadLetters: deadLetters as readonly DeadLetter[] };
  },
  stop: async ({ runtime, urls }) => {
    await urls.stop();
    await runtime.stop();
  },
});
