import { AlarmMessage, type Channel, type Notification, Severity, type SnsMessage } from '../contracts/notification.ts';

/** Which channels a severity goes to. */
export type Routing = Readonly<Record<Severity, readonly Channel[]>>;

/** An outcome of ours by its attributes, an alarm by its JSON; anything else is told as it is, and loses nothing. */
export function readNotification(message: SnsMessage, stage: string): Notification {
  const alarm = AlarmMessage.safeParse(parseJson(message.Message)).data;
  if (alarm !== undefined) return ofAlarm(alarm, stage);
  const attribute = (name: string) => message.MessageAttributes[name]?.Value;
  const state = attribute('state');
  const lines = message.Message.split('\n');
  return {
    severity: Severity.safeParse(attribute('severity')).data ?? 'P3',
    state: state === 'problem' || state === 'resolved' ? state : 'told',
    dedupKey: keyOf(stage, attribute('workflow'), attribute('database')) ?? `${stage}/message/${message.MessageId}`,
    stage,
    title: message.Subject ?? lines[0] ?? '',
    lines,
    at: message.Timestamp,
  };
}

function ofAlarm(alarm: AlarmMessage, stage: string): Notification {
  const description = alarm.AlarmDescription ?? '';
  const [, told, words = description] = /^(P[1-4]): ([\s\S]*)$/.exec(description) ?? [];
  const metrics = alarm.Trigger.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? []);
  const dimension = (name: string) => [...alarm.Trigger.Dimensions, ...metrics].find((one) => one.name === name)?.value;
  const isOver = alarm.NewStateValue === 'OK';
  return {
    severity: Severity.safeParse(told).data ?? 'P3',
    // What cannot be measured is no better than what is known to be wrong.
    state: isOver ? 'resolved' : 'problem',
    // An alarm on a database's backups and a run that failed are one incident: a person is called once.
    dedupKey: keyOf(stage, dimension('service'), dimension('Database')) ?? `${stage}/alarm/${alarm.AlarmName}`,
    stage,
    title: `[${stage}] ${isOver ? 'OK' : alarm.NewStateValue}: ${alarm.AlarmName}`,
    lines: [words, alarm.NewStateReason, `Region ${alarm.Region}`].filter((line) => line !== ''),
    at: alarm.StateChangeTime,
  };
}

const keyOf = (stage: string, workflow: string | undefined, database: string | undefined) =>
  workflow === undefined || database === undefined ? undefined : `${stage}/${workflow}/${database}`;

/**
 * Where a notification goes, of the channels that there are. PagerDuty gets what can be open: a problem of its
 * severity, and the end of any, for a problem may have come with another severity than its end.
 */
export function channelsFor(
  { severity, state }: Pick<Notification, 'severity' | 'state'>,
  routing: Routing,
  available: readonly Channel[],
): Channel[] {
  const pages = Object.values(routing).some((channels) => channels.includes('pagerDuty'));
  const isPaged = (state === 'problem' && routing[severity].includes('pagerDuty')) || (state === 'resolved' && pages);
  const others = routing[severity].filter((channel) => channel !== 'pagerDuty');
  return available.filter((channel) => (channel === 'pagerDuty' ? isPaged : others.includes(channel)));
}

/**
 * Who else may tell it when `failed` could not: first a channel that has told it already, for then it only has to be
 * added what failed; then one that was not wanted. Nobody is called by telephone for that.
 */
export function substitutesFor(
  failed: readonly Channel[],
  wanted: readonly Channel[],
  available: readonly Channel[],
): Channel[] {
  const able = available.filter((channel) => !failed.includes(channel) && channel !== 'pagerDuty');
  return [
    ...able.filter((channel) => wanted.includes(channel)),
    ...able.filter((channel) => !wanted.includes(channel)),
  ];
}

/** What a substitute tells. */
export function substitution(notification: Notification, failures: readonly string[]): Notification {
  return {
    ...notification,
    state: 'told',
    lines: [...notification.lines, '', ...failures.map((failure) => `Not delivered: ${failure}`)],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
