import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who may acknowledge what with a link, and until when. */
export type AnswerLink = {
  readonly incidentId: string;
  /** A person by name, or the role that was asked. */
  readonly who: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
};

export type LinkFault = 'forged' | 'expired';

/** In a form that can be read in one way only, whatever the members hold. */
const textOf = ({ incidentId, who, expires }: AnswerLink): string =>
  JSON.stringify(['pg-gameday-answer-1', incidentId, who, expires]);
const hmacOf = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest();

/** The link to the page with one button. Nothing in it is a secret but that it is signed. */
export function makeAnswerLink(base: string, secret: string, link: AnswerLink): string {
  const url = new URL('answer', base);
  url.search = new URLSearchParams({
    incident: link.incidentId,
    who: link.who,
    until: String(link.expires),
    signature: hmacOf(secret, textOf(link)).toString('base64url'),
  }).toString();
  return url.href;
}

/** The signature is looked at before anything else: of what is forged nothing is believed, not even that it has expired. */
export function readAnswerLink(query: URLSearchParams, secret: string, now: number): AnswerLink | LinkFault {
  const [incidentId, who, until, given] = ['incident', 'who', 'until', 'signature'].map(
    (name) => query.get(name) ?? '',
  );
  const link = { incidentId: incidentId ?? '', who: who ?? '', expires: Number(until) };
  const expected = hmacOf(secret, textOf(link));
  const signature = Buffer.from(given ?? '', 'base64url');
  if (secret === '' || signature.length !== expected.length || !timingSafeEqual(signature, expected)) return 'forged';
  return link.expires > now ? link : 'expired';
}

/**
 * PagerDuty signs the body of a webhook with each secret that holds: `v1=<hex>,v1=<hex>`. One that is ours is enough, so
 * that a secret can be exchanged without a gap.
 */
export function isSignedByPagerDuty(header: string, body: string, secrets: readonly string[]): boolean {
  const given = header.split(',').flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part.trim())?.[1] ?? []);
  const expected = secrets.filter((secret) => secret !== '').map((secret) => hmacOf(secret, body));
  // Every pair is compared, so that the time says nothing.
  return given
    .map((hex) => expected.map((one) => timingSafeEqual(Buffer.from(hex, 'hex'), one)).some(Boolean))
    .some(Boolean);
}
