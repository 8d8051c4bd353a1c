import { Severity } from '../../contracts/common.ts';
import { AlarmMessage, type Channel, type Notification, type SnsMessage } from '../../contracts/notification.ts';
import { type CostMessage, readAnomalyMessage, readBudgetMessage } from '../cost/message.ts';
import type { SeverityRule } from '../cost/severity.ts';

/** Which channels a severity goes to. */
export type Routing = Readonly<Record<Severity, readonly Channel[]>>;

/**
 * An outcome of ours by its attributes, an alarm by its JSON, what AWS says of money by its text; anything else is reported
 * as it is, and loses nothing. How severe it is reports the topic that it came by; that of the costs has no severity.
 */
export function readNotification(message: SnsMessage, stage: string, rule: SeverityRule): Notification {
  const json = parseJson(message.Message);
  const alarm = AlarmMessage.safeParse(json).data;
  const severity = severityOf(message.TopicArn);
  if (alarm !== undefined) return ofAlarm(alarm, severity, stage, regionOf(message.TopicArn));
  const cost = isOfCosts(message.TopicArn)
    ? (readBudgetMessage(message.Message) ?? readAnomalyMessage(json, rule))
    : undefined;
  if (cost !== undefined) return ofCosts(cost, message, stage);
  const attribute = (name: string) => message.MessageAttributes[name]?.Value;
  const state = attribute('state');
  const lines = message.Message.split('\n');
  return {
    severity,
    state: state === 'problem' || state === 'resolved' ? state : 'reported',
    dedupKey: keyOf(stage, attribute('workflow'), attribute('database')) ?? `${stage}/message/${message.MessageId}`,
    stage,
    title: message.Subject ?? lines[0] ?? '',
    lines,
    at: message.Timestamp,
  };
}

/** AWS alone may publish there; in a message of another topic, money is only words. */
const isOfCosts = (topicArn: string): boolean => /:pg-gameday-costs-\w+$/.test(topicArn);

/** What came by the topic of the costs and is not understood is a P3. */
const severityOf = (topicArn: string): Severity =>
  Severity.safeParse(/:pg-gameday-(p[1-4])-\w+$/.exec(topicArn)?.[1]?.toUpperCase()).data ?? 'P3';

const ofCosts = ({ key, headline, ...cost }: CostMessage, message: SnsMessage, stage: string): Notification => ({
  ...cost,
  state: 'reported', // nobody reports its end
  dedupKey: `${stage}/${key}`,
  stage,
  title: `[${stage}] ${headline}`,
  at: message.Timestamp,
});

/** Each region's alarms publish to its own topics, and some bear one name in both. */
const regionOf = (topicArn: string): string => topicArn.split(':')[3] ?? '';

function ofAlarm(alarm: AlarmMessage, severity: Severity, stage: string, region: string): Notification {
  const metrics = alarm.Trigger.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? []);
  const dimension = (name: string) => [...alarm.Trigger.Dimensions, ...metrics].find((one) => one.name === name)?.value;
  const isOver = alarm.NewStateValue === 'OK';
  return {
    severity,
    // What cannot be measured is no better than what is known to be wrong.
    state: isOver ? 'resolved' : 'problem',
    // What a database's runs have reported and a run that failed are one incident: a person is called once, and a run that
    // proves a backup ends it. What is watched beside are many: the end of one ends no other.
    dedupKey:
      (dimension('service') === 'backup-and-verify'
        ? keyOf(stage, 'backup-and-verify', dimension('Database'))
        : undefined) ?? `${stage}/alarm/${region}/${alarm.AlarmName}`,
    stage,
    title: `[${stage}] ${isOver ? 'OK' : alarm.NewStateValue}: ${alarm.AlarmName}`,
    lines: [alarm.AlarmDescription ?? '', alarm.NewStateReason, `Region ${alarm.Region}`].filter((line) => line !== ''),
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
 * Who else may report it when `failed` could not: first a channel that has reported it already, for then it only has to be
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

/** What a substitute reports. */
export function substitution(notification: Notification, failures: readonly string[]): Notification {
  return {
    ...notification,
    state: 'reported',
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
