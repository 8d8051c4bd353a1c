import assert from 'node:assert/strict';
import { applyCause } from '../../../../../shared/domain/alert/incident.ts';
import { isMissed, missedAlarm, missedEvent, windowOf } from '../../../../../shared/domain/alert/missed-events.ts';
import { readEvent } from '../../../../../shared/domain/alert/read-event.ts';
import { openReviews, reviewMember, sortReviews } from '../../../../../shared/domain/alert/reviews.ts';
import { at, causeOf } from './simulate.ts';

const HOUR = 3600;
const finder = { executionName: 'one', now: at(0), idOf: (moment: string) => moment };
const incidentOf = (...causes: ReturnType<typeof causeOf>[]) =>
  causes.reduce<ReturnType<typeof applyCause>>(
    (before, cause) => applyCause(before?.incident, cause, finder),
    undefined,
  )?.incident;
const place = {
  account: '123456789012',
  stage: 'dev',
  databases: { orders: { instance: 'orders-dev', replicas: [] } },
};

describe('what was not delivered', () => {
  test('is a problem that its incident does not know, nor anything newer of its kind', () => {
    assert.equal(isMissed(undefined, causeOf()), true);
    assert.equal(isMissed(incidentOf(causeOf()), causeOf()), false);
    assert.equal(isMissed(incidentOf(causeOf({ seconds: 59 })), causeOf({ seconds: 118 })), false, 'written otherwise');
    assert.equal(isMissed(incidentOf(causeOf()), causeOf({ seconds: 61 })), true);
    assert.equal(isMissed(incidentOf(causeOf({ seconds: 300 })), causeOf()), false);
    assert.equal(isMissed(incidentOf(causeOf()), causeOf({ member: 'another', seconds: 5 })), true);
  });

  test('is the end that an open incident waits for, and no other one', () => {
    const over = causeOf({ state: 'over', seconds: 90 });
    assert.equal(isMissed(incidentOf(causeOf()), over), true);
    assert.equal(isMissed(incidentOf(causeOf(), over), over), false);
    assert.equal(isMissed(incidentOf(causeOf({ seconds: 100 })), over), false, 'it is a problem again since');
    assert.equal(isMissed(undefined, over), false);
    assert.equal(isMissed(undefined, causeOf({ state: 'unknown' })), false);
    const resolved = incidentOf(causeOf());
    assert.equal(isMissed(resolved && { ...resolved, state: 'resolved' }, over), false);
  });

  test('is looked for from an hour before the last look, and never further than RDS remembers', () => {
    const now = at(100 * 24 * HOUR);
    assert.deepEqual(windowOf(undefined, now), { from: at(100 * 24 * HOUR - HOUR), to: now });
    assert.deepEqual(windowOf(at(99 * 24 * HOUR), now).from, at(99 * 24 * HOUR - HOUR));
    assert.deepEqual(windowOf(at(0), now).from, at(86 * 24 * HOUR + HOUR));
    assert.equal(windowOf(at(200 * 24 * HOUR), now).from, at(100 * 24 * HOUR - HOUR), 'a clock was set back');
  });

  test('is the same incident as the event that is not there', () => {
    const Message = 'The instance has failed';
    const event = {
      SourceIdentifier: 'orders-dev',
      EventCategories: ['failure', 'notification'],
      Message,
      Date: at(5),
    };
    const found = readEvent(missedEvent(event, place, 'us-east-1'), place).cause;
    const detail = { ...event, EventID: 'RDS-EVENT-0031', SourceType: 'DB_INSTANCE' };
    const sent = readEvent(
      {
        ...{ account: place.account, region: 'us-east-1', time: at(7), source: 'aws.rds' },
        ...{ 'detail-type': 'RDS DB Instance Event', detail },
      },
      place,
    ).cause;
    assert.ok(found !== null && sent !== null);
    assert.deepEqual(found, sent);
    assert.equal(isMissed(incidentOf(sent), found), false);
  });

  test('of an alarm says what its event would have said', () => {
    const { cause } = readEvent(
      missedAlarm(
        {
          ...{ alarmName: 'pg-gameday-deadlocks-critical-orders-dev', description: 'It waits. Severity P1.' },
          ...{ value: 'ALARM', reason: 'over its line', at: at(9) },
          metric: {
            ...{ namespace: 'pg-gameday', name: 'DeadlocksPerHour' },
            dimensions: { service: 'collect-health', Database: 'orders' },
          },
        },
        place,
        'us-east-1',
      ),
      place,
    );
    assert.deepEqual(
      [cause?.key, cause?.severity, cause?.state, cause?.at],
      ['123456789012/us-east-1/dev/orders/deadlocks', 'P1', 'problem', at(9)],
    );
  });
});

describe('reviews', () => {
  test('are written when anything lies beside what says that they are due', () => {
    const keys = ['a/due.json', 'b/due.json', 'b/note.md', 'c/note.md'].map((key) => `alert/reviews/${key}`);
    assert.deepEqual(sortReviews(keys, 'alert/reviews/'), { written: ['b', 'c'], awaited: ['a'] });
  });

  const review = (change: object = {}) => ({
    ...{ account: place.account, region: 'us-east-1', time: at(0), source: 'pg-gameday' },
    'detail-type': 'Incident Review',
    detail: {
      ...{ stage: 'dev', incidentId: 'i1', severity: 'P1', title: 'orders: silent', reviewBy: at(0) },
      ...{ pageKey: 'a-page', state: 'problem', at: at(0), ...change },
    },
  });

  test('that are overdue are one P4 of the stage, over when all are written', () => {
    const cause = (change: object = {}) => readEvent(review(change), place).cause ?? assert.fail();
    assert.deepEqual([cause().severity, cause().key.endsWith('/stage/review-overdue')], ['P4', true]);
    assert.equal(cause({ incidentId: 'i2' }).key, cause().key);
    const both = incidentOf(cause(), cause({ incidentId: 'i2' }), cause({ state: 'over', at: at(60) }));
    assert.deepEqual([...openReviews(both)], [reviewMember('i2')]);
    assert.deepEqual([...openReviews(both && { ...both, state: 'resolved' })], []);
    assert.deepEqual([...openReviews(undefined)], []);
    assert.equal(readEvent(review({ stage: 'prod' }), place).cause, null);
  });

  test('and a heartbeat asks nobody', () => {
    const beat = { ...review(), 'detail-type': 'Alert Heartbeat', detail: { stage: 'dev' } };
    assert.deepEqual(readEvent(beat, place), { cause: null, why: 'a heartbeat, which asks nobody' });
  });
});
