import assert from 'node:assert/strict';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as rds from '@aws-sdk/client-rds';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import { AwsEc2QueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import type { CallLog } from '../../sandbox/wire/dispatch.ts';
import { DroppedConnection } from '../../sandbox/wire/dropped-connection.ts';
import type { CallContext, Service } from '../../sandbox/wire/service.ts';
import { note } from '../support/note.ts';
import { signedHeaders } from '../support/sign-request.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const SnapshotCreateTime = new Date('2026-03-01T04:05:06.789Z');
const DBSnapshotIdentifier = 'orders-1';

/** Services that answer with what they got: the wire itself is under test. */
function services(seen: (input: unknown, context: CallContext) => void): Service[] {
  return [
    {
      id: 'rds',
      client: rds,
      operations: {
        CreateDBSnapshot: (input: rds.CreateDBSnapshotCommandInput, context: CallContext) => {
          seen(input, context);
          const Tags = input.Tags ?? [];
          const snapshot = { DBSnapshotIdentifier: input.DBSnapshotIdentifier, AllocatedStorage: 20, Encrypted: true };
          return { DBSnapshot: { ...snapshot, SnapshotCreateTime, TagList: Tags, Status: 'a & <b>\r\n"c"' } };
        },
        DescribeDBInstances: (input: rds.DescribeDBInstancesCommandInput, context: CallContext) => {
          seen(input, context);
          return { DBInstances: [] };
        },
        DescribeDBSnapshots: () => {
          throw new AwsError('DBSnapshotNotFoundFault', "DBSnapshot 'a & b' not found.");
        },
        DeleteDBSnapshot: () => {
          throw new TypeError('a bug in the emulator');
        },
      },
    },
    {
      id: 'states',
      client: sfn,
      operations: {
        StartExecution: (input: unknown, context: CallContext) => {
          seen(input, context);
          return { executionArn: 'arn:x', startDate: SnapshotCreateTime };
        },
        DescribeExecution: () => {
          throw new AwsError('ExecutionDoesNotExist', 'no such execution');
        },
        ListStateMachines: () => {
          throw new AwsError('ThrottlingException', 'Rate exceeded');
        },
      },
    },
    {
      id: 'monitoring',
      client: cloudwatch,
      operations: {
        PutMetricData: seen,
        GetDashboard: () => {
          throw new AwsError('DashboardNotFoundError', 'no dashboard');
        },
      },
    },
    { id: 's3', client: s3, operations: {} },
  ];
}

describe('the wire', () => {
  let wire: TestWire;
  let calls: { input: unknown; context: CallContext }[] = [];
  const logged: CallLog[] = [];
  let refuse: AwsError | undefined;
  let fault: (() => Promise<unknown>) | undefined;
  const clients: { destroy(): void }[] = [];

  beforeAll(async () => {
    wire = await startTestWire(
      services((input, context) => calls.push({ input, context })),
      {
        authorize: () => refuse,
        intercept: (_context, _input, next) => (fault === undefined ? next() : fault()),
        log: (call) => logged.push(call),
      },
    );
  });
  afterAll(async () => {
    for (const client of clients) {
      client.destroy();
    }
    await wire.stop();
  });

  function use<T extends { destroy(): void }>(client: T): T {
    clients.push(client);
    return client;
  }
  const databases = () => use(new rds.RDSClient(wire.client));
  const machines = () => use(new sfn.SFNClient(wire.client));

  function lastInput(): unknown {
    return calls.at(-1)?.input;
  }

  test('the query protocol carries lists, structures and text both ways', async () => {
    const Tags = [
      { Key: 'app', Value: 'a=b&c d+ü' },
      { Key: 'empty', Value: '' },
    ];
    const input = { DBInstanceIdentifier: 'orders', DBSnapshotIdentifier, Tags };
    const { DBSnapshot } = await databases().send(new rds.CreateDBSnapshotCommand(input));
    assert.deepEqual(lastInput(), input);
    assert.deepEqual(DBSnapshot?.TagList, Tags);
    assert.equal(DBSnapshot?.SnapshotCreateTime?.getTime(), SnapshotCreateTime.getTime());
    assert.deepEqual([DBSnapshot?.AllocatedStorage, DBSnapshot?.Encrypted], [20, true]);
    assert.equal(DBSnapshot?.Status, 'a & <b>\r\n"c"');
  });

  test('numbers, filters with many values and empty answers', async () => {
    const Filters = [{ Name: 'engine', Values: ['postgres', 'aurora-postgresql'] }];
    const answer = await databases().send(new rds.DescribeDBInstancesCommand({ Filters, MaxRecords: 20 }));
    assert.deepEqual(lastInput(), { Filters, MaxRecords: 20 });
    assert.deepEqual(answer.DBInstances, []);
  });

  test('more than nine list items keep their order', async () => {
    const Tags = Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: String(index) }));
    const { DBSnapshot } = await databases().send(
      new rds.CreateDBSnapshotCommand({ DBInstanceIdentifier: 'o', DBSnapshotIdentifier, Tags }),
    );
    assert.deepEqual(DBSnapshot?.TagList, Tags);
  });

  test('region, service and caller come from the credential scope', async () => {
    const client = use(new rds.RDSClient({ ...wire.client, region: 'us-west-2' }));
    await client.send(new rds.DescribeDBInstancesCommand({}));
    const context = calls.at(-1)?.context;
    assert.deepEqual(
      [context?.region, context?.service, context?.operation],
      ['us-west-2', 'rds', 'DescribeDBInstances'],
    );
    assert.equal(context?.caller.arn, 'arn:aws:iam::123456789012:user/operator');
  });

  test('a modelled error arrives as its class with its status, in XML and in JSON', async () => {
    await assert.rejects(databases().send(new rds.DescribeDBSnapshotsCommand({})), (error: Error) => {
      assert.ok(error instanceof rds.DBSnapshotNotFoundFault);
      assert.equal(error.message, "DBSnapshot 'a & b' not found.");
      return error.$metadata.httpStatusCode === 404;
    });
    await assert.rejects(
      machines().send(new sfn.DescribeExecutionCommand({ executionArn: 'x' })),
      sfn.ExecutionDoesNotExist,
    );
    await assert.rejects(machines().send(new sfn.ListStateMachinesCommand({})), { name: 'ThrottlingException' });
  });

  test('CloudWatch speaks JSON and its errors carry the code of the query protocol', async () => {
    const client = use(new cloudwatch.CloudWatchClient(wire.client));
    await client.send(
      new cloudwatch.PutMetricDataCommand({ Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1.5 }] }),
    );
    assert.deepEqual(lastInput(), { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1.5 }] });
    await assert.rejects(client.send(new cloudwatch.GetDashboardCommand({ DashboardName: 'x' })), {
      name: 'ResourceNotFound',
    });
  });

  test('the CBOR protocol reaches the same operations', async () => {
    const protocol = new AwsSmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.cloudwatch' });
    const client = use(
      new cloudwatch.CloudWatchClient({ ...wire.client, protocol } as cloudwatch.CloudWatchClientConfig),
    );
    const Timestamp = new Date('2026-01-02T03:04:05Z');
    const MetricData = [{ MetricName: 'm', Value: 2, Timestamp }];
    await client.send(new cloudwatch.PutMetricDataCommand({ Namespace: 'cbor', MetricData }));
    assert.deepEqual(lastInput(), { Namespace: 'cbor', MetricData });
  });

  test('ec2Query has flat lists, its own names and its own answers', async () => {
    class Ec2LikeClient {
      readonly config = {
        protocol: new AwsEc2QueryProtocol({
          defaultNamespace: 'com.example',
          xmlNamespace: 'http://ec2.example.com/',
          version: '1',
        }),
      };
    }
    const describeInput = [
      3,
      'com.example',
      'Input',
      0,
      ['InstanceIds', 'dryRun'],
      [[64, { xmlName: 'InstanceId' }], 2],
    ];
    const describeOutput = [3, 'com.example', 'Output', 0, ['names'], [[64, { xmlName: 'nameSet' }]]];
    const client = { Ec2LikeClient, Describe$: [9, 'com.example', 'Describe', 0, describeInput, describeOutput] };
    let got: unknown;
    const operations = {
      Describe: (input: unknown) => {
        got = input;
        return { names: ['a', 'b'] };
      },
    };
    const ec2 = await startTestWire([{ id: 'ec2', client, operations }]);
    const body = 'Action=Describe&Version=1&InstanceId.1=i-1&InstanceId.2=i-2&DryRun=true';
    const answer = await post(ec2, 'ec2', body);
    assert.deepEqual(got, { InstanceIds: ['i-1', 'i-2'], dryRun: true });
    assert.match(
      answer.text,
      /<DescribeResponse xmlns="http:\/\/ec2.example.com\/"><nameSet><member>a<\/member>.*<requestId>/,
    );
    const failed = await post(ec2, 'ec2', 'Action=Nothing&Version=1');
    assert.match(failed.text, /<Response><Errors><Error>.*<Code>InvalidAction<\/Code>/);
    await ec2.stop();
  });

  async function post(to: TestWire, service: string, body: string, headers: Record<string, string> = {}) {
    const signed = signedHeaders(to.endpoint, service, body, to.credentials.operator);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(to.endpoint, { method: 'POST', body, headers: { ...signed, ...type, ...headers } });
    return { status: answer.status, text: await answer.text() };
  }

  test('a missing required member is refused before the operation runs', async () => {
    const answer = await post(wire, 'rds', 'Action=CreateDBSnapshot&Version=2014-10-31');
    assert.equal(answer.status, 400);
    assert.match(
      answer.text,
      /<Code>MissingParameter<\/Code><Message>The request must contain the parameter DBSnapshotIdentifier/,
    );
    await assert.rejects(machines().send(new sfn.StartExecutionCommand({} as sfn.StartExecutionCommandInput)), {
      name: 'ValidationException',
    });
  });

  test('a body that is no JSON is a SerializationException', async () => {
    const answer = await post(wire, 'states', '{no', { 'x-amz-target': 'AWSStepFunctions.StartExecution' });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /"__type":"SerializationException"/);
  });

  test('what the sandbox does not emulate says so by name, with status 501', async () => {
    await assert.rejects(databases().send(new rds.DescribeDBClustersCommand({})), (error: rds.RDSServiceException) => {
      assert.match(error.message, /the sandbox does not emulate 'rds:DescribeDBClusters'/);
      return error.name === 'NotImplemented' && error.$metadata.httpStatusCode === 501;
    });
    await assert.rejects(
      use(new sns.SNSClient(wire.client)).send(new sns.ListTopicsCommand({})),
      /does not emulate the service 'sns'/,
    );
    await assert.rejects(use(new s3.S3Client(wire.client)).send(new s3.GetBucketWebsiteCommand({ Bucket: 'bucket' })), {
      name: 'NotImplemented',
    });
  });

  test('an unknown access key is refused in the words of each protocol, and a request without one too', async () => {
    const stranger = { ...wire.client, credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' } };
    await assert.rejects(use(new rds.RDSClient(stranger)).send(new rds.DescribeDBInstancesCommand({})), {
      name: 'InvalidClientTokenId',
    });
    await assert.rejects(use(new sfn.SFNClient(stranger)).send(new sfn.ListStateMachinesCommand({})), {
      name: 'UnrecognizedClientException',
    });
    await assert.rejects(use(new s3.S3Client(stranger)).send(new s3.ListBucketsCommand({})), {
      name: 'InvalidAccessKeyId',
    });
    const unsigned = await fetch(wire.endpoint, { method: 'POST', body: 'Action=DescribeDBInstances' });
    assert.equal(unsigned.status, 403);
    assert.match(await unsigned.text(), /MissingAuthenticationToken/);
  });

  test('temporary credentials end', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const credentials = makeCredentials({ now: () => now });
    const timed = await startTestWire(
      services(() => {}),
      { credentials },
    );
    const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue(
      'arn:aws:iam::123456789012:role/r',
      's',
      900,
    );
    const client = use(
      new rds.RDSClient({ ...timed.client, credentials: { accessKeyId, secretAccessKey, sessionToken } }),
    );
    await client.send(new rds.DescribeDBInstancesCommand({}));
    now = new Date('2026-01-01T00:15:01Z');
    await assert.rejects(client.send(new rds.DescribeDBInstancesCommand({})), { name: 'ExpiredToken' });
    await timed.stop();
  });

  test('a refused call does not run, over HTTP or in-process', async () => {
    calls = [];
    refuse = new AwsError('AccessDenied', 'User is not authorized to perform: rds:DescribeDBInstances', {
      status: 403,
    });
    const caller = wire.credentials.operator.caller;
    await assert.rejects(databases().send(new rds.DescribeDBInstancesCommand({})), { name: 'AccessDenied' });
    await assert.rejects(wire.dispatch('rds', 'DescribeDBInstances', {}, { region: 'eu-central-1', caller }), {
      code: 'AccessDenied',
    });
    refuse = undefined;
    assert.equal(calls.length, 0);
  });

  test('an interceptor can throttle, drop the connection, or answer in place of the operation', async () => {
    fault = () => Promise.reject(new AwsError('Throttling', 'Rate exceeded'));
    await assert.rejects(databases().send(new rds.DescribeDBInstancesCommand({})), { name: 'Throttling' });
    fault = () => Promise.reject(new DroppedConnection('cut'));
    await assert.rejects(databases().send(new rds.DescribeDBInstancesCommand({})), /ECONNRESET|socket hang up/);
    fault = async () => ({ DBInstances: [{ DBInstanceIdentifier: 'made up' }] });
    const { DBInstances } = await databases().send(new rds.DescribeDBInstancesCommand({}));
    assert.equal(DBInstances?.[0]?.DBInstanceIdentifier, 'made up');
    fault = undefined;
  });

  test('a bug in an emulator is an InternalFailure with its message, and is logged', async () => {
    logged.length = 0;
    await assert.rejects(
      databases().send(new rds.DeleteDBSnapshotCommand({ DBSnapshotIdentifier })),
      /TypeError: a bug in the emulator/,
    );
    assert.equal(logged.length, 1);
    assert.ok(logged[0]?.error instanceof TypeError);
    assert.equal(logged[0]?.context.operation, 'DeleteDBSnapshot');
  });

  test('in-process calls get the input as it is, and unknown operations are refused', async () => {
    const caller = wire.credentials.operator.caller;
    const options = { region: 'eu-west-1', caller };
    const answer = await wire.dispatch('states', 'StartExecution', { stateMachineArn: 'arn:m' }, options);
    assert.deepEqual(answer, { executionArn: 'arn:x', startDate: SnapshotCreateTime });
    assert.equal(calls.at(-1)?.context.region, 'eu-west-1');
    await assert.rejects(wire.dispatch('states', 'NoSuch', {}, options), { code: 'NotImplemented' });
  });

  test('a call that hangs is aborted when its client goes away', async () => {
    const aborted = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const operations = {
      DescribeDBInstances: (_input: unknown, { signal }: CallContext) => {
        signal.addEventListener('abort', () => aborted.resolve());
        started.resolve();
        return aborted.promise;
      },
    };
    const slow = await startTestWire([{ id: 'rds', client: rds, operations }]);
    const leaving = new AbortController();
    const call = use(new rds.RDSClient(slow.client)).send(new rds.DescribeDBInstancesCommand({}), {
      abortSignal: leaving.signal,
    });
    await started.promise;
    leaving.abort();
    await assert.rejects(call, { name: 'AbortError' });
    await aborted.promise;
    await slow.stop();
  });

  test('stop ends running calls and kept-alive connections, and frees the port', async () => {
    const started = Promise.withResolvers<void>();
    const operations = {
      DescribeDBInstances: (_input: unknown, { signal }: CallContext) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          started.resolve();
        }),
      DescribeDBSnapshots: () => ({ DBSnapshots: [] }),
    };
    const first = await startTestWire([{ id: 'rds', client: rds, operations }]);
    const client = use(new rds.RDSClient(first.client));
    await client.send(new rds.DescribeDBSnapshotsCommand({}));
    const running = client.send(new rds.DescribeDBInstancesCommand({}));
    const failed = assert.rejects(running);
    await started.promise;
    await first.stop();
    await failed;
    await assert.rejects(fetch(first.endpoint));
  });

  test('a call costs a few milliseconds', async () => {
    const client = databases();
    const rounds = 300;
    for (let index = 0; index < 30; index += 1) {
      await client.send(new rds.DescribeDBInstancesCommand({}));
    }
    const start = performance.now();
    for (let index = 0; index < rounds; index += 1) {
      await client.send(new rds.DescribeDBInstancesCommand({}));
    }
    const each = (performance.now() - start) / rounds;
    note(`one SDK call over the wire: ${each.toFixed(2)} ms`);
    assert.ok(each > 0);
  });
});
