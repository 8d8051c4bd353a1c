import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answerBy, reviewBy } from '../../../../../shared/domain/alert/answer-time.ts';
import { afterBusinessMinutes, endOfBusinessDay } from '../../../../../shared/domain/alert/business-time.ts';
import { peopleOf } from '../../../../../shared/domain/alert/rota.ts';
import { silenceOf } from '../../../../../shared/domain/alert/silence.ts';
import { isOpen } from '../../../../../shared/domain/office-hours/office-hours.ts';
import { rule } from './simulate.ts';

const { calendar } = rule;
/** New York is four hours behind in May, five from November on. */
const friday = '2026-05-15T23:00:00.000Z'; // 19:00
const beforeHoliday = '2026-05-22T23:00:00.000Z'; // a Friday, 19:00; Monday is a holiday

describe('an answer', () => {
  test('to P1 and P2 is due after minutes, at any hour', () => {
    assert.equal(answerBy('P1', friday, rule), '2026-05-15T23:15:00.000Z');
    assert.equal(answerBy('P2', friday, rule), '2026-05-15T23:30:00.000Z');
  });

  test('to P3 of Friday evening is due on Monday at one, and over a holiday on Tuesday', () => {
    assert.equal(answerBy('P3', friday, rule), '2026-05-18T17:00:00.000Z');
    assert.equal(answerBy('P3', beforeHoliday, rule), '2026-05-26T17:00:00.000Z');
  });

  test('to P3 of the afternoon goes on in the morning', () => {
    assert.equal(answerBy('P3', '2026-05-20T20:00:00.000Z', rule), '2026-05-21T15:00:00.000Z'); // 16:00; two hours today
    assert.equal(answerBy('P3', '2026-05-20T13:00:00.000Z', rule), '2026-05-20T17:00:00.000Z');
  });

  test('to P4 is due by the end of the next business day', () => {
    assert.equal(answerBy('P4', '2026-05-20T14:00:00.000Z', rule), '2026-05-21T22:00:00.000Z');
    assert.equal(answerBy('P4', beforeHoliday, rule), '2026-05-26T22:00:00.000Z');
  });

  test('keeps to the clock on the wall when summer ends', () => {
    // Friday, 30 October, 19:00; on Sunday clocks go back: Monday 13:00 is 18:00 UTC.
    assert.equal(answerBy('P3', '2026-10-30T23:00:00.000Z', rule), '2026-11-02T18:00:00.000Z');
  });

  test('is due by the clock on the wall where nobody ever works', () => {
    const never = { ...calendar, days: [] };
    assert.equal(afterBusinessMinutes(never, friday, 240), '2026-05-16T03:00:00.000Z');
    assert.equal(endOfBusinessDay(never, friday, 1), '2026-05-16T23:00:00.000Z');
  });

  test('of business time counts exactly the minutes in which people work', () => {
    const minute = fc.integer({ min: 0, max: 14 * 24 * 60 });
    fc.assert(
      fc.property(minute, fc.integer({ min: 1, max: 900 }), (start, minutes) => {
        const from = Date.UTC(2026, 9, 25) + start * 60_000;
        const until = Date.parse(afterBusinessMinutes(calendar, new Date(from).toISOString(), minutes));
        let worked = 0;
        for (let time = from; time < until; time += 60_000) if (isOpen(calendar, new Date(time))) worked += 1;
        assert.equal(worked, minutes);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a review', () => {
  test('is due five business days after P1 and P2, and of nothing else', () => {
    assert.equal(reviewBy('P1', '2026-05-20T14:00:00.000Z', rule), '2026-05-28T22:00:00.000Z'); // over the holiday
    assert.equal(reviewBy('P2', '2026-05-20T14:00:00.000Z', rule), '2026-05-28T22:00:00.000Z');
    assert.equal(reviewBy('P3', '2026-05-20T14:00:00.000Z', rule), null);
  });
});

describe('the people of a role', () => {
  const zone = 'America/New_York';
  const weekly = { role: 'on-call', people: ['anna', 'ben', 'carl'], rotate: 'weekly' as const };
  const nobodyAway = {};
  const of = (moment: string, everybody = {}) => peopleOf(weekly, everybody, moment, zone).join();

  test('take turns from Monday to Sunday', () => {
    const weeks = ['2026-05-18', '2026-05-24', '2026-05-25', '2026-06-01', '2026-06-08'];
    const turns = weeks.map((day) => of(`${day}T16:00:00.000Z`, nobodyAway));
    assert.equal(turns[0], turns[1]);
    assert.equal(new Set([turns[1], turns[2], turns[3]]).size, 3);
    assert.equal(turns[4], turns[1]);
    // Sunday, 22:00 in New York, is Monday in UTC.
    assert.equal(of('2026-05-25T02:00:00.000Z', nobodyAway), turns[1]);
  });

  test('who are on leave are passed over, from its first day to its last', () => {
    const turn = of('2026-05-20T16:00:00.000Z', nobodyAway);
    const away = { [turn]: { away: [{ from: '2026-05-20', to: '2026-05-21' }] } };
    assert.equal(of('2026-05-19T16:00:00.000Z', away), turn);
    assert.notEqual(of('2026-05-20T16:00:00.000Z', away), turn);
    assert.notEqual(of('2026-05-22T03:59:00.000Z', away), turn); // 23:59 of the last day
    assert.equal(of('2026-05-22T04:00:00.000Z', away), turn);
  });

  test('are all asked when all of them are away, or when the role has no turns', () => {
    const gone = { away: [{ from: '2026-01-01', to: '2026-12-31' }] };
    assert.equal(of('2026-05-20T16:00:00.000Z', { anna: gone, ben: gone, carl: gone }), 'anna,ben,carl');
    const all = { ...weekly, rotate: 'never' as const };
    assert.deepEqual(peopleOf(all, { ben: gone }, '2026-05-20T16:00:00.000Z', zone), ['anna', 'carl']);
  });
});

test('of several silences the longest counts, and none that is over or about something else', () => {
  const now = '2026-05-20T16:00:00.000Z';
  const silence = (until: string, change = {}) => ({ reason: until, until, ...change });
  const about = { subject: 'orders', cause: 'connections', members: {} };
  const found = (...silences: ReturnType<typeof silence>[]) => silenceOf(about, silences, now)?.until;
  const [soon, later] = ['2026-05-20T17:00:00.000Z', '2026-05-20T18:00:00.000Z'];
  assert.equal(found(silence(soon, { subject: 'orders' }), silence(later, { cause: 'connections' })), later);
  assert.equal(found(silence(now, { subject: 'orders' })), undefined);
  assert.equal(found(silence(later, { subject: 'payments' })), undefined);
  assert.equal(found(silence(later, { subject: 'orders', cause: 'deadlocks' })), undefined);
});
