import { AlertTestRecord } from '../../../shared/contracts/alert-test/alert-test.ts';
import { followTestAlarm } from '../../demo/follow-test-alarm.ts';
import { openPeople } from '../../demo/people.ts';
import type { Drill } from '../drill.ts';

/** Slack and PagerDuty are on this computer; nobody presses the button but the robot. */
export const drill: Drill = {
  lasts: 'ten seconds',
  costs: 'a few Lambdas, and a message on each channel',
  event: 'events/alert-test/weekly.json',
  megabytes: 8,
  async prepare({ sandbox, ends }) {
    await openPeople(sandbox);
    const over = new AbortController();
    followTestAlarm(sandbox, over.signal).catch(() => {});
    ends.defer(() => over.abort());
    return undefined;
  },
  async show({ output, cause, read }) {
    const key = (output as { recordKey?: string } | null)?.recordKey ?? /record is (\S+json)\./.exec(cause ?? '')?.[1];
    if (key === undefined) return { lines: [cause ?? 'no cause is given'], isGood: false, files: new Map() };
    const text = await read(key);
    const { topics, answer, seconds, problems, notes } = AlertTestRecord.parse(JSON.parse(text));
    return {
      lines: [
        answer === null
          ? 'the alarm has opened no incident'
          : `asked ${answer.reached.join(', ')}; ${answer.by === null ? 'nobody has answered' : `${answer.by} answered by ${answer.way} after ${seconds} s`}`,
        ...topics.map(
          ({ topic, wanted, confirmed }) => `  topic ${topic.padEnd(5)} ${confirmed} of ${wanted} confirmed`,
        ),
        ...[...problems, ...notes].map((one) => `  ${one}`),
      ],
      isGood: problems.length === 0,
      files: new Map([['record.json', text]]),
    };
  },
};
