import type { Drill } from '../drill.ts';

type Output = {
  readonly other: { readonly region: string | null; readonly heartbeats: number | null };
  readonly test: { readonly days: number };
  readonly events: { readonly read: number; readonly missed: readonly { member: string; state: string; at: string }[] };
  readonly reviews: { readonly overdue: readonly string[] };
};

export const drill: Drill = {
  lasts: 'five seconds',
  costs: 'a heartbeat, and the reading of alarms and events',
  event: 'events/watch-alerts/five-minutes.json',
  megabytes: 8,
  async show({ output, cause }) {
    if (output === null) return { lines: [cause ?? 'no cause is given'], isGood: false, files: new Map() };
    const { other, test, events, reviews } = output as Output;
    return {
      lines: [
        other.region === null
          ? 'there is no other region'
          : `alert of ${other.region} has carried ${other.heartbeats ?? 'nobody knows how many'} heartbeats in 12 minutes`,
        `the newest test that has passed is ${test.days.toFixed(1)} days old`,
        `${events.read} changes and events were compared, ${events.missed.length} had not been delivered`,
        ...events.missed.map(({ member, state, at }) => `  ${at} ${member}: ${state}`),
        `${reviews.overdue.length} reviews are overdue`,
      ],
      files: new Map(),
    };
  },
};
