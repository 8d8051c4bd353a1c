import assert from 'node:assert/strict';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { followTestAlarm } from '../../../sandbox/workflows/alert-test/follow-test-alarm.ts';
import { hashOf } from '../../../shared/alert/incident-store.ts';
import { Incident } from '../../../shared/contracts/alert/alert.ts';
import { AlertTestRecord } from '../../../shared/contracts/alert/alert-test.ts';
import { testKey } from '../../../shared/domain/alert/alert-test.ts';
import { incidentKey } from '../../../shared/evidence/keys.ts';
import { type AlertScene, openAlertScene } from '../../support/sandbox/alert-scene.ts';
import { waitUntil } from '../../support/wait-until.ts';

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

  test('is gone by the weekly test from a metric to the button, is by the robot, which counts who hears', async () => {
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
    const account = scene.fixture.sandbox.template.account;
    const incident = Incident.parse(
      JSON.parse(await scene.fixture.read(incidentKey(hashOf(testKey(account, 'us-east-1', 'dev'))))),
    );
    assert.equal(incident.severity, 'P1');
  });

  test('carries a heartbeat, which the other region counts; of one that is silent it alarms by its own topic', async () => {
    const { sandbox } = scene.fixture;
    const first = await scene.fixture.run('watch-alerts');
    assert.equal(first.status, 'SUCCEEDED', first.cause);
    await waitUntil('alert has the heartbeat', () =>
      scene.fixture.log.some((line) => line.includes('AlertHeartbeats')),
    );
    const there = await runIn(sandbox, 'us-west-2', 'watch-alerts');
    assert.deepEqual(there.other, { region: 'us-east-1', heartbeats: 1 });
  });
});

/** The machine of the second region. */
async function runIn(sandbox: Sandbox, region: string, workflow: string): Promise<{ other: unknown }> {
  const { account } = sandbox.template;
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${workflow}-dev`, input: '{}' },
    { region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, output, cause } = await sandbox.states.waitForEnd(executionArn);
  assert.equal(status, 'SUCCEEDED', cause ?? '');
  return JSON.parse(output ?? 'null');
}
