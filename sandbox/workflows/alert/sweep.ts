import { setTimeout as pause } from 'node:timers/promises';
import { openPeople, type People } from '../../demo/people.ts';
import { asOperator } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import type { Sandbox } from '../../sandbox.ts';
import { readMetricAlarm } from '../../services/cloudwatch/alarms/read-alarm.ts';

/** As long as the alarm stays when nobody has heard of it: what was lost is found while it lasts. */
const patienceMilliseconds = 120_000;

let people: People | undefined;
let inSandbox: Sandbox | undefined;
let runs = 0;

/** Each run has an alarm of its own, of the stage: those of one database that come within two minutes are one incident. */
const alarmOf = (run: number): string => `pg-gameday-sweep-${run}-critical-dev`;

function makeAlarm(sandbox: Sandbox, run: number): void {
  sandbox.alarms.remove(sandbox.region, alarmOf(run - 1));
  const alarm = {
    ...{
      AlarmName: alarmOf(run),
      AlarmDescription: 'A sweep. Severity P1.',
      Namespace: 'pg-gameday',
      MetricName: 'Sweep',
    },
    Dimensions: [{ Name: 'service', Value: 'collect-health' }],
    ...{ Statistic: 'Maximum' as const, Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ...{ ComparisonOperator: 'GreaterThanThreshold' as const, AlarmActions: [], OKActions: [] },
  };
  sandbox.alarms.put(sandbox.region, readMetricAlarm(alarm));
}

const setState = (sandbox: Sandbox, run: number, value: 'ALARM' | 'OK'): Promise<void> =>
  sandbox.alarms.setState(sandbox.region, alarmOf(run), { value, reason: 'a sweep', reasonData: undefined });

/** `sweep-1` is not `sweep-12`. */
const isAbout = (text: string, run: number): boolean => new RegExp(`sweep-${run}\\b`).test(text);

const questionsOf = (run: number): string[] =>
  (people?.got ?? [])
    .map(({ channel, body }) => `${channel} ${JSON.stringify(body)}`)
    .filter((text) => isAbout(text, run) && /has until \S+ to answer/.test(text));

const isPublished = (sandbox: Sandbox, run: number): boolean =>
  sandbox.template.topics.flatMap(({ arn }) => sandbox.sns.messages(arn)).some(({ message }) => isAbout(message, run));

/** Somebody who presses the button when he is asked; then the alarm ends. */
async function answer(sandbox: Sandbox, run: number): Promise<void> {
  const until = Date.now() + patienceMilliseconds;
  while (questionsOf(run).length === 0 && !isPublished(sandbox, run) && Date.now() < until) await pause(100);
  const link = people?.got.map(people.linkIn).find((_, index) => isAbout(JSON.stringify(people?.got[index]), run));
  // A page that cannot be had is part of the sweep: then the alarm ends without an answer.
  if (link !== undefined) await fetch(link, { method: 'POST' }).catch(() => undefined);
  await setState(sandbox, run, 'OK');
}

/**
 * No alarm is lost, whatever fails, and none stays open: what was lost on the way from CloudWatch is found when all works again. Nobody
 * hears of one request more than twice on a channel.
 */
export const workflow: SweptWorkflow = {
  async prepare({ sandbox }) {
    if (inSandbox !== sandbox) {
      people = await openPeople(sandbox);
      inSandbox = sandbox;
    }
    runs += 1;
    makeAlarm(sandbox, runs);
  },
  async emit({ sandbox }) {
    answer(sandbox, runs).catch(() => {});
    await setState(sandbox, runs, 'ALARM');
  },
  async heal({ sandbox }) {
    const machine = sandbox.template.stateMachines.find(({ name }) => name === 'watch-alerts-dev');
    const look = async () => {
      const order = { stateMachineArn: machine?.arn, input: '{}' };
      const { executionArn } = await asOperator(sandbox)<{ executionArn: string }>('states', 'StartExecution', order);
      await sandbox.states.waitForEnd(executionArn);
    };
    await look();
    // The alarm may have ended since, and its end may be what was lost.
    for (const until = Date.now() + 10_000; Date.now() < until; ) {
      if (sandbox.alarms.find(sandbox.region, alarmOf(runs))?.state.value === 'OK') break;
      await pause(100);
    }
    await look();
  },
  violations() {
    const questions = questionsOf(runs);
    const often = [
      ...Map.groupBy(questions, (text) => text.split(' ', 1)[0] + (/has until (\S+)/.exec(text)?.[1] ?? '')),
    ]
      .filter(([, same]) => same.length > 2)
      .map(([what, same]) => `asked ${same.length} times: ${what}`);
    const isHeard = questions.length > 0 || (inSandbox !== undefined && isPublished(inSandbox, runs));
    return [...often, ...(isHeard ? [] : ['an alarm was lost: nobody was asked, and no topic has it'])];
  },
};
