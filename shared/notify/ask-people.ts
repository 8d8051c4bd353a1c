import type * as z from 'zod/mini';
import { makeObjectStore } from '../aws/s3/object-store.ts';
import { type Message, makeSeverityTopics } from '../aws/sns.ts';
import { config } from '../config.ts';
import type { Severity } from '../contracts/common.ts';
import { type TopicEnvironment, topicArns } from '../evidence/environment.ts';

/** What a function needs that asks people something. */
export const askingParts = (environment: z.output<typeof TopicEnvironment>) => ({
  store: makeObjectStore(config().evidenceBucket),
  topics: makeSeverityTopics(topicArns(environment)),
  place: { stage: config().stage, bucket: config().evidenceBucket },
  now: () => Date.now(),
});
export type AskingParts = ReturnType<typeof askingParts>;

/** When a question was asked, and until when an answer counts. */
export type Term = { readonly askedAt: string; readonly expiresAt: string };

export type Asking<Question> = {
  readonly key: string;
  readonly seconds: number;
  readonly severity: Severity;
  question(term: Term): Question;
  message(question: Question, place: AskingParts['place']): Message;
};

/**
 * Leaves a question in the bucket with the token by which it is answered, and asks people. A second call leaves the token that counts now,
 * and asks again under the same execution.
 */
export async function askPeople<Question>(
  { store, topics, place, now }: AskingParts,
  { key, seconds, severity, question, message }: Asking<Question>,
): Promise<Question> {
  const at = now();
  const asked = question({
    askedAt: new Date(at).toISOString(),
    expiresAt: new Date(at + seconds * 1000).toISOString(),
  });
  await store.put(key, JSON.stringify(asked, undefined, 2), 'application/json');
  await topics.publish(severity, message(asked, place));
  return asked;
}
