import { lambdaPermissions } from '../../iam/required/functions-and-secrets.ts';
import { regionalArn } from '../../template/resource.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { publishQueueMetric } from '../cloudwatch/queue-metrics.ts';
import { defineService } from '../definition.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { RdsService } from '../rds/make-rds.ts';
import type { DeadLetter } from './function.ts';
import { makeLambda } from './lambda.ts';
import { notes } from './notes.ts';
import { makeLambdaRuntime } from './runtime.ts';

type Others = {
  readonly logs: { readonly logs: LogStore };
  readonly cloudwatch: { readonly metrics: MetricStore };
  readonly rds: { readonly rds: RdsService };
};

export const lambdaService = defineService({
  name: 'lambda',
  id: 'lambda',
  notes,
  permissions: lambdaPermissions,
  resources: {
    'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: regionalArn('lambda', (name) => `function:${name}`) },
  },
  make(
    { account, clock, credentials, endpoint, stacks },
    { logs: { logs }, cloudwatch: { metrics }, rds: { rds } }: Others,
  ) {
    const runtime = makeLambdaRuntime({
      credentials,
      logs,
      endpoint,
      environment: () => ({ PGSSLROOTCERT: rds.inspect.certificateAuthorityPath }),
    });
    const deadLetters: DeadLetter[] = [];
    const service = makeLambda({
      account,
      functions: stacks.flatMap(({ functions }) => functions),
      runtime,
      clock,
      onDeadLetter: (letter) => {
        deadLetters.push(letter);
        publishQueueMetric(metrics, deadLetters);
      },
    });
    return { service, runtime, deadLetters: deadLetters as readonly DeadLetter[] };
  },
  stop: ({ runtime }) => runtime.stop(),
});
