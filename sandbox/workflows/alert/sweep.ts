import { setTimeout as pause } from 'node:timers/promises';
import { changeAlarm, openPeople, type People } from '../../demo/people.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import type { Sandbox } from '../../sandbox.ts';

/** As long as the robot waits to be asked before the alarm ends by itself. */
const patienceMilliseconds = 20_000;

let people: People | undefined;
let inSandbox: Sandbox | undefined;
let runs = 0;

/** Each run has an alarm of its own, and so an incident that no other run has to do with. */
const alarmOf = (run: number) => ({
  ...{ name: `pg-gameday-sweep-${run}-critical-fantasy-dev`, severity: 'P1', metric: 'Sweep' },
  ...{ dimensions: { Database: 'fantasy' }, newest: 2, threshold: 1 },
});

const questionsOf = (run: number): string[] =>
  (people?.got ?? [])
    .map(({ channel, body }) => `${channel} ${JSON.stringify(body)}`)
    .filter((text) => text.includes(`sweep-${run}`) && /has until \S+ to answer/.test(text));

/** Somebody who presses the button when he is asked; then the alarm ends. */
async function answer(sandbox: Sandbox, run: number): Promise<void> {
  const until = Date.now() + patienceMilliseconds;
  while (questionsOf(run).length === 0 && Date.now() < until) await pause(100);
  const link = people?.got
    .map(people.linkIn)
    .find((_, index) => JSON.stringify(people?.got[index]).includes(`sweep-${run}`));
  // A page that cannot be had is part of the sweep: then the alarm ends without an answer.
  if (link !== undefined) await fetch(link, { method: 'POST' }).catch(() => undefined);
  await changeAlarm(sandbox, { ...alarmOf(run), value: 'OK', at: new Date(), newest: 0 });
}

/** No alarm is lost, whatever fails; and nobody hears of one request more than twice on a channel. */
export const workflow: SweptWorkflow = {
  async prepare({ sandbox }) {
    if (inSandbox !== sandbox) {
      people = await openPeople(sandbox);
      inSandbox = sandbox;
    }
    runs += 1;
    answer(sandbox, runs).catch(() => {});
  },
  input({ sandbox }) {
    const { name, severity, metric, dimensions, newest, threshold } = alarmOf(runs);
    const timestamp = new Date().toISOString().replace('Z', '+0000');
    const reasonData = JSON.stringify({ version: '1.0', recentDatapoints: [newest], threshold });
    const metricStat = {
      metric: { namespace: 'pg-gameday', name: metric, dimensions: { service: 'collect-health', ...dimensions } },
      ...{ period: 60, stat: 'Maximum' },
    };
    return {
      ...{ version: '0', id: `sweep-${runs}`, source: 'aws.cloudwatch', account: sandbox.template.account },
      ...{ 'detail-type': 'CloudWatch Alarm State Change', time: new Date().toISOString(), region: sandbox.region },
      resources: [],
      detail: {
        alarmName: name,
        state: { value: 'ALARM', reason: 'a sweep', reasonData, timestamp },
        configuration: { description: `A sweep. Severity ${severity}.`, metrics: [{ id: 'm1', metricStat }] },
      },
    };
  },
  violations({ executions, wasCutOff }) {
    const questions = questionsOf(runs);
    const often = [
      ...Map.groupBy(questions, (text) => text.split(' ', 1)[0] + (/has until (\S+)/.exec(text)?.[1] ?? '')),
    ]
      .filter(([, same]) => same.length > 2)
      .map(([what, same]) => `asked ${same.length} times: ${what}`);
    const messages = inSandbox?.template.topics.flatMap(({ arn }) => inSandbox?.sns.messages(arn) ?? []) ?? [];
    const isHeard = questions.length > 0 || messages.some(({ message }) => message.includes(`sweep-${runs}`));
    return [
      ...often,
      ...(isHeard || wasCutOff || executions.length === 0
        ? []
        : ['an alarm was lost: nobody was asked, and no topic has it']),
    ];
  },
};
