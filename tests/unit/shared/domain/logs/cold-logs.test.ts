import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { maskLogLine } from '../../../../../shared/domain/logs/mask-line.ts';
import { maskLogRecord } from '../../../../../shared/logs/mask-log-record.ts';
import { samples } from './samples.ts';

const packed = (messages: readonly string[], messageType = 'DATA_MESSAGE') =>
  gzipSync(
    JSON.stringify({
      ...{ messageType, owner: '123456789012', logGroup: '/g', logStream: 's', subscriptionFilters: ['f'] },
      logEvents: messages.map((message, index) => ({ id: `${index}`, timestamp: 0, message })),
    }),
  ).toString('base64');
const unpacked = (data: string) => gunzipSync(Buffer.from(data, 'base64')).toString();

describe('a line that is kept for a year', () => {
  test('lets nothing pass of the recorded samples, as a line and inside of JSON', () => {
    for (const [sample, ...secrets] of samples) {
      const inside = JSON.stringify({ level: 'INFO', detail: { messages: [sample] } });
      for (const line of [sample, inside]) {
        const shown = maskLogLine(line);
        for (const secret of secrets) assert.ok(!shown.includes(secret), `${line} → ${shown}`);
      }
    }
  });

  test('that is JSON stays JSON, with its numbers and names', () => {
    const line = JSON.stringify({
      level: 'INFO',
      message: "it's done",
      bytes: 12,
      password: 'x y',
      secretArn: 'arn:a',
    });
    assert.deepEqual(JSON.parse(maskLogLine(line)), {
      ...{ level: 'INFO', message: "it'…'", bytes: 12, password: '…', secretArn: 'arn:a' },
    });
    assert.equal(maskLogLine('{ no JSON'), '{ no JSON');
  });
});

describe('a record on its way to be kept', () => {
  test('is a line of JSON for each event, and several are one gzip file', () => {
    const [one, other] = [packed(['started', "password='orange'"]), packed(['ended'])].map(maskLogRecord);
    assert.deepEqual([one?.result, other?.result], ['Ok', 'Ok']);
    const both = Buffer.concat([one, other].map((record) => Buffer.from(record?.data ?? '', 'base64')));
    const lines = gunzipSync(both)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string });
    assert.deepEqual(lines.map(({ message }) => message)[0], 'started');
    assert.equal(lines.length, 3);
    assert.doesNotMatch(unpacked(one?.data ?? ''), /orange/);
  });

  test('that only tries the way is dropped, and one that cannot be read is failed and never passed on', () => {
    assert.deepEqual(maskLogRecord(packed(['x'], 'CONTROL_MESSAGE')), { result: 'Dropped', data: '' });
    for (const broken of ['', 'bm90IGd6aXA=', gzipSync('{}').toString('base64'), gzipSync('[').toString('base64')])
      assert.deepEqual(maskLogRecord(broken), { result: 'ProcessingFailed', data: '' });
  });
});
