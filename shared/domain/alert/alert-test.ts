import type { Deliveries, Incident } from '../../contracts/alert/alert.ts';
import type { AlertTestRecord, TestAnswer, TopicCount } from '../../contracts/alert-test/alert-test.ts';
import { timeOf } from './moment.ts';

/** The cause of the alarm that nothing is wrong with: it goes the whole way to people, and a robot answers. */
export const testCause = 'alert-test';
export const isTest = ({ subject, cause }: Pick<Incident, 'subject' | 'cause'>): boolean =>
  subject === 'stage' && cause === testCause;
export const testKey = (account: string, region: string, stage: string): string =>
  [account, region, stage, 'stage', testCause].join('/');
/** What people read, wherever they read it. */
export const testTitle = 'TEST, nothing is wrong: a robot answers the weekly test of the alert path';
/** By this name it gets its question, and answers. */
export const robot = 'test-robot';
export const robotAddress = `mail of ${robot}`;

export type Subscriber = { readonly protocol: string; readonly endpoint: string; readonly isConfirmed: boolean };

export type WantedTopic = {
  readonly topic: string;
  readonly protocol: 'lambda' | 'email';
  /** By name, who is to hear of it; a function is known by its protocol alone. */
  readonly wanted: readonly { readonly name: string; readonly endpoint: string | null }[];
};

/** Others may subscribe, and the robot does: only who is to hear of a topic counts. */
export function countSubscribers({ topic, protocol, wanted }: WantedTopic, all: readonly Subscriber[]): TopicCount {
  const confirmed = all.filter((one) => one.isConfirmed && one.protocol === protocol);
  const isConfirmed = (endpoint: string | null) =>
    confirmed.some((one) => endpoint === null || one.endpoint.toLowerCase() === endpoint.toLowerCase());
  const unconfirmed = wanted.filter(({ endpoint }) => !isConfirmed(endpoint)).map(({ name }) => name);
  return { topic, wanted: wanted.length, confirmed: wanted.length - unconfirmed.length, unconfirmed };
}

/** Undefined where the newest incident of the key is that of an earlier test. */
export function readTestAnswer(
  incident: Incident | undefined,
  deliveries: Deliveries,
  raisedAt: string,
): TestAnswer | undefined {
  // The alarm changes after its metric was published, whatever clock has looked: a minute is more than clocks differ.
  if (incident === undefined || timeOf(incident.openedAt) < timeOf(raisedAt) - 60_000) return undefined;
  const isSent = (tries: readonly string[]) => tries.includes('sent');
  // Of its own question it answers before it is known to have arrived.
  const addresses = Object.entries(deliveries).filter(([address]) => address !== robotAddress);
  return {
    incidentId: incident.id,
    askedAt: incident.steps[0]?.startedAt ?? null,
    acknowledgedAt: incident.acknowledged?.at ?? null,
    by: incident.acknowledged?.by ?? null,
    way: incident.acknowledged?.way ?? null,
    reached: addresses.filter(([, { tries }]) => isSent(tries)).map(([address]) => address),
    missed: addresses.filter(([, { tries }]) => !isSent(tries)).map(([address]) => address),
  };
}

type Found = Pick<AlertTestRecord, 'raisedAt' | 'topics' | 'answer' | 'failure'>;

/** A test has passed when it was answered, every address was reached, and somebody hears of each topic. */
export function assessAlertTest({
  raisedAt,
  topics,
  answer,
  failure,
}: Found): Pick<AlertTestRecord, 'seconds' | 'problems' | 'notes'> {
  const answeredAt = answer?.acknowledgedAt ?? null;
  return {
    seconds:
      answeredAt === null || raisedAt === null ? null : Math.max(0, (timeOf(answeredAt) - timeOf(raisedAt)) / 1000),
    problems: [
      ...(failure === null ? [] : [`${failure.error} in ${failure.state}`]),
      ...(answer === null ? ['the alarm has opened no incident'] : []),
      ...(answer !== null && answer.askedAt === null ? ['nobody was asked'] : []),
      ...(answer !== null && answeredAt === null ? ['nobody has answered in time'] : []),
      ...(answer?.missed ?? []).map((address) => `'${address}' was not reached`),
      ...topics.filter(isUnheard).map(({ topic }) => `topic '${topic}' has no confirmed subscriber`),
    ],
    notes: topics
      .filter((count) => !isUnheard(count))
      .flatMap(({ topic, unconfirmed }) => unconfirmed.map((name) => `'${name}' has not confirmed topic '${topic}'`)),
  };
}

/** Somebody is to hear of it, and nobody does. */
export const isUnheard = ({ wanted, confirmed }: TopicCount): boolean => wanted > 0 && confirmed === 0;

/** In a line, for whoever reads the execution or the message. */
export function testSummary({
  seconds,
  answer,
  problems,
  topics,
}: Pick<AlertTestRecord, 'seconds' | 'answer' | 'problems' | 'topics'>): string {
  if (problems.length > 0) return `the test of the alert path has failed: ${problems.join('; ')}`;
  const heard = topics.map(({ topic, confirmed }) => `${topic} ${confirmed}`).join(', ');
  return `the test of the alert path was answered by ${answer?.by} after ${Math.round(seconds ?? 0)} s; confirmed subscribers: ${heard}`;
}
