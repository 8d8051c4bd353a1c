import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as cloudwatchClient from '@aws-sdk/client-cloudwatch';
import * as rds from '@aws-sdk/client-rds';
import { makeClock } from '../../sandbox/clock.ts';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeCloudWatch } from '../../sandbox/services/cloudwatch/cloudwatch.ts';
import { makeMetricStore } from '../../sandbox/services/cloudwatch/metric-store.ts';
import { makeEventBus } from '../../sandbox/services/events/event-bus.ts';
import { makeEvents } from '../../sandbox/services/events/events.ts';
import { makeLambda } from '../../sandbox/services/lambda/lambda.ts';
import { makeLambdaRuntime } from '../../sandbox/services/lambda/runtime.ts';
import { makeLogStore } from '../../sandbox/services/logs/log-store.ts';
import { makeLogs } from '../../sandbox/services/logs/logs.ts';
import { makeS3 } from '../../sandbox/services/s3/s3.ts';
import { makeSecretsManager } from '../../sandbox/services/secretsmanager/secretsmanager.ts';
import { makeSns } from '../../sandbox/services/sns/sns.ts';
import { makeSts } from '../../sandbox/services/sts/sts.ts';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import { note } from '../support/note.ts';
import { presignedListing, stamp } from '../support/sign-request.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const run = promisify(execFile);
const account = '123456789012';
const region = 'eu-central-1';

const version = await run('aws', ['--version']).then(
  ({ stdout, stderr }) => (stdout + stderr).trim(),
  () => undefined,
);

