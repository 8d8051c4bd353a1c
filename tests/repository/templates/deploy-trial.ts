/** `serverless deploy` itself, against S3 and STS of the sandbox and a CloudFormation that notes what it is asked. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCredentials } from '../../../sandbox/credentials.ts';
import { makeS3 } from '../../../sandbox/services/s3/s3.ts';
import { makeSts } from '../../../sandbox/services/sts/sts.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import type { CallContext, Service } from '../../../sandbox/wire/service.ts';
import { startTestWire } from '../../support/start-wire.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const limitMilliseconds = 400_000; // two packagings on a busy machine

export type Trial = {
  readonly code: number | null;
  readonly output: string;
  /** `CreateStack us-east-1` and so on, in order. */
  readonly asked: readonly string[];
  /** The URLs of the templates that stacks were updated to. */
  readonly templateUrls: readonly string[];
  readonly uploaded: ReadonlyMap<string, readonly string[]>;
};

/** `words` after `serverless`; the update of `fails`, a region, fails; `account`: whose credentials they are, the stage's when absent. */
export async function tryDeploy(
  words: readonly string[],
  { fails, account }: { readonly fails?: string; readonly account?: string } = {},
): Promise<Trial> {
  const place = mkdtempSync(path.join(tmpdir(), 'deploy-'));
  const s3 = makeS3({ directory: path.join(place, 's3') });
  const credentials = makeCredentials(account === undefined ? {} : { account });
  const cloudFormation = makeCloudFormation(s3.buckets, fails);
  const wire = await startTestWire([s3, makeSts({ credentials }), cloudFormation.service], { credentials });
  try {
    const { accessKeyId, secretAccessKey } = credentials.operator;
    const environment = {
      ...process.env,
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      TMPDIR: place,
    };
    const command = path.join(root, 'node_modules/.bin/serverless');
    const signal = AbortSignal.timeout(limitMilliseconds);
    const child = spawn(process.execPath, [command, ...words], { cwd: root, env: environment, signal });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    const uploaded = new Map(s3.buckets.list().map(({ name, objects }) => [name, [...objects.keys()]]));
    return { code, output, uploaded, ...cloudFormation.noted };
  } finally {
    await wire.stop();
    await rm(place, { recursive: true });
  }
}

function makeCloudFormation(buckets: ReturnType<typeof makeS3>['buckets'], fails: string | undefined) {
  const noted = { asked: [] as string[], templateUrls: [] as string[] };
  const events = new Map<string, object[]>();
  const statusOf = (region: string) =>
    (events.get(region)?.[0] as { ResourceStatus?: string } | undefined)?.ResourceStatus;
  const bucketOf = (region: string) => `deployments-${region}`;
  const idOf = (region: string) => `arn:aws:cloudformation:${region}:123456789012:stack/trial/1`;
  const become = (region: string, ResourceStatus: string) => {
    const before = events.get(region) ?? [];
    const event = {
      StackId: idOf(region),
      EventId: String(before.length),
      StackName: 'trial',
      LogicalResourceId: 'trial',
      PhysicalResourceId: idOf(region),
      ResourceType: 'AWS::CloudFormation::Stack',
      Timestamp: new Date(),
      ResourceStatus,
    };
    events.set(region, [event, ...before]);
    return { StackId: idOf(region) };
  };
  const present = (region: string) => {
    if (statusOf(region) === undefined)
      throw new AwsError('ValidationError', 'Stack with id trial does not exist', { status: 400 });
  };
  const operations = {
    DescribeStacks: (_: object, { region }: CallContext) => {
      present(region);
      const Outputs = [{ OutputKey: 'ServerlessDeploymentBucketName', OutputValue: bucketOf(region) }];
      const times = { CreationTime: new Date() };
      return {
        Stacks: [{ StackId: idOf(region), StackName: 'trial', StackStatus: statusOf(region), Outputs, ...times }],
      };
    },
    CreateStack: (_: object, { region }: CallContext) => {
      noted.asked.push(`CreateStack ${region}`);
      buckets.create(bucketOf(region), region);
      return become(region, 'CREATE_COMPLETE');
    },
    UpdateStack: ({ TemplateURL = '' }: { TemplateURL?: string }, { region }: CallContext) => {
      noted.asked.push(`UpdateStack ${region}`);
      noted.templateUrls.push(TemplateURL);
      return become(region, region === fails ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE');
    },
    DescribeStackEvents: (_: object, { region }: CallContext) => ({ StackEvents: events.get(region) ?? [] }),
    DescribeStackResource: (_: object, { region }: CallContext) => {
      present(region);
      const LastUpdatedTimestamp = new Date();
      const kind = { LogicalResourceId: 'ServerlessDeploymentBucket', ResourceType: 'AWS::S3::Bucket' };
      const ResourceStatus = 'CREATE_COMPLETE';
      return {
        StackResourceDetail: { PhysicalResourceId: bucketOf(region), ...kind, LastUpdatedTimestamp, ResourceStatus },
      };
    },
    ListStackResources: () => ({ StackResourceSummaries: [] }),
    ValidateTemplate: () => ({}),
  };
  // The framework's own client: it is no dependency of this project.
  const require = createRequire(createRequire(import.meta.url).resolve('serverless/package.json'));
  const client = require('@aws-sdk/client-cloudformation');
  const service = { id: 'cloudformation', client, operations } as unknown as Service;
  return { service, noted };
}

/** Every nested template lies where the stack looks for it. */
export function assertUploaded({ uploaded, templateUrls }: Trial, regions: readonly string[]): void {
  assert.equal(templateUrls.length, regions.length);
  for (const [index, region] of regions.entries()) {
    const keys = uploaded.get(`deployments-${region}`) ?? [];
    const prefix = path.posix.dirname(templateUrls[index]?.replace(/^.*?(?=serverless\/)/, '') ?? '');
    for (const stack of ['backups', 'capabilities', 'costs', 'databases'])
      assert.ok(keys.includes(`${prefix}/stack-${stack}.json`), `${region} lacks stack-${stack}.json beside ${prefix}`);
  }
}
