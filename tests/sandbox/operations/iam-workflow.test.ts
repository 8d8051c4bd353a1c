import assert from 'node:assert/strict';
import { DeleteDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { requiredPermissions } from '../../../sandbox/iam/required/required-permissions.ts';
import { everyExercise } from '../../../sandbox/permissions/every-exercise.ts';
import { permissionLines, reportPermissions } from '../../../sandbox/permissions/permission-report.ts';
import { runNames } from '../../../sandbox/permissions/run-names.ts';
import { makeCloudWatch } from '../../../sandbox/services/cloudwatch/cloudwatch.ts';
import { makeEvents } from '../../../sandbox/services/events/events.ts';
import { makeLambda } from '../../../sandbox/services/lambda/lambda.ts';
import { makeLogs } from '../../../sandbox/services/logs/logs.ts';
import { makeSts } from '../../../sandbox/services/sts/sts.ts';
import { everythingWritten } from '../../support/everything-written.ts';
import { type BackupFixture, database, openBackupFixture, policy, region } from '../../support/sandbox/backup.ts';

describe('the roles of the workflows', () => {
  let fixture: BackupFixture;
  beforeAll(async () => {
    fixture = await openBackupFixture({ fill: async (master) => void (await loadDemo(master, { megabytes: 8 })) });
  });
  afterAll(() => fixture.close());

  test('allow all that the workflows do, and nothing that they do not', async () => {
    for (const { title, run } of everyExercise(database, policy.instance)) {
      assert.equal(await run(fixture.sandbox), undefined, title);
    }
    const { iam } = fixture.sandbox;
    const report = reportPermissions(iam.grants(), iam.denials(), await runNames(fixture.sandbox));
    assert.deepEqual([report.unused, report.wide, report.missing], [[], [], []], permissionLines(report).join('\n'));
    assert.ok(report.used > 50, `${report.used} permissions are used`);
  });

  test('a statement that is taken away is missed, and the evidence names the permission', async () => {
    fixture.sandbox.iam.withhold({ role: 'StartRestoreRole', policy: 'task', sid: 'RestoreThrowAwayCopies' });
    try {
      const run = await fixture.run();
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'AccessDeniedError');
      assert.equal(run.evidence.failure?.state, 'StartRestore');
      assert.match(run.evidence.failure?.cause ?? '', /not authorized to perform: rds:RestoreDBInstanceFromDBSnapshot/);
    } finally {
      fixture.sandbox.iam.withhold(undefined);
    }
  });

  test('no password and no connection string is in a log, a history, evidence or a message, whatever failed', async () => {
    const { SecretString } = await fixture.call<{ SecretString: string }>('secretsmanager', 'GetSecretValue', {
      SecretId: policy.secretArn,
    });
    const { password } = JSON.parse(SecretString) as { password: string };
    assert.ok(password.length > 8);
    const written = await everythingWritten(fixture);
    const holders = (words: string) => written.filter(({ text }) => text.includes(words)).map(({ where }) => where);
    for (const secret of [password, String(fixture.source.master.password), 'postgres://', 'postgresql://'])
      assert.deepEqual(holders(secret), []);
    // Each kind was looked through: all of them report the database.
    for (const kind of [/^log of /, /^history of /, /evidence\.json$/, /report\.html$/, /^evidence-chain/, /:sns:/])
      assert.ok(
        holders(database).some((where) => kind.test(where)),
        `${kind} was not looked through`,
      );
  });

  test('the function that deletes copies cannot delete anything else', async () => {
    const role = fixture.sandbox.template.roles.find(({ logicalId }) => logicalId === 'DeleteCopyRole');
    const rds = new RDSClient(as(fixture, role?.arn ?? ''));
    const remove = (DBInstanceIdentifier: string) =>
      rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    await assert.rejects(remove(policy.instance), {
      name: 'AccessDenied',
      message: /is not authorized to perform: rds:DeleteDBInstance on resource: .*:db:fantasy-dev because no identity/,
    });
    await assert.rejects(remove('gd-copy-without-tags'), { name: 'AccessDenied' });
  });

  test('no role writes over evidence, a chain, rungs or a witness, whole, in parts or by copy', async () => {
    const { buckets, roles } = fixture.sandbox.template;
    const Bucket = buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? '';
    const { Contents } = await fixture.call<{ Contents: { Key: string }[] }>('s3', 'ListObjectsV2', { Bucket });
    const written = Contents.map(({ Key }) => Key);
    const kinds = [
      /^evidence-chain\//,
      /^backup-and-verify\/.*\/evidence\.json$/,
      /^backup-and-verify\/.*\/report\.html$/,
      /\/rungs\//,
      /\/witness-/,
      /^cost-report\/.*\/evidence\.json$/,
    ];
    const keys = kinds.map((kind) => written.find((key) => kind.test(key)) ?? assert.fail(`${kind} was not written`));
    const etagOf = async (Key: string) =>
      (await fixture.call<{ ETag: string }>('s3', 'HeadObject', { Bucket, Key })).ETag;
    const before = await Promise.all(keys.map(etagOf));
    const refused = { AccessDenied: 0, PreconditionFailed: 0 };
    const attempt = (work: Promise<unknown>) =>
      assert.rejects(work, ({ name }: Error) => {
        assert.ok(name in refused, name);
        refused[name as keyof typeof refused] += 1;
        return true;
      });
    const takers = roles.filter(({ trust }) => JSON.stringify(trust).includes('lambda.amazonaws.com'));
    assert.ok(takers.length > 30);
    for (const { arn } of takers) {
      const s3 = new S3Client({ ...as(fixture, arn), forcePathStyle: true });
      for (const Key of keys) {
        const object = { Bucket, Key, Body: 'another' };
        await attempt(s3.send(new PutObjectCommand(object)));
        await attempt(s3.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' })));
        await attempt(s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${Key}` })));
        const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key })).catch(() => undefined);
        if (upload === undefined) continue;
        const part = { Bucket, Key, UploadId: upload.UploadId };
        const { ETag } = await s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'another' }));
        const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
        await attempt(s3.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload })));
      }
      s3.destroy();
    }
    assert.deepEqual(await Promise.all(keys.map(etagOf)), before);
    // Those that write such objects came as far as the object.
    assert.ok(refused.PreconditionFailed >= keys.length, JSON.stringify(refused));
  });

  test('each service refuses over the wire as it does in AWS', async () => {
    const role = fixture.sandbox.template.roles.find(({ logicalId }) => logicalId === 'CheckDeletedRole');
    const config = as(fixture, role?.arn ?? '');
    const bucket = fixture.sandbox.template.buckets[0]?.name ?? '';
    const topic = fixture.sandbox.template.topics[0]?.arn ?? '';
    const machine = fixture.sandbox.template.stateMachines[0]?.arn ?? '';
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const refusals: [() => Promise<unknown>, string, number][] = [
      [() => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'x' })), 'AccessDenied', 403],
      [() => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'x' })), 'AccessDenied', 403],
      // The answer to HEAD has no body, so that the client cannot know the code.
      [() => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'x' })), 'Unknown', 403],
      [
        () => new SFNClient(config).send(new StartExecutionCommand({ stateMachineArn: machine })),
        'AccessDeniedException',
        400,
      ],
      [
        () => new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: policy.secretArn })),
        'AccessDeniedException',
        400,
      ],
      [
        () => new SNSClient(config).send(new PublishCommand({ TopicArn: topic, Message: 'x' })),
        'AuthorizationErrorException',
        403,
      ],
    ];
    for (const [call, name, status] of refusals) {
      await assert.rejects(call(), (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
        assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status], error.message);
        return true;
      });
    }
  });

  test('for every operation that the sandbox emulates it is written down what it needs', () => {
    const { sandbox } = fixture;
    const services = [
      sandbox.rds,
      sandbox.s3,
      sandbox.sns,
      sandbox.secrets,
      sandbox.states,
      makeSts({ credentials: sandbox.credentials }),
      makeLogs({ logs: sandbox.logs }),
      makeCloudWatch({ metrics: sandbox.metrics }),
      makeEvents({ bus: sandbox.bus }),
      makeLambda({ account: sandbox.template.account, functions: [], runtime: sandbox.lambda, clock: sandbox.clock }),
    ];
    const unknown = services.flatMap(({ id, operations }) =>
      Object.keys(operations)
        .filter((operation) => requiredPermissions(id, operation) === undefined)
        .map((operation) => `${id}:${operation}`),
    );
    assert.deepEqual(unknown, []);
    assert.ok(services.every(({ operations }) => Object.keys(operations).length > 1));
  });
});

/** Settings of an SDK client with a session of a role, which fails at once instead of trying again. */
function as({ sandbox }: BackupFixture, roleArn: string) {
  return {
    endpoint: sandbox.endpoint,
    region,
    credentials: sandbox.credentials.issue(roleArn, 'test'),
    maxAttempts: 1,
  };
}
