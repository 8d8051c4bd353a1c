import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { followTestAlarm } from '../demo/follow-test-alarm.ts';
import { changeAlarm, openPeople } from '../demo/people.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';
import { byHand } from './run-names.ts';
import { runSchedule } from './run-schedule.ts';

const failure = { state: 'NotifyIncident', error: 'Exercise', cause: 'an exercise' };
const bound = 60_000;
/** Only an execution that waits is woken up; one that does not yet sees for itself. */
const untilItWaits = 1500;

/** An incident from its alarm to its record, and what is published when nobody can be asked. */
export const exercisesOfAlert = (): Exercise[] => [
  { title: 'an alarm that is asked about, taken and over', run: liveThrough },
  ...(['P1', 'P2', 'P3', 'P4'] as const).map((severity) => ({
    title: `an alarm of ${severity} that could not go its way`,
    async run(sandbox: Sandbox) {
      const answer = await invoke(sandbox, 'publishIncident', {
        executionName: 'exercise',
        event: {},
        id: null,
        severity,
        failure,
      });
      return typeof answer['messageId'] === 'string' ? undefined : `answered ${JSON.stringify(answer)}`;
    },
  })),
  { title: 'a test of the alert path, answered by the robot and recorded twice', run: testPath },
  {
    title: 'the schedule that watches the alert path in each region',
    async run(sandbox) {
      for (const stack of sandbox.stacks) {
        const wrong = await runSchedule(sandbox, 'watch-alerts', stack);
        if (wrong !== undefined) return `${stack.region}: ${wrong}`;
      }
      return undefined;
    },
  },
];

/** Its quarter of an hour is shorter here than the way: how the execution itself ends makes no difference. */
async function testPath(sandbox: Sandbox): Promise<string | undefined> {
  const people = await openPeople(sandbox);
  const over = new AbortController();
  try {
    followTestAlarm(sandbox, over.signal).catch(() => {});
    const raisedAt = new Date().toISOString();
    await runSchedule(sandbox, 'alert-test');
    let found: Record<string, unknown> = {};
    for (let waited = 0; waited < bound && found['isAnswered'] !== true; waited += 500) {
      await pause(500);
      found = await invoke(sandbox, 'checkTestAnswer', { executionName: byHand, raisedAt });
    }
    const { answer } = found;
    const facts = { executionName: byHand, raisedAt, topics: [], answer: answer ?? null, failure: null };
    for (const _ of ['first', 'again']) {
      const { isPassed, summary } = await invoke(sandbox, 'recordAlertTest', facts);
      if (isPassed !== true) return String(summary);
    }
    return undefined;
  } finally {
    over.abort();
    await people.leave();
  }
}

async function liveThrough(sandbox: Sandbox): Promise<string | undefined> {
  const people = await openPeople(sandbox);
  const bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const silence = { reason: 'an exercise', until: '2026-01-01T00:00Z', subject: 'nobody' };
  await sandbox.dispatch(
    's3',
    'PutObject',
    { Bucket: bucket, Key: 'alert/silences/exercise.json', Body: Buffer.from(JSON.stringify(silence)) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  );
  const alarm = {
    ...{ name: 'pg-gameday-deadlocks-critical-fantasy-dev', severity: 'P2', metric: 'DeadlocksPerHour' },
    ...{ dimensions: { Database: 'fantasy' }, newest: 12, threshold: 10 },
  };
  const ended = new Promise<string>((resolve) => {
    const stop = sandbox.states.onEvent((event) => {
      if (event.kind !== 'status' || !event.detail.executionArn.includes(':alert-dev:')) return;
      if (event.detail.status === 'RUNNING' || event.detail.output?.includes('recordKey') === false) return;
      stop();
      resolve(event.detail.status);
    });
  });
  try {
    await changeAlarm(sandbox, { ...alarm, value: 'ALARM', at: new Date() });
    const link = await until(() => people.got.map(people.linkIn).find((url) => url !== undefined));
    if (link === undefined) return 'nobody was asked';
    const body = '{"event":{"event_type":"pagey.ping","data":{}}}';
    const signature = `v1=${createHmac('sha256', people.webhookSecret).update(body).digest('hex')}`;
    const ping = await fetch(new URL('pagerduty', link), {
      method: 'POST',
      body,
      headers: { 'x-pagerduty-signature': signature },
    });
    if (ping.status !== 202) return `the webhook answered ${ping.status}`;
    const shown = await fetch(link);
    await pause(untilItWaits);
    const pressed = await fetch(link, { method: 'POST' });
    if (shown.status !== 200 || pressed.status !== 200)
      return `the page answered ${shown.status} and ${pressed.status}`;
    const key = `${sandbox.template.account}/${sandbox.region}/dev/fantasy/deadlocks`;
    // As of an execution that is no longer the driver: it is woken up at once.
    const lateDriver = { executionName: 'exercise', key, id: 'none', token: 'exercise' };
    const awaited = await invoke(sandbox, 'awaitAnswer', lateDriver);
    if (awaited['isAnswered'] !== false) return `awaitAnswer answered ${JSON.stringify(awaited)}`;
    await pause(untilItWaits);
    await changeAlarm(sandbox, { ...alarm, value: 'OK', at: new Date(), newest: 0 });
    const status = await Promise.race([ended, pause(bound, 'still running', { ref: false })]);
    return status === 'SUCCEEDED' ? undefined : `the incident's execution is ${status}`;
  } finally {
    await people.leave();
  }
}

async function until<T>(look: () => T | undefined): Promise<T | undefined> {
  for (let waited = 0; waited < bound; waited += 50) {
    const found = look();
    if (found !== undefined) return found;
    await pause(50);
  }
  return undefined;
}
