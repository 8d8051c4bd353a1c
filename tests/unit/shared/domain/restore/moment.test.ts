import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWithin, momentBehind, whyNotRestorable, windowText } from '../../../../../shared/domain/restore/moment.ts';

const at = (text: string) => new Date(`2026-03-01T${text}Z`);
const window = { earliest: at('05:00:00'), latest: at('06:00:00') };
const now = at('06:04:00');

describe('a moment', () => {
  for (const [time, why] of [
    ['2026-03-01T05:00:00Z', undefined],
    ['2026-03-01T06:00:00Z', undefined],
    ['latest', undefined],
    ['2026-03-01T06:04:01Z', 'it lies in the future'],
    ['2026-03-01T06:00:01Z', 'its log is not archived yet'],
    ['2026-03-01T04:59:59Z', 'it lies before the oldest automated backup'],
  ] as const)
    test(`of ${time} ${why === undefined ? 'can be restored' : `cannot be restored: ${why}`}`, () => {
      assert.equal(whyNotRestorable(time, window, now), why);
    });

  test('cannot be restored while the first backup is on its way, not even the latest one', () => {
    for (const unready of [{}, { earliest: at('05:00:00') }, { latest: at('06:00:00') }]) {
      assert.equal(whyNotRestorable('latest', unready, now), 'the first automated backup is not complete');
      assert.equal(windowText(unready), undefined);
      assert.equal(isWithin(at('05:30:00'), unready), false);
    }
  });

  test('is within its window with both ends', () => {
    assert.equal(windowText(window), '2026-03-01T05:00:00Z to 2026-03-01T06:00:00Z');
    for (const [time, is] of [
      ['04:59:59', false],
      ['05:00:00', true],
      ['06:00:00', true],
      ['06:00:01', false],
    ] as const)
      assert.equal(isWithin(at(time), window), is, time);
  });

  test('that a witness proves is a whole second behind the instant of its snapshot and a second before S2', () => {
    const bracket = (created: string, s2: string) =>
      momentBehind({ createdAt: at(created), s2At: at(s2) })?.toISOString();
    assert.equal(bracket('05:00:03.200', '05:00:09'), '2026-03-01T05:00:05.000Z');
    assert.equal(bracket('05:00:03.000', '05:00:09'), '2026-03-01T05:00:05.000Z');
    assert.equal(bracket('05:00:03.200', '05:00:05.500'), '2026-03-01T05:00:04.000Z');
    assert.equal(bracket('05:00:03.200', '05:00:04.900'), undefined);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 20_000 }), (created, length) => {
        const createdAt = new Date(created);
        const s2At = new Date(created + length);
        const moment = momentBehind({ createdAt, s2At });
        if (moment === undefined) assert.ok(length < 2000, 'there was room');
        else {
          assert.equal(moment.getTime() % 1000, 0);
          assert.ok(createdAt < moment && moment.getTime() + 1000 <= s2At.getTime());
        }
      }),
    );
  });
});
