import assert from 'node:assert/strict';
import { accountOf, overheadLine } from '../../../../sandbox/workflows/dr-promotion/account.ts';

const at = (seconds: number) => Date.UTC(2026, 10, 30, 5, 0, seconds);
const iso = (seconds: number) => new Date(at(seconds)).toISOString();
const fence = { kind: 'lease over' as const, epoch: 4, observed: 'no answer', at: iso(40) };
const written = [1, 20, 30, 41].map((seconds) => ({ id: seconds, at: at(seconds) }));

test('every acknowledged write is on the new primary, in the declared loss, or unexplained', () => {
  const account = accountOf(written, new Set([1]), { fence, lossSeconds: 15 });
  assert.deepEqual([account.acknowledged, account.there], [4, 1]);
  assert.deepEqual([account.declared.map(({ id }) => id), account.unexplained.map(({ id }) => id)], [[30], [20, 41]]);
});

test('no loss was declared: whatever is missing is unexplained', () => {
  for (const record of [
    { fence, lossSeconds: 0 },
    { fence, lossSeconds: null },
    { fence: null, lossSeconds: null },
  ])
    assert.equal(accountOf(written, new Set([1, 20, 41]), record).unexplained.length, 1);
  assert.equal(accountOf(written, new Set([1, 20, 30, 41]), { fence, lossSeconds: 0 }).unexplained.length, 0);
});

test('the overhead of the machine is what neither the waits nor a promotion by hand take', () => {
  const phases = [
    { name: 'FencePrimary', startedAt: iso(0), endedAt: iso(5) },
    { name: 'AwaitLease', startedAt: iso(5), endedAt: iso(20) },
    { name: 'OpenPromoted', startedAt: iso(20), endedAt: iso(22) },
  ];
  assert.match(overheadLine({ rtoSeconds: 26, phases }, 4_000), /^Overhead {3}2\.0 s .*\(20\.0 s\).*\(4\.0 s\)$/);
});
