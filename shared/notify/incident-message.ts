import type { Notification } from '../contracts/notification.ts';
import { pagerDutyEvent } from './pager-duty.ts';
import { slackMessage } from './slack.ts';

/** A notification with the page on which it is acknowledged; null of what needs no answer. */
export type Question = Notification & { readonly answerUrl: string | null };

/** An incoming webhook knows no answer but a button that opens an address. */
export function slackQuestion({ answerUrl, ...notification }: Question): object {
  const { text, blocks } = slackMessage(notification) as { text: string; blocks: readonly object[] };
  if (answerUrl === null) return { text, blocks };
  const button = {
    type: 'button',
    text: { type: 'plain_text', text: 'Look and acknowledge' },
    url: answerUrl,
    style: 'primary',
  };
  return { text, blocks: [...blocks, { type: 'actions', elements: [button] }] };
}

export function pagerDutyQuestion({ answerUrl, ...notification }: Question): object {
  const event = pagerDutyEvent(notification);
  return answerUrl === null || notification.state !== 'problem'
    ? event
    : { ...event, links: [{ href: answerUrl, text: 'Look and acknowledge' }] };
}
