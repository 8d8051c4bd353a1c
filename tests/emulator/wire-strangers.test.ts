import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeS3 } from '../../sandbox/services/s3/s3.ts';
import { makeSns } from '../../sandbox/services/sns/sns.ts';
import { signedHeaders } from '../support/sign-request.ts';
import { startTestWire, type TestWire } from '../support/start-wire.ts';

const body = 'Action=ListTopics&Version=2010-03-31';
const type = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the endpoint of the sandbox', () => {
  let wire: TestWire;
  beforeAll(async () => {
    wire = await startTestWire([makeSns({ account: '123456789012' }), makeS3({ directory: '/nowhere' })]);
  });
  afterAll(() => wire.stop());

  /** As a browser sends it: `fetch` of Node.js lets nobody set these headers. */
  async function post(headers: Record<string, string>): Promise<{ status: number; text: string }> {
    const signed = signedHeaders(wire.endpoint, 'sns', body, wire.credentials.operator);
    const outgoing = request(wire.endpoint, { method: 'POST', headers: { ...type, ...signed, ...headers } });
    outgoing.end(body);
    const [incoming] = await once(outgoing, 'response');
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    return { status: incoming.statusCode, text: Buffer.concat(parts).toString() };
  }

  test('answers who signed', async () => {
    assert.equal((await post({})).status, 200);
    assert.equal((await post({ 'sec-fetch-site': 'none' })).status, 200);
  });

  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['a page of another site', { origin: 'https://example.com' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page on this computer', { origin: 'http://localhost:3000' }],
    ['a request across sites', { 'sec-fetch-site': 'cross-site' }],
    ['a request of a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['a name that was made to lead here', { host: 'rebound.example.com' }],
    ['a name that only looks like ours', { host: 'localhost.example.com' }],
    ['another port', { host: 'localhost:1' }],
  ];
  for (const [who, headers] of foreign) {
    test(`refuses ${who}, though it is signed`, async () => {
      const { status, text } = await post(headers);
      assert.equal(status, 403);
      assert.match(text, /^the sandbox refuses a request: (Host|Origin|Sec-Fetch-Site) is /);
    });
  }

  const client = (secretAccessKey: string) => ({
    ...wire.client,
    credentials: { accessKeyId: wire.credentials.operator.accessKeyId, secretAccessKey },
  });

  test('refuses a signature with another secret, in the words of the service', async () => {
    const topics = new sns.SNSClient(client('wrong'));
    await assert.rejects(topics.send(new sns.ListTopicsCommand({})), { name: 'SignatureDoesNotMatch' });
    const objects = new s3.S3Client({ ...client('wrong'), forcePathStyle: true });
    await assert.rejects(objects.send(new s3.ListBucketsCommand({})), { name: 'SignatureDoesNotMatch' });
  });

  test('refuses a body that is not the one that was signed', async () => {
    const signed = signedHeaders(wire.endpoint, 'sns', body, wire.credentials.operator);
    const answer = await fetch(wire.endpoint, {
      method: 'POST',
      body: `${body}&NextToken=x`,
      headers: { ...type, ...signed },
    });
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /SignatureDoesNotMatch/);
  });

  test('takes keys of S3 of every shape', async () => {
    const objects = new s3.S3Client({ ...wire.client, forcePathStyle: true });
    await objects.send(new s3.CreateBucketCommand({ Bucket: 'shapes' }));
    for (const Key of ['plain', 'a b', 'a+b', 'ü/é', "it's (1)!*", 'a//b', 'a/../b', '%41', 'a?b=c&d', '~x', 'a:b@c']) {
      await objects.send(new s3.PutObjectCommand({ Bucket: 'shapes', Key, Body: Key }));
      const { Body } = await objects.send(new s3.GetObjectCommand({ Bucket: 'shapes', Key }));
      assert.equal(await Body?.transformToString(), Key);
    }
  });

  test('has a key of its own each time', () => {
    const [one, other] = [makeCredentials().operator, makeCredentials().operator];
    assert.notEqual(one.accessKeyId, other.accessKeyId);
    assert.notEqual(one.secretAccessKey, other.secretAccessKey);
  });
});
