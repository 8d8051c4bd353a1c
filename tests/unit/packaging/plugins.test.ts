import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import AccountGuard from '../../../packaging/plugins/account-guard.mjs';
import BothRegions from '../../../packaging/plugins/both-regions.mjs';
import NestedStacks from '../../../packaging/plugins/nested-stacks.mjs';
import { makeS3 } from '../../../sandbox/services/s3/s3.ts';
import { startTestWire, type TestWire } from '../../support/start-wire.ts';

const own = 'cloudformation-template-update-stack.json';

describe('nested stacks', () => {
  let place: string;
  let wire: TestWire;
  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'plugins-'));
    const s3 = makeS3({ directory: path.join(place, 's3') });
    s3.buckets.create('deployments', 'eu-central-1');
    wire = await startTestWire([s3]);
  });
  afterAll(async () => {
    await wire.stop();
    rmSync(place, { recursive: true });
  });

  test('ask the framework for nothing that it has not', () => {
    const { prototype } = createRequire(import.meta.url)('serverless/lib/plugins/aws/provider.js');
    for (const name of Object.keys(provider)) assert.equal(typeof prototype[name], 'function', name);
  });

  const compiled = {
    Resources: {
      EvidenceBucket: { Type: 'AWS::S3::Bucket' },
      RetentionMachineRole: { Type: 'AWS::IAM::Role', Properties: { bucket: { Ref: 'EvidenceBucket' } } },
    },
    Outputs: {
      BucketName: { Value: { Ref: 'EvidenceBucket' } },
      RetentionArn: { Value: { 'Fn::Sub': 'arn:…:retention-prod' } },
    },
  };
  const provider = {
    getStage: () => 'prod',
    getServerlessDeploymentBucketName: async () => 'deployments',
    getAwsSdkV3Config: async () => ({ ...wire.client, forcePathStyle: true }),
  };
  /** The uploaded objects, in the service itself. */
  async function uploaded(): Promise<Record<string, string | undefined>> {
    const client = new S3Client({ ...wire.client, forcePathStyle: true });
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'deployments' }));
    const objects: [string, string | undefined][] = [];
    for (const { Key = '' } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'deployments', Key }));
      objects.push([Key, await Body?.transformToString()]);
      await client.send(new DeleteObjectCommand({ Bucket: 'deployments', Key }));
    }
    client.destroy();
    return Object.fromEntries(objects);
  }
  function pluginWith(options: { param?: string[]; package?: string }) {
    const service = {
      provider: {
        compiledCloudFormationTemplate: compiled as {
          Resources: Record<string, unknown>;
          Outputs: Record<string, unknown>;
        },
      },
      package: { artifactDirectoryName: 'serverless/pg-gameday/prod/1' },
    };
    const { hooks } = new NestedStacks({ service, serviceDir: place, getProvider: () => provider }, options);
    return { hooks, service };
  }

  test('are written beside the template of the stage, and uploaded where it looks for them', async () => {
    const { hooks, service } = pluginWith({});
    await hooks['after:aws:package:finalize:stripNullPropsFromTemplateResources']();
    assert.deepEqual(Object.keys(service.provider.compiledCloudFormationTemplate.Resources), [
      'EvidenceBucket',
      'BackupsStack',
    ]);
    const written = readFileSync(path.join(place, '.serverless/stack-backups.json'), 'utf8');
    assert.match(written, /"RetentionMachineRole"/);
    await hooks['before:aws:deploy:deploy:uploadArtifacts']();
    const Key = 'serverless/pg-gameday/prod/1/stack-backups.json';
    assert.deepEqual(await uploaded(), { [Key]: written });
    assert.ok(JSON.stringify(service.provider.compiledCloudFormationTemplate).includes(`/${Key}"`));
  });

  test('are left out in the first step of an upgrade from a single stack', async () => {
    const { hooks, service } = pluginWith({ param: ['stacks=own'] });
    await hooks['after:aws:package:finalize:stripNullPropsFromTemplateResources']();
    const { Resources, Outputs } = service.provider.compiledCloudFormationTemplate;
    assert.deepEqual([Object.keys(Resources), Object.keys(Outputs)], [['EvidenceBucket'], ['BucketName']]);
    await hooks['before:aws:deploy:deploy:uploadArtifacts']();
    assert.deepEqual(await uploaded(), {});
  });

  test('of a package that was made before are taken from its directory', async () => {
    const directory = mkdtempSync(path.join(place, 'package-'));
    const { hooks, service } = pluginWith({ package: directory });
    writeFileSync(path.join(directory, 'stack-costs.json'), '{}');
    writeFileSync(path.join(directory, own), '{}');
    service.provider.compiledCloudFormationTemplate = {
      Outputs: {},
      Resources: {
        CostsStack: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { TemplateURL: { 'Fn::Sub': 'https://b/p/stack-costs.json' } },
        },
      },
    };
    await hooks['before:aws:deploy:deploy:uploadArtifacts']();
    assert.deepEqual(await uploaded(), { 'serverless/pg-gameday/prod/1/stack-costs.json': '{}' });
  });
});

