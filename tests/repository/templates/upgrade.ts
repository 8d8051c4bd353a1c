/** The written steps of docs/deploy.md from the single stack of earlier versions, with data in its bucket. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { carryOut } from '../../../operator/command.ts';
import { evidence } from '../../../operator/evidence/evidence.ts';
import { makeS3 } from '../../../sandbox/services/s3/s3.ts';
import { makeResolver } from '../../../sandbox/template/intrinsics.ts';
import { type OpenStack, openStacks } from '../../../sandbox/template/open-stacks.ts';
import type { RawTemplate } from '../../../sandbox/template/resource.ts';
import { type DeployedResource, resourcesOf, updateStacks } from '../../../sandbox/template/update-stacks.ts';
import { makeChain, sha256 } from '../../support/evidence-chain.ts';
import { startTestWire } from '../../support/start-wire.ts';

const singleStack = JSON.parse(readFileSync(new URL('single-stack.json', import.meta.url), 'utf8')) as RawTemplate;

export async function upgradeFromSingleStack(directory: string, region: string): Promise<void> {
  const context = { stackName: 'pg-gameday-prod', region, account: '123456789012', partition: 'aws', parameters: {} };
  const stack = (template: RawTemplate): OpenStack => ({
    template,
    context,
    resolver: makeResolver(template, context),
  });
  const place = mkdtempSync(path.join(tmpdir(), 'upgrade-'));
  const s3 = makeS3({ directory: path.join(place, 's3') });
  const wire = await startTestWire([s3]);
  const client = new S3Client({ ...wire.client, region, forcePathStyle: true });
  try {
    let live = resourcesOf([stack(singleStack)]);
    for (const { name } of live.filter(isBucket)) s3.buckets.create(name, region).versioning = 'Enabled';
    const Bucket = live.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? assert.fail('no bucket');
    const chain = makeChain('fantasy', 4);
    for (const { key, text } of [...chain.records, ...chain.evidence])
      await client.send(new PutObjectCommand({ Bucket, Key: key, Body: text }));

    const stacks = openStacks(directory, context);
    const [own] = stacks;
    // Both at once is refused, and undone: CloudFormation creates before it deletes.
    assert.throws(() => updateStacks(live, resourcesOf(stacks)), /resources already exist: /);

    const lasting = live.filter(({ type }) => LASTING.has(type));
    assert.ok(lasting.length > 10);
    for (const next of [resourcesOf([own]), resourcesOf(stacks)]) {
      const { kept, created, deleted } = updateStacks(live, next);
      for (const { name } of deleted.filter(isBucket)) s3.buckets.remove(name);
      for (const { name } of created.filter(isBucket)) s3.buckets.create(name, region);
      live = [...kept, ...created];
      for (const one of lasting)
        assert.ok(
          kept.some((other) => isSame(one, other)),
          `'${one.logicalId}' is lost`,
        );
    }
    const machinesIn = (list: typeof live) =>
      list.filter(({ type }) => type === 'AWS::StepFunctions::StateMachine').map(({ name }) => name);
    const now = new Set(machinesIn(live));
    assert.deepEqual(
      machinesIn(resourcesOf([stack(singleStack)])).filter((name) => !now.has(name)),
      [],
      'a machine that people start has another name',
    );
    assert.deepEqual(
      live.filter(({ type }) => type.startsWith('AWS::RDS::')),
      [],
      'snapshots are in no stack',
    );

    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key = '' } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      mkdirSync(path.join(place, 'evidence', path.dirname(Key)), { recursive: true });
      writeFileSync(path.join(place, 'evidence', Key), await (Body?.transformToByteArray() ?? assert.fail(Key)));
    }
    const lines: string[] = [];
    const head = sha256(chain.records.at(-1)?.text ?? '');
    const output = { line: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
    const code = await carryOut(evidence, ['verify', path.join(place, 'evidence'), '--head', head], output);
    assert.equal(code, 0, lines.join('\n'));
  } finally {
    client.destroy();
    await wire.stop();
    await rm(place, { recursive: true });
  }
}

const isBucket = ({ type }: DeployedResource) => type === 'AWS::S3::Bucket';
const isSame = (one: DeployedResource, other: DeployedResource) =>
  one.stack === other.stack && one.logicalId === other.logicalId && one.name === other.name;

/** What holds data, or what people and other systems are wired to. */
const LASTING = new Set([
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::Subscription',
  'AWS::SQS::Queue',
  'AWS::EC2::SecurityGroup',
  'AWS::Budgets::Budget',
  'AWS::CE::AnomalySubscription',
]);
