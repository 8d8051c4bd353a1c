import type { Notification } from '../contracts/notification.ts';

/** Limits of Events API v2, in characters. */
const mostSummary = 1024;
const mostKey = 255;

const severities = { P1: 'critical', P2: 'error', P3: 'warning', P4: 'info' } as const;

/** An event of PagerDuty's Events API v2 but for its routing key, which is a secret. */
export function pagerDutyEvent({ severity, state, title, lines, dedupKey, stage, at }: Notification): object {
  const dedup_key = dedupKey.slice(0, mostKey);
  if (state === 'resolved') return { event_action: 'resolve', dedup_key };
  return {
    event_action: 'trigger',
    dedup_key,
    payload: {
      summary: title.length <= mostSummary ? title : `${title.slice(0, mostSummary - 1)}…`,
      source: `pg-gameday ${stage}`,
      severity: severities[severity],
      timestamp: at,
      custom_details: { text: lines.join('\n').slice(0, 100_000) }, // an event may have 512 kB
    },
  };
}
