import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { config, readEnvironment } from '../../../shared/config.ts';
import { IsolationEnvironment, TopicEnvironment, topicArns } from '../../../shared/evidence/environment.ts';
import { defineTask } from '../../../shared/lambda/define-task.ts';
import { captureLog, lambdaContext } from './lambda/capture-log.ts';

function withEnvironment<Result>(variables: Record<string, string | undefined>, work: () => Result): Result {
  const saved = { ...process.env };
  const undo = () => {
    process.env = saved;
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    const result = work();
    if (!(result instanceof Promise)) undo();
    else void result.then(undo, undo);
    return result;
  } catch (error) {
    undo();
    throw error;
  }
}

const base = { AWS_REGION: 'us-west-2', STAGE: 'dev', EVIDENCE_BUCKET: 'bucket' };

/** In this order: a configuration that was parsed once is kept. */
test('a function environment with faults reports all of them, and a sound one is parsed once', () => {
  withEnvironment({ ...base, STAGE: 'production', EVIDENCE_BUCKET: '' }, () =>
    assert.throws(config, {
      name: 'InvalidOperationsError',
      message: `function environment has 2 faults
  environment variable STAGE: observed "production", expected one of "dev", "test", "prod"
  environment variable EVIDENCE_BUCKET: observed "", expected some text
HINT: Compare 'provider.environment' in serverless.yml.`,
    }),
  );
  withEnvironment(base, () => {
    assert.deepEqual(config(), { stage: 'dev', evidenceBucket: 'bucket', region: 'us-west-2' });
    assert.equal(config(), config());
  });
});

describe('what a task states of its environment', () => {
  const topics = { P1_TOPIC_ARN: 'arn:1', P2_TOPIC_ARN: 'arn:2', P3_TOPIC_ARN: 'arn:3', P4_TOPIC_ARN: 'arn:4' };

  test('is given to it, and a variable that is missing or empty fails by name before anything is called', async () => {
    let ran = 0;
    const task = defineTask({
      input: z.object({}),
      output: z.object({ arn: z.string() }),
      environment: TopicEnvironment,
      deps: (environment) => topicArns(environment),
      async run(_, arns) {
        ran += 1;
        return { arn: arns.P2 };
      },
    });
    const invoke = () => task.handler({}, lambdaContext()) as Promise<unknown>;
    await withEnvironment({ ...base, ...topics, P2_TOPIC_ARN: '', P4_TOPIC_ARN: undefined }, async () => {
      await captureLog(async () => {
        await assert.rejects(invoke(), {
          name: 'InvalidOperationsError',
          message: `function environment has 2 faults
  environment variable P2_TOPIC_ARN: observed "", expected some text
  environment variable P4_TOPIC_ARN: observed nothing, expected type string
HINT: Compare 'environment' of the function in its functions.yml.`,
        });
      });
    });
    assert.equal(ran, 0);
    await withEnvironment({ ...base, ...topics }, async () => assert.deepEqual(await invoke(), { arn: 'arn:2' }));
  });

  test('refuses a copy without a security group in a stage with a VPC', () => {
    const read = (STAGE: string, COPY_SECURITY_GROUP_ID: string | undefined) =>
      withEnvironment({ ...base, STAGE, COPY_SECURITY_GROUP_ID }, () => readEnvironment(IsolationEnvironment, 'hint'));
    assert.equal(read('dev', '').COPY_SECURITY_GROUP_ID, '');
    assert.equal(read('prod', 'sg-1').COPY_SECURITY_GROUP_ID, 'sg-1');
    assert.throws(() => read('prod', ''), /COPY_SECURITY_GROUP_ID: .*a security group in every stage with a VPC/);
    assert.throws(() => read('dev', undefined), /COPY_SECURITY_GROUP_ID: observed nothing/);
  });
});
