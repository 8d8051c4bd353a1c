import assert from 'node:assert/strict';
import { followTestAlarm } from '../../../sandbox/demo/follow-test-alarm.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { hashOf } from '../../../shared/alert/incident-store.ts';
import { Incident } from '../../../shared/contracts/alert/alert.ts';
import { AlertTestRecord } from '../../../shared/contracts/alert-test/alert-test.ts';
import { testKey } from '../../../shared/domain/alert/alert-test.ts';
import { isOpenMember } from '../../../shared/domain/alert/incident.ts';
import { reviewMember } from '../../../shared/domain/alert/reviews.ts';
import { incidentKey, reviewDueKey } from '../../../shared/evidence/keys.ts';
import { type AlertScene, openAlertScene } from '../../support/sandbox/alert-scene.ts';
import { waitUntil } from '../../support/wait-until.ts';

const region = 'us-east-1';

/** One sandbox for all. A quarter of an hour is a quarter of a minute: as long as the path may take. */
describe('the alert path', () => {
  let scene: AlertScene;
  const over = new AbortController();
  beforeAll(async () => {
    scene = await openAlertScene({ speed: 60 });
    followTestAlarm(scene.fixture.sandbox, over.signal).catch(() => {});
  });
  afterAll(() => {
    over.abort();
    return scene.close();
  });

  const recordOf = async (name: string) =>
    AlertTestRecord.parse(JSON.parse(await scene.fixture.read(`alert-test/${name}/record.json`)));
  const incidentOf = async (...subjectAndCause: string[]): Promise<Incident | undefined> => {
    const { account } = scene.fixture.sandbox.template;
    const key = incidentKey(hashOf([account, region, 'dev', ...subjectAndCause].join('/')));
    return (await scene.exists(key)) ? Incident.parse(JSON.parse(await scene.fixture.read(key))) : undefined;
  };

  test('is gone by the weekly test from a metric to the button, by the robot, which counts who hears', async () => {
    const { status, cause, name, notifications } = await scene.fixture.run('alert-test');
    assert.equal(status, 'SUCCEEDED', cause);
    const { answer, seconds, problems, topics } = await recordOf(name);
    assert.deepEqual(problems, []);
    assert.deepEqual([answer?.by, answer?.way], ['test-robot', 'link']);
    assert.ok(seconds !== null && seconds >= 0);
    assert.deepEqual(
      topics.map(({ topic, wanted, confirmed }) => `${topic} ${confirmed} of ${wanted}`),
      ['P1 1 of 1', 'P2 1 of 1', 'P3 1 of 1', 'P4 1 of 1', 'mail 1 of 1', 'page 3 of 3'],
    );
    assert.ok(notifications.some(({ subject }) => subject?.includes('answered by test-robot')));
    assert.match(JSON.stringify(scene.slack.got[0]), /TEST, nothing is wrong/);
    const { account } = scene.fixture.sandbox.template;
    assert.ok(await scene.exists(incidentKey(hashOf(testKey(account, region, 'dev')))));
  });

  test('carries a heartbeat, which the other region counts; of one that is silent that region rings by its own topic', async () => {
    const { sandbox } = scene.fixture;
    const first = await scene.fixture.run('watch-alerts');
    assert.equal(first.status, 'SUCCEEDED', first.cause);
    await waitUntil('alert has the heartbeat', () =>
      scene.fixture.log.some((line) => line.includes('AlertHeartbeats')),
    );
    const alarm = 'pg-gameday-alert-path-silent-dev';
    const stateThere = async () => {
      await sandbox.alarms.evaluateAt(new Date(Date.now() + 60_000), { only: alarm });
      return sandbox.alarms.find('us-west-2', alarm)?.state.value;
    };
    assert.equal(await stateThere(), 'ALARM', 'nobody has looked yet');
    const rung = sandbox.sns.messages(`arn:aws:sns:us-west-2:${sandbox.template.account}:pg-gameday-p1-dev`);
    assert.match(rung.at(-1)?.subject ?? '', /alert-path-silent/);
    assert.deepEqual((await runIn(sandbox, 'us-west-2', 'watch-alerts')).other, { region, heartbeats: 1 });
    assert.equal(await stateThere(), 'OK');
  });

  test('takes up a change of an alarm that was not delivered, and its end, once each', async () => {
    const { sandbox } = scene.fixture;
    const alarm = 'pg-gameday-deadlocks-critical-fantasy-dev';
    const rule = sandbox.bus.rule(region, 'alert-event-dev') ?? assert.fail();
    const unheard = async (value: 'ALARM' | 'OK') => {
      rule.enabled = false;
      await sandbox.alarms.setState(region, alarm, { value, reason: 'it is so', reasonData: undefined });
      rule.enabled = true;
    };
    const questions = () =>
      scene.slack.got.filter(({ body }) => /deadlocks[\s\S]*Look and/.test(JSON.stringify(body))).length;
    await unheard('ALARM');
    assert.equal(await incidentOf('fantasy', 'deadlocks'), undefined);
    for (const _ of ['found', 'known']) assert.equal((await scene.fixture.run('watch-alerts')).status, 'SUCCEEDED');
    await waitUntil('somebody is asked', () => questions() > 0);
    await unheard('OK');
    await scene.fixture.run('watch-alerts');
    await waitUntil('it is over', async () => (await incidentOf('fantasy', 'deadlocks'))?.state === 'resolved');
    const incident = await incidentOf('fantasy', 'deadlocks');
    assert.deepEqual([incident?.recurrences, incident?.steps.filter(({ rank }) => rank === 0).length], [0, 1]);
  });

  test('has a P4 of a review that is overdue, which is over when the review is written', async () => {
    const { call, sandbox } = scene.fixture;
    const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const put = (Key: string, text: string) => call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(text) });
    const due = (incidentId: string, reviewBy: string) =>
      put(
        reviewDueKey(incidentId),
        JSON.stringify({ schemaVersion: 1, incidentId, severity: 'P1', title: 'a title', reviewBy, pageKey: 'a-page' }),
      );
    await due('late-1', '2026-05-20T16:00:00.000Z');
    await due('in-time-2', '2999-05-20T16:00:00.000Z');
    const isOpen = async (id: string) => {
      const member = (await incidentOf('stage', 'review-overdue'))?.members[reviewMember(id)];
      return member !== undefined && isOpenMember(member);
    };
    assert.equal((await scene.fixture.run('watch-alerts')).status, 'SUCCEEDED');
    await waitUntil('it is overdue', () => isOpen('late-1'));
    assert.equal(await isOpen('in-time-2'), false);
    assert.equal((await incidentOf('stage', 'review-overdue'))?.severity, 'P4');
    await put('alert/reviews/late-1/review.md', 'what was learnt');
    assert.equal((await scene.fixture.run('watch-alerts')).status, 'SUCCEEDED');
    await waitUntil('it is written', async () => !(await isOpen('late-1')));
  });

  test('that nobody answers, and a topic that nobody hears, fail the test, which rings by its topic', async () => {
    const { sandbox } = scene.fixture;
    await waitUntil(
      'the test before is over',
      async () => (await incidentOf('stage', 'alert-test'))?.state === 'resolved',
    );
    const page = `arn:aws:sns:${region}:${sandbox.template.account}:pg-gameday-page-dev`;
    const { Subscriptions } = await scene.fixture.call<{ Subscriptions: { SubscriptionArn: string }[] }>(
      ...(['sns', 'ListSubscriptionsByTopic', { TopicArn: page }] as const),
    );
    for (const { SubscriptionArn } of Subscriptions)
      await scene.fixture.call('sns', 'Unsubscribe', { SubscriptionArn });
    const { status, error, cause, name } = await scene.fixture.run('alert-test');
    assert.deepEqual([status, error], ['FAILED', 'AlertTestFailed']);
    assert.match(cause, /nobody has answered in time; topic 'page' has no confirmed subscriber/);
    const { topics } = await recordOf(name);
    assert.deepEqual(topics.find(({ topic }) => topic === 'page')?.unconfirmed, ['anna', 'ben', 'lead']);
    await sandbox.alarms.evaluateAt(new Date(Date.now() + 60_000), { only: 'pg-gameday-alert-test-failed-dev' });
    assert.ok(
      scene
        .topic('P1Topic')()
        .some(({ subject }) => subject?.includes('pg-gameday-alert-test-failed-dev')),
    );
  });
});

/** The machine of the second region. */
async function runIn(sandbox: Sandbox, there: string, workflow: string): Promise<{ other: unknown }> {
  const { account } = sandbox.template;
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: `arn:aws:states:${there}:${account}:stateMachine:${workflow}-dev`, input: '{}' },
    { region: there, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, output, cause } = await sandbox.states.waitForEnd(executionArn);
  assert.equal(status, 'SUCCEEDED', cause ?? '');
  return JSON.parse(output ?? 'null');
}
