import * as z from 'zod/mini';
import type { UrlAnswer, UrlRequest } from '../contracts/alert/function-url.ts';
import { acknowledge } from '../domain/alert/acknowledge.ts';
import { keyOfDedup } from '../domain/alert/question.ts';
import { isSignedByPagerDuty } from './answer-link.ts';
import { type AnswerParts, reply } from './answer-person.ts';
import { hashOf } from './incident-store.ts';

/** What a webhook of PagerDuty, version 3, says of an incident there. */
const Webhook = z.object({
  event: z.object({
    event_type: z.string(),
    agent: z._default(z.nullable(z.object({ summary: z._default(z.nullable(z.string()), null) })), null),
    data: z.object({ incident_key: z._default(z.nullable(z.string()), null) }),
  }),
});

const answering = ['incident.acknowledged', 'incident.resolved'];

/** Whoever takes an incident in PagerDuty has it here, too. What is not about an answer is taken and changes nothing. */
export async function answerPagerDuty(request: UrlRequest, parts: AnswerParts): Promise<UrlAnswer> {
  const said = (status: number, text: string) => reply(status, text, 'text/plain; charset=utf-8');
  const { method } = request.requestContext.http;
  if (method !== 'POST') return said(405, 'PagerDuty posts here');
  const body = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8').toString();
  const signature = request.headers['x-pagerduty-signature'] ?? '';
  if (!isSignedByPagerDuty(signature, body, await parts.webhookSecrets())) {
    parts.refused('forged', { from: 'PagerDuty' });
    return said(403, 'the signature is none of ours');
  }
  const parsed = Webhook.safeParse(jsonOf(body));
  if (!parsed.success) return said(202, 'not understood, and nothing was changed');
  const { event_type: type, agent, data } = parsed.data.event;
  if (!answering.includes(type) || data.incident_key === null) return said(202, 'nothing was changed');
  const key = keyOfDedup(data.incident_key);
  const newest = await parts.incidents.find(key);
  if (newest === undefined) {
    parts.refused('foreign', { key });
    return said(202, 'this incident is not here');
  }
  // Its own end of an incident comes back, too: then nobody is waiting any more.
  const answer = {
    incidentId: newest.id,
    by: agent?.summary ?? 'PagerDuty',
    way: 'PagerDuty',
    at: parts.now().toISOString(),
  };
  const answered = await parts.incidents.change(hashOf(key), (before) =>
    before?.id === newest.id && before.state === 'open' ? acknowledge(before, answer) : undefined,
  );
  if (answered === undefined) return said(202, 'nothing was changed');
  const { token } = answered.incident;
  if (token !== null) await parts.tokens.wake(token, { isAnswered: true });
  return said(200, answered.result);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
