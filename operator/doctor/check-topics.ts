import type { DeploymentFacts, TopicSubscription } from './facts.ts';
import { type Finding, must, should } from './finding.ts';

/** Topics whose messages a function carries to Slack, PagerDuty and mail. */
const heardByFunction = ['p1', 'p2', 'p3', 'p4', 'costs'];
/** The topic from which AWS sends mail. */
const ofMail = 'mail';
/** The topic from which AWS sends mail to one person that `alert` asks. */
const ofPage = 'page';

/** Who is to hear a stage, by operations.yml. */
export type Receivers = {
  readonly mail: readonly string[];
  readonly others: readonly string[];
  /** Addresses of those whom `alert` asks by name. */
  readonly people: readonly string[];
};

/**
 * Compares who is subscribed, and has confirmed it, with who should be: a topic, a function or an address that is not there
 * is named, and so is a stranger.
 */
export function checkTopics(
  topics: DeploymentFacts['topics'],
  { stage, subject, deploy, receivers }: { stage: string; subject: string; deploy: string; receivers: Receivers },
): Finding[] {
  const nameOf = (topic: string) => `pg-gameday-${topic}-${stage}`;
  const subscriptionsOf = (topic: string) => topics.find(({ name }) => name === nameOf(topic))?.subscriptions;
  const absent = [...heardByFunction, ofMail, ...(receivers.people.length === 0 ? [] : [ofPage])]
    .filter((topic) => subscriptionsOf(topic) === undefined)
    .map(nameOf);
  const unheard = heardByFunction
    .filter((topic) => subscriptionsOf(topic)?.some((one) => one.isConfirmed && isOurFunction(one, stage)) === false)
    .map(nameOf);
  const heardBy = (topic: string, addresses: readonly string[]) => {
    const there = subscriptionsOf(topic);
    const ofAddress = (address: string) => there?.find(({ endpoint }) => endpoint === address);
    return {
      unsubscribed: there === undefined ? [] : addresses.filter((address) => ofAddress(address) === undefined),
      unconfirmed: addresses.filter((address) => ofAddress(address)?.isConfirmed === false),
    };
  };
  const [byMail, byPage] = [heardBy(ofMail, receivers.mail), heardBy(ofPage, receivers.people)];
  const unsubscribed = [...byMail.unsubscribed, ...byPage.unsubscribed];
  const unconfirmed = [...byMail.unconfirmed, ...byPage.unconfirmed];
  const problems = [
    ...absent.map((name) => `no topic ${name}`),
    ...unheard.map((name) => `the function is not subscribed to ${name}`),
    ...unsubscribed.map((address) => `${address} is not subscribed`),
    ...unconfirmed.map((address) => `${address} has not confirmed`),
    ...(receivers.mail.length + receivers.others.length === 0 ? ['operations.yml names no receiver'] : []),
  ];
  const strangers = topics.flatMap(({ name, subscriptions }) =>
    subscriptions
      .filter((one) => !isOurFunction(one, stage) && !receivers.mail.includes(one.endpoint))
      .filter((one) => name !== nameOf(ofPage) || !(isRobot(one, stage) || receivers.people.includes(one.endpoint)))
      .map(({ protocol, endpoint }) => `${protocol} ${endpoint} of ${name}`),
  );
  const isOnlyUnconfirmed = problems.length === unconfirmed.length;
  return [
    must('somebody hears the topics', subject, {
      holds: problems.length === 0,
      observed: problems.length === 0 ? heard(receivers) : problems.join(', '),
      remedy: isOnlyUnconfirmed
        ? 'Follow the link of the mail from AWS Notifications; aws sns subscribe asks again.'
        : `Name somebody in receivers of operations.yml, and ${deploy}`,
    }),
    should('nobody else hears the topics', subject, {
      holds: strangers.length === 0,
      observed: strangers.length === 0 ? 'only receivers of operations.yml' : strangers.join(', '),
      remedy: 'aws sns unsubscribe --subscription-arn …, or name the address in receivers.email of operations.yml.',
    }),
  ];
}

const isOurFunction = ({ protocol, endpoint }: TopicSubscription, stage: string): boolean =>
  protocol === 'lambda' && endpoint.endsWith(`-${stage}-sendNotification`);

/** It answers the weekly test, and is to hear that topic alone. */
const isRobot = ({ protocol, endpoint }: TopicSubscription, stage: string): boolean =>
  protocol === 'lambda' && endpoint.endsWith(`-${stage}-answerTestAlarm`);

const heard = ({ mail, others }: Receivers): string => [...others, ...mail].join(', ');
