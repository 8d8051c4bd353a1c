import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogCounter } from '../../../../../shared/domain/logs/server-log.ts';
import { samples } from './samples.ts';

const day = { from: Date.parse('2026-11-29T00:00:00Z'), to: Date.parse('2026-11-30T00:00:00Z') };
const prefix = (time: string, who = '192.0.2.7(5432):shop@app', pid = 7) => `2026-11-29 ${time} UTC:${who}:[${pid}]:`;
const background = (time: string, pid = 9) => `2026-11-29 ${time} UTC::@:[${pid}]:`;

function countsOf(text: string, size = text.length) {
  const counter = new LogCounter(day);
  for (let at = 0; at < text.length; at += size) counter.add(text.slice(at, at + size));
  counter.endFile();
  return { counts: counter.counts(), gaps: counter.gaps };
}
const kindsOf = (text: string) => Object.fromEntries(countsOf(text).counts.map(({ kind, count }) => [kind, count]));

const log = [
  `${prefix('06:00:01')}ERROR:  deadlock detected`,
  `${prefix('06:00:01')}DETAIL:  Process 7 waits for ShareLock on transaction 5; blocked by process 8.`,
  "\tProcess 8: update t set secret = 'rosebud'",
  `${prefix('06:00:01')}STATEMENT:  update t set secret = 'rosebud'`,
  `${background('06:01:00')}ERROR:  canceling autovacuum task`,
  `${background('06:01:00')}CONTEXT:  automatic vacuum of table "app.public.orders"`,
  `${background('06:02:00')}ERROR:  could not open file "base/5/16384"`,
  `${background('06:02:00')}CONTEXT:  while scanning block 3 of relation "public.orders"`,
  `${prefix('06:03:00', '[local]:[unknown]@[unknown]')}FATAL:  password authentication failed for user "shop"`,
  `${prefix('06:03:01', '2001:db8::7(5432):shop@app')}FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`,
  `${prefix('06:04:00')}ERROR:  canceling statement due to statement timeout`,
  `${prefix('06:05:00')}ERROR:  invalid page in block 3 of relation base/5/16384`,
  `${prefix('06:06:00')}ERROR:  could not extend file "base/5/1": No space left on device`,
  `${prefix('06:07:00')}ERROR:  duplicate key value violates unique constraint "orders_pkey"`,
  `${prefix('06:08:00')}LOG:  duration: 5012.345 ms  execute <unnamed>: select 'rosebud'`,
  `${background('06:09:00')}LOG:  checkpoint complete: wrote 44 buffers (0.3%)`,
].join('\n');

describe('the log of a server', () => {
  test('is counted by kind, whatever the process and whoever is logged in', () => {
    assert.deepEqual(kindsOf(log), {
      ...{ damage: 1, deadlock: 1, vacuum: 2, resources: 1, connection: 2, timeout: 1 },
      ...{ 'other error': 1, 'slow statement': 1 },
    });
  });

  test('keeps no value of a client, and names relations and constraints', () => {
    const shown = JSON.stringify(countsOf(log).counts);
    assert.doesNotMatch(shown, /rosebud|192\.0\.2\.7/);
    assert.match(shown, /orders_pkey/);
    assert.match(shown, /canceling autovacuum task \(automatic vacuum of table .*app.public.orders/);
  });

  test('is the same in portions of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (size) => assert.deepEqual(countsOf(log, size), countsOf(log))),
    );
  });

  test('counts what lies in the window only', () => {
    const at = (moment: string) => `2026-11-${moment} UTC::@:[1]:PANIC:  could not write`;
    assert.deepEqual(kindsOf([at('28 23:59:59'), at('29 00:00:00'), at('29 23:59:59'), at('30 00:00:00')].join('\n')), {
      damage: 2,
    });
  });

  test('takes no line that a client has written for one of the server', () => {
    const forged = `${prefix('07:00:00')}ERROR:  syntax error at or near "x"\n${prefix('07:00:00')}STATEMENT:  select 1\n\t${prefix('07:00:00')}PANIC:  forged`;
    assert.deepEqual(kindsOf(forged), { 'other error': 1 });
  });

  test('takes a vacuum that a client runs for its own error, and the rest of a line that another file has begun for nothing', () => {
    const context = 'while scanning block 3 of relation "public.orders"';
    const own = `${prefix('07:00:00')}ERROR:  could not open file "base/5/16384"\n${prefix('07:00:00')}CONTEXT:  ${context}`;
    assert.deepEqual(kindsOf(own), { 'other error': 1 });
    assert.deepEqual(countsOf(`\tfrom orders\n${prefix('07:00:00')}LOG:  a`).gaps, { truncations: 0, unreadable: 0 });
  });

  test('reads the longer prefix that RDS offers, too', () => {
    const line =
      '2026-11-29 08:00:00.123 UTC:192.0.2.7(5432):shop@app:[7]:3:40P01:2026-11-29 07:00:00 UTC:4/5:0:692aa.7:psql:ERROR:  deadlock detected';
    assert.deepEqual(kindsOf(line), { deadlock: 1 });
  });

  test('says what it could not read: an unknown prefix, and what RDS has left out', () => {
    const { gaps } = countsOf(
      `29/Nov/2026 08:00 ERROR:  x\n2026-11-29 08:00:00 CET:::[1]:ERROR:  y\n${prefix('08:00:00')}LOG:  a\n [Your log message was truncated]`,
    );
    assert.deepEqual(gaps, { truncations: 1, unreadable: 2 });
  });

  test('lets nothing pass of the recorded samples, as messages and as contexts of the server', () => {
    for (const [sample, ...secrets] of samples) {
      const message = sample.replace(/^[A-Z]+: {2}/, '').split('\n')[0] ?? '';
      const text = `${prefix('09:00:00')}ERROR:  ${message}\n${background('09:00:00')}ERROR:  canceling autovacuum task\n${background('09:00:00')}CONTEXT:  ${message}`;
      const shown = JSON.stringify(countsOf(text).counts.map(({ messages }) => messages));
      for (const secret of secrets) assert.ok(!shown.includes(secret), `${sample} shows ${secret}: ${shown}`);
    }
  });

  test('shows the most frequent messages, and folds those that differ by numbers', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${prefix('10:00:00')}ERROR:  row ${index} is missing`);
    const [other] = countsOf([...lines, `${prefix('10:00:00')}ERROR:  rare`].join('\n')).counts;
    assert.deepEqual(other?.messages, [
      { text: 'ERROR: row # is missing', count: 30 },
      { text: 'ERROR: rare', count: 1 },
    ]);
  });
});
