import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import evidenceLock from '../../../packaging/cloudformation/evidence-lock.cjs';
import { makeS3 } from '../../../sandbox/services/s3/s3.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import type { Intercept } from '../../../sandbox/wire/dispatch.ts';
import { DroppedConnection } from '../../../sandbox/wire/dropped-connection.ts';
import { makeObjectStore, type ObjectStore } from '../../../shared/aws/s3/object-store.ts';
import { chainKey, checkChain } from '../../../shared/domain/evidence/chain.ts';
import { readHistory, storeEvidence } from '../../../shared/evidence/chain-store.ts';
import { fileOf, runOf, sha256 } from '../../support/evidence-chain.ts';
import { startTestWire, type TestWire } from '../../support/start-wire.ts';

describe('the chain of evidence in S3', () => {
  let directory: string;
  let wire: TestWire;
  let client: S3Client;
  let store: ObjectStore;
  let intercept: Intercept | undefined;
  const buckets = makeS3BucketName();
  const s3 = () => makeS3({ directory });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'evidence-chain-'));
    const service = s3();
    wire = await startTestWire([service], {
      intercept: (context, input, next) => (intercept === undefined ? next() : intercept(context, input, next)),
    });
    client = new S3Client({ ...wire.client, maxAttempts: 5 });
    for (const name of buckets.all) service.buckets.create(name, 'eu-central-1').versioning = 'Enabled';
  });
  afterAll(async () => {
    client.destroy();
    await wire.stop();
    await rm(directory, { recursive: true });
  });
  beforeEach(() => {
    intercept = undefined;
    store = makeObjectStore(buckets.next(), client);
  });

  const keyOf = (run: number) => `backup-and-verify/fantasy/run-${run}/evidence.json`;
  const record = (run: number) =>
    storeEvidence(store, { database: 'fantasy', key: keyOf(run) }, (newest) => ({
      ...runOf('fantasy', run),
      chainedAfter: newest,
    }));
  /** What the bucket holds, as somebody checks it who has downloaded it. */
  const check = async () => {
    const read = async (key: string) => fileOf(key, (await store.getText(key)) ?? '');
    const evidence = await Promise.all((await store.listKeys('backup-and-verify/')).map(read));
    const records = await Promise.all((await store.listKeys('evidence-chain/')).map(read));
    return checkChain('fantasy', records, new Map(evidence.map((file) => [file.key, file])), sha256);
  };
  const diesBeforeItsRecord: Intercept = async ({ operation }, input, next) => {
    if (operation === 'PutObject' && recordsWritten(input))
      throw new AwsError('AccessDenied', 'the function dies here', { status: 403 });
    return next();
  };
  const recordsWritten = (input: unknown) => String((input as { Key?: string }).Key).startsWith('evidence-chain/');

  test('grows by one record a run, each bound to the one before it', async () => {
    const places = [await record(1), await record(2), await record(3)].map(({ place }) => place);
    assert.deepEqual(
      places.map(({ sequence, key }) => [sequence, key]),
      [1, 2, 3].map((sequence) => [sequence, chainKey('fantasy', sequence)]),
    );
    assert.deepEqual(await check(), {
      database: 'fantasy',
      intact: 3,
      digests: places.map(({ sha256 }) => sha256),
      broken: undefined,
      turnedBack: [],
    });
  });

  test('takes in twelve runs that end at the same moment, each once', async () => {
    const runs = Array.from({ length: 12 }, (_, index) => index + 1);
    const places = await Promise.all(runs.map(async (run) => (await record(run)).place.sequence));
    assert.deepEqual(
      places.sort((left, right) => left - right),
      runs,
    );
    const { intact, broken } = await check();
    assert.deepEqual([intact, broken], [12, undefined]);
  });

  test('has one record of a run that is recorded by five callers at once and again later', async () => {
    await record(1);
    const places = await Promise.all(Array.from({ length: 5 }, () => record(2)));
    await record(3);
    const later = await record(2);
    assert.equal(places.filter(({ isNew }) => isNew).length, 1);
    for (const { place, evidence } of [...places, later]) {
      assert.deepEqual([place.sequence, evidence], [2, later.evidence]);
    }
    const { intact, broken } = await check();
    assert.deepEqual([intact, broken], [3, undefined]);
  });

  test('has one record when the answer to its write is lost', async () => {
    let lost = 0;
    intercept = async ({ operation }, input, next) => {
      const answer = await next();
      if (operation !== 'PutObject' || !recordsWritten(input) || lost > 0) return answer;
      lost += 1;
      throw new DroppedConnection();
    };
    assert.equal((await record(1)).place.sequence, 1);
    assert.equal(lost, 1);
    assert.equal((await record(2)).place.sequence, 2);
    assert.equal((await check()).intact, 2);
  });

  test('binds the page of each run, drawn once from the runs up to it', async () => {
    const drawn: number[] = [];
    const withPage = (run: number) =>
      storeEvidence(
        store,
        { database: 'fantasy', key: keyOf(run) },
        (newest) => ({ ...runOf('fantasy', run), chainedAfter: newest }),
        {
          key: keyOf(run).replace('evidence.json', 'report.html'),
          runs: 2,
          draw: ({ execution }, history) => `page ${drawn.push(history.length)} of ${execution.name}`,
        },
      );
    for (const run of [1, 2]) await withPage(run);
    intercept = diesBeforeItsRecord;
    await assert.rejects(withPage(3), { name: 'AccessDeniedError' });
    intercept = undefined;
    const places = [await withPage(3), await withPage(2)].map(({ place }) => place.sequence);
    assert.deepEqual(
      [drawn, places],
      [
        [1, 2, 2, 2, 2],
        [3, 2],
      ],
    );
    for (const [index, key] of (await store.listKeys('evidence-chain/')).entries()) {
      const { report } = JSON.parse((await store.getText(key)) ?? '') as { report: { key: string; sha256: string } };
      const page = (await store.getText(report.key)) ?? '';
      assert.equal(page, `page ${index + 1} of execution of run ${index + 1}`);
      assert.equal(report.sha256, sha256(page));
    }
    assert.deepEqual([(await check()).intact, (await check()).broken], [3, undefined]);
  });

  test('is mended by the next call when a function dies between the evidence and its record', async () => {
    await record(1);
    intercept = diesBeforeItsRecord;
    await assert.rejects(record(2), { name: 'AccessDeniedError' });
    assert.equal((await check()).intact, 1);
    intercept = undefined;
    // Another run comes first; the one that died finds its place behind it.
    assert.equal((await record(3)).place.sequence, 2);
    const again = await record(2);
    assert.deepEqual([again.isNew, again.place.sequence], [false, 3]);
    const { intact, broken } = await check();
    assert.deepEqual([intact, broken], [3, undefined]);
  });

  test('that is locked outlives whoever deletes, writes over, unlocks or turns versions off', async () => {
    const Bucket = buckets.current();
    const { Resources } = await evidenceLock({ resolveVariable: async () => 'prod' });
    const { ObjectLockConfiguration } = Resources.EvidenceBucket.Properties;
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    await record(1);
    const Key = keyOf(1);
    const { VersionId, ObjectLockMode, ObjectLockRetainUntilDate } = await client.send(
      new HeadObjectCommand({ Bucket, Key }),
    );
    assert.equal(ObjectLockMode, 'GOVERNANCE');
    const days = ((ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    assert.ok(days > 365 && days <= 366, `${days} days`);

    const isProtected = { name: 'AccessDenied', message: 'Access Denied because object protected by object lock.' };
    await assert.rejects(client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })), isProtected);
    const { Deleted = [], Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } }),
    );
    assert.deepEqual([Deleted, Errors?.map(({ Code }) => Code)], [[], ['AccessDenied']]);
    const soon = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 60_000) } as const;
    for (const Retention of [soon, {}])
      await assert.rejects(
        client.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention })),
        isProtected,
      );
    await assert.rejects(
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
      { name: 'InvalidBucketState' },
    );

    // What a lock allows: a newer version, and a marker before all. Both show, and what was proven is still there.
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'forged' }));
    assert.equal((await check()).broken?.key, chainKey('fantasy', 1));
    const { VersionId: marker, DeleteMarker } = await client.send(new DeleteObjectCommand({ Bucket, Key }));
    assert.equal(DeleteMarker, true);
    assert.equal((await check()).broken?.key, chainKey('fantasy', 1));
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    assert.ok(Versions.some((version) => version.VersionId === VersionId));
    // The way back: the marker goes, and the newer version by somebody who may pass a lock.
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker }));
    const forged = Versions.find((version) => version.VersionId !== VersionId)?.VersionId;
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: forged, BypassGovernanceRetention: true }));
    assert.deepEqual([(await check()).intact, (await check()).broken], [1, undefined]);
  });

  test('cannot be written into a locked bucket without a checksum', async () => {
    const Bucket = buckets.current();
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } as const;
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule },
      }),
    );
    const bare = new S3Client({ ...wire.client, requestChecksumCalculation: 'WHEN_REQUIRED' });
    try {
      await assert.rejects(bare.send(new PutObjectCommand({ Bucket, Key: 'bare', Body: 'x' })), {
        name: 'InvalidRequest',
        message: /Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock/,
      });
    } finally {
      bare.destroy();
    }
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'x' }));
    const removal = new DeleteObjectCommand({ Bucket, Key: 'kept', VersionId, BypassGovernanceRetention: true });
    await assert.rejects(client.send(removal), { name: 'AccessDenied' });
  });

  test('goes on behind a record that somebody has changed, and the check names that record', async () => {
    await record(1);
    await record(2);
    const key = chainKey('fantasy', 2);
    const changed = ((await store.getText(key)) ?? '').replace('exact', 'failed');
    await client.send(new PutObjectCommand({ Bucket: buckets.current(), Key: key, Body: changed }));
    assert.equal((await record(3)).place.sequence, 3);
    assert.equal((await check()).broken?.key, key);
    assert.deepEqual(
      (await readHistory(store, 'fantasy', 3, 90)).map(({ sequence }) => sequence),
      [1, 3],
    );
  });

  test('does not begin anew when its newest record vanishes while a run is recorded', async () => {
    await record(1);
    intercept = async ({ operation }, _input, next) => {
      const answer = await next();
      if (operation === 'ListObjectsV2') {
        intercept = undefined;
        await client.send(new DeleteObjectCommand({ Bucket: buckets.current(), Key: chainKey('fantasy', 1) }));
      }
      return answer;
    };
    await assert.rejects(record(2), {
      name: 'EvidenceMissingError',
      message: /000000001\.json' is not in the evidence bucket any more\nHINT: /,
    });
    assert.deepEqual(await store.listKeys('evidence-chain/'), []);
  });

  test('gives the newest records as its history, at most as many as are asked for', async () => {
    for (const run of [1, 2, 3, 4]) await record(run);
    const history = await readHistory(store, 'fantasy', 4, 3);
    assert.deepEqual(
      history.map(({ sequence, evidence }) => [sequence, evidence.key]),
      [2, 3, 4].map((run) => [run, keyOf(run)]),
    );
  });
});

/** One bucket for each test. */
function makeS3BucketName() {
  const all = Array.from({ length: 20 }, (_, index) => `evidence-${index}`);
  let at = -1;
  const current = () => all[at] ?? '';
  return {
    all,
    current,
    next: () => {
      at += 1;
      return current();
    },
  };
}
