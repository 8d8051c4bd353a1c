import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as s3 from '@aws-sdk/client-s3';
import { makeS3 } from '../../sandbox/services/s3/s3.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const MIB = 1_048_576;

describe('S3 over the wire', () => {
  let directory: string;
  let wire: TestWire;
  let client: s3.S3Client;
  const Bucket = 'evidence';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandbox-s3-'));
    wire = await startTestWire([makeS3({ directory })]);
    client = new s3.S3Client(wire.client);
    await client.send(new s3.CreateBucketCommand({ Bucket }));
  });

  afterAll(async () => {
    client.destroy();
    await wire.stop();
    await rm(directory, { recursive: true });
  });

  async function put(Key: string, Body: string | Buffer = 'x', more: Partial<s3.PutObjectCommandInput> = {}) {
    return client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));
  }

  async function text(Key: string, more: Partial<s3.GetObjectCommandInput> = {}) {
    const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
    return Body?.transformToString();
  }

  test('an object comes back with its bytes, type, metadata and tag', async () => {
    const stored = await put('reports/2026 ä+/a.json', '{"ok":true}', {
      ContentType: 'application/json',
      Metadata: { run: '42' },
    });
    const read = await client.send(
      new s3.GetObjectCommand({ Bucket, Key: 'reports/2026 ä+/a.json', ChecksumMode: 'ENABLED' }),
    );
    assert.equal(await read.Body?.transformToString(), '{"ok":true}');
    assert.equal(read.ContentType, 'application/json');
    assert.deepEqual(read.Metadata, { run: '42' });
    assert.equal(read.ETag, stored.ETag);
    assert.equal(read.ContentLength, 11);
    assert.equal(read.ChecksumCRC32, stored.ChecksumCRC32);
    assert.ok(read.LastModified instanceof Date);
  });

  test('HeadObject reports the size without the body, and a missing key is NotFound', async () => {
    await put('head', 'twelve bytes');
    const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'head' }));
    assert.equal(head.ContentLength, 12);
    await assert.rejects(client.send(new s3.HeadObjectCommand({ Bucket, Key: 'none' })), { name: 'NotFound' });
  });

  test('missing keys and buckets are NoSuchKey and NoSuchBucket with status 404', async () => {
    await assert.rejects(
      text('none'),
      (error: s3.NoSuchKey) => error instanceof s3.NoSuchKey && error.$metadata.httpStatusCode === 404,
    );
    const nowhere = new s3.GetObjectCommand({ Bucket: 'nowhere', Key: 'x' });
    await assert.rejects(client.send(nowhere), { name: 'NoSuchBucket' });
  });

  test('If-None-Match: * creates an object once, also when eight writers race', async () => {
    const attempts = Array.from({ length: 8 }, (_, index) => put('lease', `writer ${index}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(attempts);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        assert.equal(outcome.reason.name, 'PreconditionFailed');
        assert.equal(outcome.reason.$metadata.httpStatusCode, 412);
      }
    }
  });

  test('If-Match replaces only the object that was read', async () => {
    const first = await put('state', 'one');
    const second = await put('state', 'two', { IfMatch: first.ETag ?? '' });
    await assert.rejects(put('state', 'three', { IfMatch: first.ETag ?? '' }), { name: 'PreconditionFailed' });
    await assert.rejects(put('nothing', 'x', { IfMatch: second.ETag ?? '' }), { name: 'NoSuchKey' });
    assert.equal(await text('state'), 'two');
  });

  test('a conditional read of an unchanged object is 304', async () => {
    const { ETag } = await put('unchanged');
    await assert.rejects(
      text('unchanged', { IfNoneMatch: ETag ?? '' }),
      (error: s3.S3ServiceException) => error.$metadata.httpStatusCode === 304,
    );
    assert.equal(await text('unchanged', { IfNoneMatch: '"other"' }), 'x');
  });

  test('a range is part of the object, and a range behind its end is refused', async () => {
    await put('range', '0123456789');
    const part = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'range', Range: 'bytes=2-4' }));
    assert.equal(await part.Body?.transformToString(), '234');
    assert.equal(part.ContentRange, 'bytes 2-4/10');
    assert.equal(part.$metadata.httpStatusCode, 206);
    assert.equal(await text('range', { Range: 'bytes=-3' }), '789');
    await assert.rejects(text('range', { Range: 'bytes=10-' }), { name: 'InvalidRange' });
  });

  test('a streamed upload arrives without its chunk headers and is kept on disk when it is large', async () => {
    const bytes = randomBytes(3 * MIB);
    const chunks = [bytes.subarray(0, MIB), bytes.subarray(MIB, 2 * MIB + 17), bytes.subarray(2 * MIB + 17)];
    await client.send(
      new s3.PutObjectCommand({ Bucket, Key: 'dump', Body: Readable.from(chunks), ContentLength: bytes.length }),
    );
    const read = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'dump' }));
    assert.equal(Buffer.compare(Buffer.from((await read.Body?.transformToByteArray()) ?? []), bytes), 0);
    assert.equal(read.ContentEncoding, undefined);
    const files = await readdir(directory);
    assert.equal(files.length, 1);
    await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'dump' }));
    assert.deepEqual(await readdir(directory), []);
  });

  test('a body that does not match its checksum is refused', async () => {
    await assert.rejects(put('broken', 'body', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }), {
      name: 'BadDigest',
    });
  });

  test('listing pages through keys in order, and groups them under a delimiter', async () => {
    await client.send(new s3.CreateBucketCommand({ Bucket: 'listing' }));
    for (const Key of ['b/2', 'a', 'b/1', 'c/d/e', 'z']) {
      await put(Key, 'x', { Bucket: 'listing' });
    }
    const seen: string[] = [];
    for await (const page of s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket: 'listing' })) {
      assert.ok((page.KeyCount ?? 0) <= 2);
      seen.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    assert.deepEqual(seen, ['a', 'b/1', 'b/2', 'c/d/e', 'z']);
    const groups: string[] = [];
    for await (const page of s3.paginateListObjectsV2({ client, pageSize: 1 }, { Bucket: 'listing', Delimiter: '/' })) {
      groups.push(
        ...(page.Contents ?? []).map(({ Key = '' }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
      );
    }
    assert.deepEqual(groups, ['a', 'b/', 'c/', 'z']);
    const under = await client.send(new s3.ListObjectsV2Command({ Bucket: 'listing', Prefix: 'b/' }));
    assert.deepEqual(
      under.Contents?.map(({ Key }) => Key),
      ['b/1', 'b/2'],
    );
  });

  test('a versioned bucket keeps what was replaced or deleted', async () => {
    const versioned = 'versioned';
    await client.send(new s3.CreateBucketCommand({ Bucket: versioned }));
    await client.send(
      new s3.PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const one = await put('k', 'one', { Bucket: versioned });
    const two = await put('k', 'two', { Bucket: versioned });
    assert.notEqual(one.VersionId, two.VersionId);
    const deleted = await client.send(new s3.DeleteObjectCommand({ Bucket: versioned, Key: 'k' }));
    assert.equal(deleted.DeleteMarker, true);
    await assert.rejects(text('k', { Bucket: versioned }), { name: 'NoSuchKey' });
    assert.equal(await text('k', { Bucket: versioned, VersionId: one.VersionId ?? '' }), 'one');
    const versions = await client.send(new s3.ListObjectVersionsCommand({ Bucket: versioned }));
    assert.deepEqual(
      versions.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [
        [two.VersionId, false],
        [one.VersionId, false],
      ],
    );
    assert.deepEqual(
      versions.DeleteMarkers?.map(({ IsLatest }) => IsLatest),
      [true],
    );
    await client.send(new s3.DeleteObjectCommand({ Bucket: versioned, Key: 'k', VersionId: deleted.VersionId }));
    assert.equal(await text('k', { Bucket: versioned }), 'two');
  });

  test('copies carry bytes and metadata', async () => {
    await put('from ü', 'copied', { Metadata: { a: 'b' } });
    await client.send(
      new s3.CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/${encodeURIComponent('from ü')}` }),
    );
    const read = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'to' }));
    assert.equal(await read.Body?.transformToString(), 'copied');
    assert.deepEqual(read.Metadata, { a: 'b' });
  });

  test('many objects are deleted at once', async () => {
    await put('many/1');
    await put('many/2');
    const Objects = [{ Key: 'many/1' }, { Key: 'many/2' }];
    const answer = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    assert.deepEqual(
      answer.Deleted?.map(({ Key }) => Key),
      ['many/1', 'many/2'],
    );
    const left = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: 'many/' }));
    assert.equal(left.KeyCount, 0);
  });

  test('a multipart upload joins its parts, and leaves none behind when it is aborted', async () => {
    const parts = [randomBytes(5 * MIB), randomBytes(1000)];
    const { UploadId = '' } = await client.send(
      new s3.CreateMultipartUploadCommand({ Bucket, Key: 'big', Metadata: { m: '1' } }),
    );
    const Parts = [];
    for (const [index, Body] of parts.entries()) {
      const { ETag } = await client.send(
        new s3.UploadPartCommand({ Bucket, Key: 'big', UploadId, PartNumber: index + 1, Body }),
      );
      Parts.push({ PartNumber: index + 1, ETag });
    }
    const listed = await client.send(new s3.ListPartsCommand({ Bucket, Key: 'big', UploadId }));
    assert.deepEqual(
      listed.Parts?.map(({ Size }) => Size),
      [5 * MIB, 1000],
    );
    const done = await client.send(
      new s3.CompleteMultipartUploadCommand({ Bucket, Key: 'big', UploadId, MultipartUpload: { Parts } }),
    );
    assert.match(done.ETag ?? '', /-2"$/);
    const read = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'big' }));
    assert.equal(Buffer.compare(Buffer.from((await read.Body?.transformToByteArray()) ?? []), Buffer.concat(parts)), 0);
    assert.deepEqual(read.Metadata, { m: '1' });
    await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'big' }));

    const aborted = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'never' }));
    const upload = { Bucket, Key: 'never', UploadId: aborted.UploadId ?? '' };
    await client.send(new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: randomBytes(2 * MIB) }));
    await client.send(new s3.AbortMultipartUploadCommand(upload));
    await assert.rejects(client.send(new s3.ListPartsCommand(upload)), { name: 'NoSuchUpload' });
    assert.deepEqual(await readdir(directory), []);
  });

  test('bucket tags, encryption and lifecycle are kept as they were put', async () => {
    const TagSet = [{ Key: 'app', Value: 'pg-gameday' }];
    await assert.rejects(client.send(new s3.GetBucketTaggingCommand({ Bucket })), { name: 'NoSuchTagSet' });
    await client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    assert.deepEqual((await client.send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet);
    const Rules: s3.LifecycleRule[] = [
      { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 30 } },
    ];
    await client.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    assert.deepEqual((await client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules, Rules);
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'alias/x' },
    };
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await client.send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    const read = await client.send(new s3.GetBucketEncryptionCommand({ Bucket }));
    assert.deepEqual(read.ServerSideEncryptionConfiguration, ServerSideEncryptionConfiguration);
  });

  test('uploads that are not completed are listed page by page, by key', async () => {
    const keys = ['page/a', 'page/a', 'page/b'];
    for (const Key of keys) await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }));
    const seen: string[] = [];
    let next: Pick<s3.ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {};
    while (next !== undefined) {
      const command = new s3.ListMultipartUploadsCommand({ Bucket, Prefix: 'page/', MaxUploads: 1, ...next });
      const page: s3.ListMultipartUploadsCommandOutput = await client.send(command);
      for (const { Key = '', UploadId } of page.Uploads ?? []) {
        seen.push(Key);
        await client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      }
      next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
    }
    assert.deepEqual(seen, keys);
  });

  test('a bucket is listed, described, and deleted only when it is empty', async () => {
    const { Buckets = [] } = await client.send(new s3.ListBucketsCommand({}));
    assert.ok(Buckets.some(({ Name }) => Name === Bucket));
    const here = await client.send(new s3.ListBucketsCommand({ BucketRegion: 'eu-central-1', MaxBuckets: 1 }));
    assert.deepEqual([here.Buckets?.length, here.Buckets?.[0]?.BucketRegion], [1, 'eu-central-1']);
    assert.deepEqual((await client.send(new s3.ListBucketsCommand({ BucketRegion: 'sa-east-1' }))).Buckets ?? [], []);
    assert.equal((await client.send(new s3.HeadBucketCommand({ Bucket }))).BucketRegion, 'eu-central-1');
    await put('keep');
    await assert.rejects(client.send(new s3.DeleteBucketCommand({ Bucket })), { name: 'BucketNotEmpty' });
    await assert.rejects(client.send(new s3.HeadBucketCommand({ Bucket: 'nowhere' })), { name: 'NotFound' });
  });
});
