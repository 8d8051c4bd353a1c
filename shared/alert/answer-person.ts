import type { TaskTokens } from '../aws/task-tokens.ts';
import type { Incident } from '../contracts/alert/alert.ts';
import type { UrlAnswer, UrlRequest } from '../contracts/alert/function-url.ts';
import { acknowledge, refusalNoted } from '../domain/alert/acknowledge.ts';
import { incidentPage } from '../report/alert/incident-page.ts';
import { html, type Markup } from '../report/html.ts';
import { page } from '../report/page.ts';
import { readAnswerLink } from './answer-link.ts';
import { hashOfId, type IncidentStore } from './incident-store.ts';
import { memberViews } from './member-views.ts';

export type AnswerParts = {
  readonly incidents: IncidentStore;
  readonly tokens: TaskTokens;
  linkKey(): Promise<string>;
  webhookSecrets(): Promise<readonly string[]>;
  others(): Promise<readonly Incident[]>;
  readonly page: { readonly timeZone: string; readonly runbooks: string | null };
  now(): Date;
  refused(why: string, about: object): void;
};

/**
 * GET shows, POST acknowledges: scanners of mail fetch links, some of them press what can be pressed by GET. The signature is checked
 * before anything is read.
 */
export async function answerPerson(request: UrlRequest, parts: AnswerParts): Promise<UrlAnswer> {
  const { method } = request.requestContext.http;
  if (!['GET', 'HEAD', 'POST'].includes(method))
    return plain(405, 'Not allowed', 'This page is looked at, and has one button.');
  const now = parts.now();
  const query = new URLSearchParams(request.rawQueryString);
  const link = readAnswerLink(query, await parts.linkKey(), now.getTime());
  if (link === 'forged') {
    parts.refused('forged', { incident: query.get('incident')?.slice(0, 100) });
    return plain(403, 'This link is not ours', 'It acknowledges nothing. Open the link of the message as it is.');
  }
  if (link === 'expired') {
    // Its signature is ours: it may be noted where people look.
    const id = query.get('incident') ?? '';
    parts.refused('expired', { incident: id, who: query.get('who') });
    if (method === 'POST') await noteRefusal(id, `an answer of ${query.get('who')} by link is refused: expired`, parts);
    return plain(
      410,
      'This link has expired',
      'It acknowledges nothing. The newest message about the incident has one that holds.',
    );
  }
  const newest = await parts.incidents.newestOf(link.incidentId);
  if (newest === undefined) {
    parts.refused('foreign', { incident: link.incidentId, who: link.who });
    return plain(404, 'This incident is not here', 'Another stage or region has it.');
  }
  if (method !== 'POST') {
    const incident = await parts.incidents.read(link.incidentId);
    return shown(incident, incident.state === 'open' && newest.id === incident.id ? button(request) : null, 200, parts);
  }
  const at = now.toISOString();
  const answer = { incidentId: link.incidentId, by: link.who, way: 'link', at };
  const answered = await parts.incidents.change(
    hashOfId(link.incidentId),
    (before) => before && acknowledge(before, answer),
  );
  if (answered === undefined || answered.result !== 'acknowledged') {
    parts.refused(answered?.result ?? 'foreign', { incident: link.incidentId, who: link.who });
    const incident = await parts.incidents.read(link.incidentId);
    const text = html`<p class="verdict warn">Nothing was changed: ${answered?.result}.</p>`;
    return shown(incident, text, 409, parts);
  }
  const { incident } = answered;
  if (incident.token !== null) await parts.tokens.wake(incident.token, { isAnswered: true });
  return shown(incident, html`<p class="verdict good">You have it: nobody else is asked.</p>`, 200, parts);
}

async function noteRefusal(id: string, what: string, { incidents, now }: AnswerParts): Promise<void> {
  const at = now().toISOString();
  await incidents.change(hashOfId(id), (before) =>
    before?.id === id ? { incident: refusalNoted(before, at, what) } : undefined,
  );
}

/** The form names no address: it is sent to where the page came from, signature and all. */
const button = ({ rawPath, rawQueryString }: UrlRequest): Markup =>
  html`<form method="post" action="${`${rawPath}?${rawQueryString}`}"><button style="font: inherit; font-size: 1.2rem; width: 100%; padding: 1rem; border: 0; border-radius: .5rem; background: #15803d; color: #ffffff;">I have it</button></form>`;

async function shown(
  incident: Incident,
  answer: Markup | null,
  status: number,
  parts: AnswerParts,
): Promise<UrlAnswer> {
  const others = (await parts.others()).filter(({ id }) => id !== incident.id);
  return reply(status, incidentPage({ incident, members: memberViews(incident), ...parts.page, answer, others }));
}

const plain = (status: number, title: string, text: string): UrlAnswer =>
  reply(status, page(title, html`<h1>${title}</h1><p>${text}</p>`));

/** Nobody keeps it, frames it, or hands its address on: the address is what acknowledges. */
export const reply = (statusCode: number, body: string, type = 'text/html; charset=utf-8'): UrlAnswer => ({
  statusCode,
  headers: {
    'content-type': type,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  },
  body,
});
