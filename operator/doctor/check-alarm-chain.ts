import { keyPolicyAllowsService } from './check-key.ts';
import type { AlarmChain, ChainAlarm, ChainTopic } from './facts.ts';
import { type Finding, must, should } from './finding.ts';

/** CloudWatch encrypts with the key of a topic by these. */
const neededOfKey = ['kms:decrypt', 'kms:generatedatakey'];
const cloudwatch = 'cloudwatch.amazonaws.com';

/** Starts `alert` by the event of an alarm that has no action of its own. */
type AlertRule = { readonly name: string; readonly isEnabled: boolean };

/**
 * Walks each alarm to whoever hears it: its actions, their topics, what the policy and the key of a topic let CloudWatch do, and a
 * subscriber who has confirmed. An alarm that turns red at the first link is as mute as one without an action.
 */
export function checkAlarmChain(
  { alarms, topics }: AlarmChain,
  { subject, deploy, alertRule }: { readonly subject: string; readonly deploy: string; readonly alertRule: AlertRule },
): Finding[] {
  const breaks = alarms.flatMap((alarm) =>
    alarm.topics
      .map((arn) => ({
        arn,
        why: breakOf(
          alarm,
          topics.find((topic) => topic.arn === arn),
        ),
      }))
      .flatMap(({ arn, why }) => (why === undefined ? [] : [{ alarm: alarm.name, topic: nameOf(arn), why }])),
  );
  const answered = alarms.filter((alarm) => alarm.topics.length === 0);
  if (!alertRule.isEnabled)
    breaks.push(
      ...answered.map(({ name }) => ({ alarm: name, topic: `rule ${alertRule.name}`, why: 'is absent or disabled' })),
    );
  const byReason = Map.groupBy(breaks, ({ topic, why }) => `${topic} ${why}`);
  const blind = alarms.filter(({ isBlind }) => isBlind).map(({ name }) => name);
  return [
    must('every alarm reaches somebody', subject, {
      holds: breaks.length === 0,
      observed:
        breaks.length === 0
          ? `${alarms.length} alarms, ${topics.length} topics`
          : [...byReason].map(([reason, its]) => `${some(its.map(({ alarm }) => alarm))}: ${reason}`).join('; '),
      remedy: `${deploy} makes topics and their policies; a key of your own lets ${cloudwatch} do kms:Decrypt and kms:GenerateDataKey*.`,
    }),
    should('every alarm sees its metric', subject, {
      holds: blind.length === 0,
      observed: blind.length === 0 ? 'all have data' : `no data for a day: ${some(blind)}`,
      remedy:
        'aws cloudwatch list-metrics --namespace pg-gameday: a metric is its name and exactly its dimensions. Its workflow may be switched off.',
    }),
  ];
}

/** The first link that is broken; undefined when somebody hears it. */
function breakOf(alarm: ChainAlarm, topic: ChainTopic | undefined): string | undefined {
  if (topic === undefined) return 'is not there';
  if (!mayPublish(topic.policy, alarm.arn, topic.arn)) return `does not let ${cloudwatch} publish it`;
  if (topic.key !== undefined) {
    if (!topic.key.seen) return `has a key that could not be read (${topic.key.reason})`;
    if (topic.key.value?.state !== 'Enabled') return `has a key that is ${topic.key.value?.state ?? 'not there'}`;
    if (!keyPolicyAllowsService(topic.key.value.policy, cloudwatch, neededOfKey))
      return `has a key that ${cloudwatch} may not use`;
  }
  return topic.confirmed === 0 ? 'has no subscriber who has confirmed' : undefined;
}

type Statement = {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: unknown; readonly AWS?: unknown } | string;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** Whether a statement allows it and none refuses it. A condition that is not known here is taken as one that does not hold. */
function mayPublish(policy: string, alarmArn: string, topicArn: string): boolean {
  const statements = statementsOf(policy).filter(
    (one) => isFor(one, cloudwatch) && covers(one.Action, 'sns:publish') && covers(one.Resource ?? topicArn, topicArn),
  );
  const holds = (one: Statement) => conditionHolds(one.Condition, alarmArn);
  return (
    statements.some((one) => one.Effect === 'Allow' && holds(one)) &&
    !statements.some((one) => one.Effect === 'Deny' && holds(one))
  );
}

function statementsOf(text: string): readonly Statement[] {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  } catch {
    return [];
  }
}

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

const isFor = ({ Principal }: Statement, service: string): boolean =>
  Principal === '*' ||
  (typeof Principal === 'object' &&
    (listOf(Principal.Service).includes(service) || listOf(Principal.AWS).includes('*')));

const covers = (patterns: unknown, value: string): boolean =>
  listOf(patterns).some((pattern) => isLike(pattern, value) || isLike(pattern.toLowerCase(), value));

function conditionHolds(condition: Statement['Condition'], alarmArn: string): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const given = /^aws:sourcearn$/i.test(key)
        ? alarmArn
        : /^aws:sourceaccount$/i.test(key)
          ? alarmArn.split(':')[4]
          : undefined;
      return (
        given !== undefined &&
        /^(Arn|String)(Like|Equals)(IfExists)?$/.test(operator) &&
        listOf(wanted).some((pattern) =>
          operator.startsWith('StringEquals') ? pattern === given : isLike(pattern, given),
        )
      );
    }),
  );
}

const isLike = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(value);

const nameOf = (arn: string): string => arn.split(':').at(-1) ?? arn;
const some = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