/** The same endpoint as a person uses it. Without the CLI only the presigned URLs, which need none, are tried. */
describe('the AWS CLI', () => {
  let directory: string;
  let wire: TestWire;
  const logs = makeLogStore(account);
  const credentials = makeCredentials();
  const runtime = makeLambdaRuntime({ credentials, logs, endpoint: () => wire.endpoint });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandbox-cli-'));
    await writeFile(join(directory, 'hello.mjs'), 'export const handler = async ({ name }) => ({ hello: name });');
    const hello = {
      name: 'hello',
      region,
      arn: `arn:aws:lambda:${region}:${account}:function:hello`,
      handler: 'hello.handler',
      codeDirectory: directory,
      environment: {},
      timeoutSeconds: 30,
      memoryMb: 128,
      roleArn: `arn:aws:iam::${account}:role/hello`,
      runtime: 'nodejs24.x',
    };
    const databases = {
      id: 'rds',
      client: rds,
      operations: {
        DescribeDBInstances: ({ Filters = [] }: rds.DescribeDBInstancesCommandInput) => ({
          DBInstances: [{ DBInstanceIdentifier: `${Filters[0]?.Name}=${Filters[0]?.Values?.join('+')}` }],
        }),
        DeleteDBSnapshot: () => {
          throw new AwsError('DBSnapshotNotFoundFault', 'DBSnapshot orders-1 not found.');
        },
      },
    };
    const bus = makeEventBus({ account, clock: makeClock(), deliver: async () => {} });
    const services = [
      databases,
      makeS3({ directory: join(directory, 's3') }),
      makeSns({ account }),
      makeSecretsManager({ account }),
      makeSts({ credentials }),
      makeCloudWatch({ metrics: makeMetricStore() }),
      makeLogs({ logs }),
      makeEvents({ bus }),
      makeLambda({ account, functions: [hello], runtime, clock: makeClock() }),
    ];
    wire = await startTestWire(services, { credentials });
  });
  afterAll(async () => {
    await wire.stop();
    await runtime.stop();
    await rm(directory, { recursive: true });
  });

  async function aws(...words: string[]): Promise<string> {
    const { accessKeyId, secretAccessKey } = credentials.operator;
    const environment = {
      ...process.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_DEFAULT_REGION: region,
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_PAGER: '',
    };
    const { stdout } = await run('aws', [...words, '--output', 'json'], { env: environment, cwd: directory });
    return stdout;
  }
  const json = async (...words: string[]) => JSON.parse(await aws(...words));

  test('calls every service of the sandbox with nothing but its endpoint and keys', async () => {
    if (version === undefined) {
      note("'aws' is not installed: the calls of the CLI were not tried");
      const client = new cloudwatchClient.CloudWatchClient(wire.client);
      assert.deepEqual((await client.send(new cloudwatchClient.ListMetricsCommand({}))).Metrics, []);
      client.destroy();
      return;
    }
    note(version);
    assert.equal((await json('sts', 'get-caller-identity')).Arn, `arn:aws:iam::${account}:user/operator`);

    const filtered = await json('rds', 'describe-db-instances', '--filters', 'Name=engine,Values=postgres,aurora');
    assert.equal(filtered.DBInstances[0].DBInstanceIdentifier, 'engine=postgres+aurora');
    await assert.rejects(
      aws('rds', 'delete-db-snapshot', '--db-snapshot-identifier', 'orders-1'),
      /\(DBSnapshotNotFound\).*DBSnapshot orders-1 not found\./s,
    );

    await aws('s3', 'mb', 's3://cli-bucket');
    await writeFile(join(directory, 'big.bin'), Buffer.alloc(9 * 1_048_576, 7));
    await aws('s3', 'cp', 'big.bin', 's3://cli-bucket/dumps/big file.bin', '--quiet');
    assert.match(await aws('s3', 'ls', 's3://cli-bucket/dumps/'), /9437184 big file\.bin/);
    await aws('s3', 'cp', 's3://cli-bucket/dumps/big file.bin', 'back.bin', '--quiet');
    assert.equal(Buffer.compare(await readFile(join(directory, 'back.bin')), Buffer.alloc(9 * 1_048_576, 7)), 0);
    await assert.rejects(
      aws(
        's3api',
        'put-object',
        '--bucket',
        'cli-bucket',
        '--key',
        'dumps/big file.bin',
        '--body',
        'hello.mjs',
        '--if-none-match',
        '*',
      ),
      /PreconditionFailed/,
    );
    await aws('s3', 'rb', 's3://cli-bucket', '--force');

    const { TopicArn } = await json('sns', 'create-topic', '--name', 'cli');
    const attributes = '{"severity":{"DataType":"String","StringValue":"page"}}';
    assert.match(
      (await json('sns', 'publish', '--topic-arn', TopicArn, '--message', 'hi', '--message-attributes', attributes))
        .MessageId,
      /-/,
    );

    await aws('secretsmanager', 'create-secret', '--name', 'cli', '--secret-string', 'hidden');
    assert.equal((await json('secretsmanager', 'get-secret-value', '--secret-id', 'cli')).SecretString, 'hidden');

    await aws(
      'cloudwatch',
      'put-metric-data',
      '--namespace',
      'Cli',
      '--metric-name',
      'm',
      '--value',
      '4',
      '--dimensions',
      'a=b',
    );
    const { Metrics } = await json('cloudwatch', 'list-metrics', '--namespace', 'Cli');
    assert.deepEqual(Metrics[0].Dimensions, [{ Name: 'a', Value: 'b' }]);

    const alarm = '--namespace Cli --metric-name m --statistic Sum --period 60 --evaluation-periods 1 --threshold 3';
    const comparison = 'GreaterThanThreshold';
    await aws(
      ...['cloudwatch', 'put-metric-alarm', '--alarm-name', 'cli', '--comparison-operator', comparison],
      ...['--dimensions', 'Name=a,Value=b', ...alarm.split(' ')],
    );
    const { MetricAlarms } = await json('cloudwatch', 'describe-alarms', '--alarm-names', 'cli');
    assert.deepEqual([MetricAlarms[0].Threshold, MetricAlarms[0].StateValue], [3, 'INSUFFICIENT_DATA']);

    await aws('events', 'put-rule', '--name', 'nightly', '--schedule-expression', 'rate(1 day)');
    assert.deepEqual(
      (await json('events', 'list-rules')).Rules.map(({ Name }: { Name: string }) => Name),
      ['nightly'],
    );

    // Version 2 takes a payload as base64 unless it is reported otherwise; version 1 does not know the option.
    const raw = version.startsWith('aws-cli/1') ? [] : ['--cli-binary-format', 'raw-in-base64-out'];
    const invoke = [
      'lambda',
      'invoke',
      '--function-name',
      'hello',
      '--payload',
      '{"name":"cli"}',
      ...raw,
      'answer.json',
    ];
    assert.equal((await json(...invoke)).StatusCode, 200);
    assert.equal(await readFile(join(directory, 'answer.json'), 'utf8'), '{"hello":"cli"}');
    const { events } = await json(
      'logs',
      'filter-log-events',
      '--log-group-name',
      '/aws/lambda/hello',
      '--filter-pattern',
      'REPORT',
    );
    assert.equal(events.length, 1);
  });

  test('a presigned URL is the caller that signed it, until it expires', async () => {
    const signed = (date: string) => presignedListing(wire.endpoint, credentials.operator, date, region);
    const fresh = await fetch(signed(stamp(new Date())));
    assert.equal(fresh.status, 200);
    assert.match(await fresh.text(), /ListAllMyBucketsResult/);
    const old = await fetch(signed('20200101T000000Z'));
    assert.equal(old.status, 403);
    assert.match(await old.text(), /Request has expired/);
  });
});
