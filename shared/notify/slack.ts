import type { Notification } from '../contracts/notification.ts';

/** Limits of Block Kit, in characters. */
const mostHeader = 150;
const mostText = 3000;

const signs = { P1: '🔴', P2: '🟠', P3: '🟡', P4: '⚪' } as const;

/** The body of a message to an incoming webhook of Slack: a header, the text, a context of small print. */
export function slackMessage({ severity, state, title, lines, dedupKey, at }: Notification): object {
  const sign = state === 'resolved' ? '🟢' : state === 'reported' && severity === 'P4' ? '🟢' : signs[severity];
  const header = clip(`${sign} ${severity} ${title}`, mostHeader);
  return {
    text: clip(escapeSlack(header), mostText), // what a notification on a telephone shows
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: header, emoji: true } },
      { type: 'section', text: { type: 'mrkdwn', text: clip(escapeSlack(lines.join('\n')) || ' ', mostText) } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: clip(escapeSlack(`${dedupKey} · ${at}`), mostText) }] },
    ],
  };
}

/** Slack reads these three as its own; nothing in a text may call a channel or make a link. */
const escapeSlack = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Never splits a character or an escaped one. */
function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/&[a-z]{0,3}$|[\ud800-\udbff]$/, '')}…`;
}
