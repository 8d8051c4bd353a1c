import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { makeObjectStore } from '../../../../shared/aws/s3/object-store.ts';
import { waitUntil } from '../../../support/wait-until.ts';

/** A hundred thousand lines that gzip cannot make small: many packets on the wire. */
const lines = Array.from({ length: 100_000 }, (_, index) =>
  createHash('md5').update(String(index)).digest('hex').slice(0, 20),
);
const stored = gzipSync(lines.map((line) => `${line}\n`).join(''));
const sha256 = createHash('sha256').update(stored).digest('hex');

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;
let answers: Answer[] = [];
let ranges: (string | undefined)[] = [];
let etag = '"one"';
const sockets = new Set<unknown>();
const server = http.createServer((request, response) => {
  ranges.push(request.headers.range);
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag) {
    response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
    return;
  }
  (answers.shift() ?? whole)(request, response);
});
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

const from = (request: http.IncomingMessage) => Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
function head(request: http.IncomingMessage, response: http.ServerResponse): Buffer {
  const rest = stored.subarray(from(request));
  response.writeHead(request.headers.range === undefined ? 200 : 206, { ETag: etag, 'Content-Length': rest.length });
  return rest;
}
const whole: Answer = (request, response) => void response.end(head(request, response));
/** Sends so many bytes, and then `end` decides. */
const upTo =
  (bytes: number, end: (response: http.ServerResponse) => void): Answer =>
  (request, response) =>
    void response.write(head(request, response).subarray(0, bytes), () => end(response));
const cut = (response: http.ServerResponse) => void response.socket?.destroy();
const fallSilent = () => {};

let client: S3Client;
/** Long enough for a machine that is busy, short enough to be waited for. */
const bounds = { answer: 3000, idle: 1500, pauses: [1, 1, 1] };
const store = () => makeObjectStore('bucket', client, bounds);
const open = async (digest?: string) => {
  const opened = await store().openGzipLines('key', digest);
  assert.ok(opened);
  return opened;
};
async function readAll(opened: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of opened) all.push(line);
  return all;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
  ranges = [];
  etag = '"one"';
});

describe('an object that is read', () => {
  test('outlives the deadline of its call while its reader is slow', async () => {
    const opened = await open(sha256);
    assert.equal((await opened.next()).value, lines[0]);
    answers = [fallSilent];
    await assert.rejects(open(), { name: 'AwsUnavailableError' }, 'a later call has come to its deadline');
    assert.deepEqual([lines[0], ...(await readAll(opened))], lines);
    assert.deepEqual(ranges, [undefined, undefined], 'nothing was read again');
  });

  test('whose answer does not begin within the deadline is unavailable', async () => {
    answers = [fallSilent];
    await assert.rejects(store().openGzipLines('key'), { name: 'AwsUnavailableError' });
  });

  for (const [name, end] of Object.entries({ breaks: cut, 'falls silent': fallSilent })) {
    test(`whose connection ${name} is read on from that byte`, async () => {
      answers = [upTo(300_000, end), upTo(200_000, end), upTo(1, end)];
      assert.deepEqual(await readAll(await open(sha256)), lines);
      assert.equal(ranges.length, 4);
      // What the socket had not handed on when it broke is asked for again.
      const starts = ranges.slice(1).map((range) => Number(/\d+/.exec(range ?? '')));
      assert.ok(starts.every((start, index) => start > 0 && start >= (starts[index - 1] ?? 0)));
    });
  }

  test('is given up when connection after connection brings no byte', async () => {
    answers = [upTo(300_000, cut), ...Array.from({ length: 9 }, () => upTo(0, cut))];
    await assert.rejects(async () => readAll(await open()), {
      name: 'AwsUnavailableError',
      message: /^cannot read object 'bucket\/key' at present: it broke off at byte \d+$/,
    });
    assert.equal(ranges.length, 1 + bounds.pauses.length);
  });

  test('is never glued to another one that took its place', async () => {
    const exchange: Answer = upTo(300_000, (response) => {
      etag = '"two"';
      cut(response);
    });
    answers = [exchange];
    await assert.rejects(async () => readAll(await open()), { name: 'ObjectChangedError' });
  });

  test('text is read on, too', async () => {
    answers = [upTo(300_000, cut)];
    assert.equal((await store().getText('key'))?.length, stored.toString('utf8').length);
  });

  test('is not the expected one by a digest', async () => {
    const other = '0'.repeat(64);
    const expected = { name: 'ObjectChangedError', message: new RegExp(`SHA-256 is ${sha256}, expected ${other}`) };
    await assert.rejects(store().getText('key', other), expected);
    const opened = await open(other);
    const seen: string[] = [];
    await assert.rejects(async () => {
      for await (const line of opened) seen.push(line);
    }, expected);
    assert.equal(seen.length, lines.length, 'its end is what fails');
  });

  test('that is no gzip any more is not the expected one', async () => {
    answers = [(_request, response) => void response.writeHead(200, { ETag: etag, 'Content-Length': 5 }).end('{}\n{}')];
    await assert.rejects(async () => readAll(await open(sha256)), { name: 'ObjectChangedError' });
  });
});

test('sixty objects of which one line each is read leave no connection behind', async () => {
  const before = sockets.size;
  for (let count = 0; count < 60; count += 1) {
    const opened = await open();
    await opened.next();
    await opened.return?.();
  }
  await waitUntil('connections of closed objects end', () => sockets.size <= before + 1);
});
