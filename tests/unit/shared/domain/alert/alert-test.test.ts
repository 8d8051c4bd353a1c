import assert from 'node:assert/strict';
import type { TestAnswer } from '../../../../../shared/contracts/alert-test/alert-test.ts';
import {
  assessAlertTest,
  countSubscribers,
  isTest,
  readTestAnswer,
  robotAddress,
  testKey,
  testSummary,
} from '../../../../../shared/domain/alert/alert-test.ts';
import { applyCause } from '../../../../../shared/domain/alert/incident.ts';
import { at, causeOf, makeSimulation } from './simulate.ts';

const answer: TestAnswer = {
  ...{ incidentId: 'i', askedAt: at(40), acknowledgedAt: at(65), by: 'test-robot', way: 'link' },
  ...{ reached: ['slack'], missed: [] },
};
const topic = (name: string, wanted: number, confirmed: number, unconfirmed: string[] = []) => ({
  ...{ topic: name, wanted, confirmed, unconfirmed },
});
const found = { raisedAt: at(0), topics: [topic('P1', 1, 1), topic('page', 3, 3)], answer, failure: null };
const problemsOf = (change: Partial<typeof found> | object) => assessAlertTest({ ...found, ...change }).problems;

describe('a test of the alert path', () => {
  test('has passed when it was answered, all were reached, and somebody hears of each topic', () => {
    assert.deepEqual(assessAlertTest(found), { seconds: 65, problems: [], notes: [] });
    assert.match(
      testSummary({ ...found, ...assessAlertTest(found) }),
      /answered by test-robot after 65 s; .*P1 1, page 3/,
    );
  });

  test('has failed in each other case, by name', () => {
    assert.deepEqual(problemsOf({ answer: null }), ['the alarm has opened no incident']);
    assert.deepEqual(problemsOf({ answer: { ...answer, acknowledgedAt: null } }), ['nobody has answered in time']);
    assert.deepEqual(problemsOf({ answer: { ...answer, askedAt: null } }), ['nobody was asked']);
    assert.deepEqual(problemsOf({ answer: { ...answer, missed: ['pagerDuty'] } }), ["'pagerDuty' was not reached"]);
    assert.deepEqual(problemsOf({ topics: [topic('page', 3, 0)] }), ["topic 'page' has no confirmed subscriber"]);
    assert.deepEqual(problemsOf({ topics: [topic('mail', 0, 0)] }), [], 'nobody is to hear of it');
    const failure = { state: 'CheckTestAnswer', error: 'AccessDeniedError', cause: 'why' };
    assert.deepEqual(problemsOf({ failure }), ['AccessDeniedError in CheckTestAnswer']);
  });

  test('names who has not confirmed, and passes while others have', () => {
    const { problems, notes } = assessAlertTest({ ...found, topics: [topic('page', 3, 2, ['ben'])] });
    assert.deepEqual([problems, notes], [[], ["'ben' has not confirmed topic 'page'"]]);
  });

  test('counts only who is to hear of a topic, and has confirmed', () => {
    const wanted = [
      { name: 'anna', endpoint: 'Anna@example.com' },
      { name: 'ben', endpoint: 'ben@example.com' },
    ];
    const subscriber = (endpoint: string, isConfirmed = true, protocol = 'email') => ({
      protocol,
      endpoint,
      isConfirmed,
    });
    const count = (...all: ReturnType<typeof subscriber>[]) =>
      countSubscribers({ topic: 'page', protocol: 'email', wanted }, all);
    assert.deepEqual(
      count(subscriber('anna@example.com'), subscriber('ben@example.com', false)),
      topic('page', 2, 1, ['ben']),
    );
    assert.equal(count(subscriber('arn:of:the:robot', true, 'lambda'), subscriber('x@example.com')).confirmed, 0);
    const carrier = {
      topic: 'P1',
      protocol: 'lambda' as const,
      wanted: [{ name: 'sendNotification', endpoint: null }],
    };
    assert.equal(countSubscribers(carrier, [subscriber('arn:a', true, 'lambda')]).confirmed, 1);
    assert.equal(countSubscribers(carrier, [subscriber('anna@example.com')]).confirmed, 0, 'somebody else subscribes');
    assert.deepEqual(countSubscribers(carrier, []), topic('P1', 1, 0, ['sendNotification']));
  });

  const cause = causeOf({ subject: 'stage', cause: 'alert-test', seconds: 30 });
  const finder = { executionName: 'one', now: at(30), idOf: () => 'i' };
  const incident = applyCause(undefined, cause, finder)?.incident;

  test('is read from its own incident, and not from that of an earlier test', () => {
    assert.ok(incident);
    const deliveries = {
      slack: { channel: 'slack' as const, tries: ['sent' as const] },
      pagerDuty: { channel: 'pagerDuty' as const, tries: ['open' as const, 'failed' as const] },
      [robotAddress]: { channel: 'email' as const, tries: ['open' as const] },
    };
    const read = readTestAnswer(incident, deliveries, at(0));
    assert.deepEqual([read?.reached, read?.missed], [['slack'], ['pagerDuty']]);
    assert.equal(readTestAnswer(incident, {}, at(91)), undefined);
    assert.equal(readTestAnswer(undefined, {}, at(0)), undefined);
  });

  test('is known by its subject and cause, and owes nobody a review', () => {
    assert.ok(incident && isTest(incident));
    assert.equal(incident.key, testKey('123456789012', 'us-east-1', 'dev'));
    assert.ok(!isTest({ subject: 'orders', cause: 'alert-test' }));
    for (const [given, owes] of [
      [cause, false],
      [causeOf(), true],
    ] as const) {
      const run = makeSimulation();
      run.deliver({ ...given, at: at(0) });
      run.deliver({ ...given, at: at(60), state: 'over' });
      run.until(7200);
      assert.equal(run.resolved[0]?.reviewBy !== null, owes);
    }
  });
});