describe('both regions', () => {
  async function asked(command: string, options: object, code = 0): Promise<string[]> {
    const runs: string[] = [];
    const serverless = {
      processedInput: { commands: command.split(' ') },
      service: { provider: { stage: 'dev' } },
      classes: { Error },
    };
    const run = async (words: readonly string[]) => {
      runs.push(words.slice(-2).join(' '));
      return code;
    };
    const { hooks } = new BothRegions(serverless, options, {}, run);
    for (const hook of Object.values(hooks)) await hook();
    return runs;
  }

  test('are deployed and removed by one command', async () => {
    assert.deepEqual(await asked('deploy', { stage: 'prod' }), ['--region us-west-2']);
    assert.deepEqual(await asked('remove', { stage: 'prod' }), ['--region us-west-2']);
  });

  test('are not meant by --region, by a package of one region, by other commands, by a stage of one region', async () => {
    assert.deepEqual(await asked('deploy', { stage: 'prod', region: 'us-west-2' }), []);
    assert.deepEqual(await asked('deploy', { stage: 'prod', package: 'dist' }), []);
    assert.deepEqual(await asked('package', { stage: 'prod' }), []);
    assert.deepEqual(await asked('deploy function', { stage: 'prod' }), []);
    assert.deepEqual(await asked('deploy', { stage: 'test' }), []);
  });

  test('end with the second one when it fails', async () => {
    await assert.rejects(asked('deploy', { stage: 'prod' }, 1), {
      message: "'deploy' of stage 'prod' ended with 1 in us-west-2; the first region was not touched",
    });
  });
});

describe('the guard of the account', () => {
  const guarded = async (commands: readonly string[], account: string) => {
    const serverless = {
      ...{ processedInput: { commands }, service: { provider: { stage: 'dev' } } },
      classes: { Error: class extends Error {} },
    };
    const policy = { stages: { dev: { account: '210987654321' }, prod: { account: '123456789012' } } };
    const guard = new AccountGuard(
      serverless,
      { stage: 'prod' },
      {},
      async () => account,
      async () => policy,
    );
    await guard.hooks.initialize();
  };

  test('refuses every command that changes an account which is not that of the stage', async () => {
    for (const commands of [['deploy'], ['deploy', 'function'], ['remove'], ['rollback'], ['rollback', 'function']])
      await assert.rejects(guarded(commands, '210987654321'), /is 210987654321, that of stage 'prod' is 123456789012/);
  });

  test('lets those of the account pass, and asks for no credentials to package', async () => {
    await guarded(['deploy'], '123456789012');
    await guarded(['package'], 'nobody');
    await guarded([], 'nobody');
  });
});
