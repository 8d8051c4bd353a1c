import type { Secrets } from '../aws/secrets.ts';
import type { Topic } from '../aws/sns.ts';
import type { Incident, Step } from '../contracts/alert/alert.ts';
import type { Notification } from '../contracts/notification.ts';
import { isTest, robot, robotAddress } from '../domain/alert/alert-test.ts';
import { dedupKeyOf, endOf, questionOf } from '../domain/alert/question.ts';
import { channelsFor, type Routing } from '../domain/notification/notification.ts';
import { pagerDutyQuestion, type Question, slackQuestion } from '../notify/incident-message.ts';
import { mailText } from '../notify/mail.ts';
import type { PostJson } from '../notify/post-json.ts';
import type { Receivers } from '../policy/schema.ts';
import type { Target } from './ask.ts';

export type Mouths = {
  readonly receivers: Receivers;
  readonly routing: Routing;
  /** By role, where it has a service of PagerDuty's own. */
  readonly services: Readonly<Record<string, string>>;
  /** Names of those who have an address of their own. */
  readonly withMail: ReadonlySet<string>;
  readonly secrets: Pick<Secrets, 'readSlackSecret' | 'readPagerDutySecret'>;
  readonly post: PostJson;
  /** To everybody who gets mail of a severity, and to one person by name. */
  readonly mail: Topic;
  readonly page: Topic;
  /** A link for a person or a role. */
  linkFor(who: string): string;
};

/** Whom a step asks: the stage's channels by severity, and the people of the role by name. */
export function targetsOfStep(incident: Incident, step: Step, mouths: Mouths): Target[] {
  const question = questionOf(incident, step);
  const people = targetsOf(question, step, incident, mouths, (who) => mouths.linkFor(who));
  // Last: who else is to be reached has been by the time that it answers.
  return isTest(incident) ? [...people, robotTarget(question, mouths)] : people;
}

/** By the topic and with the link that people get. */
const robotTarget = (question: Notification, { page, linkFor }: Mouths): Target => ({
  ...{ channel: 'email', address: robotAddress, isSubstitute: false },
  async send() {
    const { subject, text } = mailText(question);
    await page.publish({ subject, text: `${linkFor(robot)}\n\n${text}`, attributes: { person: robot } });
  },
});

/** The end reaches whoever was asked, and PagerDuty by each key that it was given. */
export function targetsOfEnd(incident: Incident, mouths: Mouths): Target[] {
  const end = endOf(incident);
  const roles = [...new Map(incident.steps.map((step) => [step.role, step])).values()];
  const last = roles.at(-1);
  if (last === undefined) return [];
  const people = [...new Set(incident.steps.flatMap((step) => step.people))];
  const targets = targetsOf(end, { ...last, people }, incident, mouths, () => null);
  const others = targets.filter(({ channel }) => channel !== 'pagerDuty');
  return [...roles.flatMap(({ role }) => pagerDutyTargets(end, role, incident, mouths, null)), ...others].filter(
    (target, index, all) => all.findIndex(({ address }) => address === target.address) === index,
  );
}

function targetsOf(
  notification: Notification,
  { role, people }: Pick<Step, 'role' | 'people'>,
  incident: Incident,
  mouths: Mouths,
  linkFor: (who: string) => string | null,
): Target[] {
  const { receivers, routing, withMail, secrets, post, mail, page } = mouths;
  const named = people.filter((name) => withMail.has(name));
  const hasMail = named.length > 0 || receivers.email.length > 0;
  const available = [
    ...(receivers.pagerDuty === undefined ? [] : (['pagerDuty'] as const)),
    ...(receivers.slack === undefined ? [] : (['slack'] as const)),
    ...(hasMail ? (['email'] as const) : []),
  ];
  const wanted = channelsFor(notification, routing, available);
  const isSubstitute = (channel: Target['channel']) => !wanted.includes(channel);
  const said = (undelivered: readonly string[], answerUrl: string | null): Question => ({
    ...notification,
    lines: [...notification.lines, ...undelivered.map((problem) => `Not delivered: ${problem}`)],
    answerUrl,
  });
  const mailed = (undelivered: readonly string[], link: string | null) => {
    const { answerUrl, ...rest } = said(undelivered, link);
    const { subject, text } = mailText(rest);
    return { subject, text: answerUrl === null ? text : `Look and acknowledge: ${answerUrl}\n\n${text}` };
  };
  return [
    // Nobody is called by telephone instead of something else.
    ...(wanted.includes('pagerDuty') ? pagerDutyTargets(notification, role, incident, mouths, linkFor(role)) : []),
    ...(receivers.slack === undefined
      ? []
      : [
          {
            channel: 'slack' as const,
            address: 'slack',
            isSubstitute: isSubstitute('slack'),
            send: async (undelivered: readonly string[]) => {
              const { webhookUrl } = await secrets.readSlackSecret(receivers.slack?.secretArn ?? '');
              await post('Slack', webhookUrl, slackQuestion(said(undelivered, linkFor(role))));
            },
          },
        ]),
    ...named.map((name) => ({
      channel: 'email' as const,
      address: `mail of ${name}`,
      isSubstitute: isSubstitute('email'),
      send: async (undelivered: readonly string[]) => {
        await page.publish({ ...mailed(undelivered, linkFor(name)), attributes: { person: name } });
      },
    })),
    ...(receivers.email.length === 0
      ? []
      : [
          {
            channel: 'email' as const,
            address: 'mail',
            // Where people have addresses of their own, the others are asked only when those cannot be.
            isSubstitute: isSubstitute('email') || named.length > 0,
            send: async (undelivered: readonly string[]) => {
              const { severity } = notification;
              await mail.publish({ ...mailed(undelivered, linkFor(role)), attributes: { severity } });
            },
          },
        ]),
  ];
}

function pagerDutyTargets(
  notification: Notification,
  role: string,
  incident: Incident,
  { receivers, services, secrets, post }: Mouths,
  answerUrl: string | null,
): Target[] {
  const own = services[role];
  const secretArn = own ?? receivers.pagerDuty?.secretArn;
  if (secretArn === undefined) return [];
  const dedupKey = dedupKeyOf(incident, own === undefined ? null : role);
  return [
    {
      channel: 'pagerDuty',
      address: own === undefined ? 'pagerDuty' : `pagerDuty of ${role}`,
      isSubstitute: false,
      send: async (undelivered) => {
        const { routingKey, eventsUrl } = await secrets.readPagerDutySecret(secretArn);
        const lines = [...notification.lines, ...undelivered.map((problem) => `Not delivered: ${problem}`)];
        const question = pagerDutyQuestion({ ...notification, dedupKey, lines, answerUrl });
        await post('PagerDuty', eventsUrl, { routing_key: routingKey, ...question });
      },
    },
  ];
}
