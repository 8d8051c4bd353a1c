import type { Notification } from '../contracts/notification.ts';

/** Plain text: read on any telephone, and no mail program has to be trusted with markup. */
export function mailText({ severity, state, title, lines, dedupKey, at }: Notification): {
  subject: string;
  text: string;
} {
  const what = state === 'problem' ? 'Problem' : state === 'resolved' ? 'Resolved' : 'For information';
  return {
    subject: `${severity} ${title}`,
    text: [...lines, '', '-- ', `${what}, severity ${severity}`, `Incident ${dedupKey}`, `At ${at}`].join('\n'),
  };
}
