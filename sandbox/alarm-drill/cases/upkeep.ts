import type { UpkeepReading } from '../../../shared/domain/health/upkeep.ts';
import type { AlarmCase, Expected } from '../alarm-case.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What RDS says cannot be brought about by a server: it is stated, and goes the way of what is measured from there on. */
const stated = (
  alarm: AlarmCase['alarm'],
  title: string,
  expected: Expected,
  change: (now: number) => Partial<UpkeepReading>,
): AlarmCase => ({
  alarm,
  title,
  expected,
  async run({ driven, expect }) {
    driven.upkeep(change(driven.now()));
    await driven.minutes(9, 4);
    const levels = expected === 'quiet' ? [] : expected === 'warning' ? ['warning'] : ['critical', 'warning'];
    expect('after half an hour', ...levels.map((level) => `${alarm}-${level}`));
  },
});

/** So many hours of free storage, by gigabytes at each full hour before now. */
const free = (hours: number, gigabytes: (hoursAgo: number) => number) => (now: number) => ({
  free: Array.from({ length: hours }, (_, index) => {
    const ago = hours - 1 - index;
    return { at: now - ago * hour, bytes: gigabytes(ago) * 1e9 };
  }),
});

export const upkeepCases: readonly AlarmCase[] = [
  stated('certificate', 'ends in 30 days', 'warning', (now) => ({ certificateUntil: now + 30 * day })),
  stated('certificate', 'ends in 10 days', 'critical', (now) => ({ certificateUntil: now + 10 * day })),
  stated('certificate', 'ends in 90 days', 'quiet', (now) => ({ certificateUntil: now + 90 * day })),
  stated('forced-maintenance', 'RDS applies it in 7 days', 'warning', (now) => ({ forcedAt: now + 7 * day })),
  stated('forced-maintenance', 'RDS applies it tomorrow', 'critical', (now) => ({ forcedAt: now + day })),
  stated('forced-maintenance', 'RDS applies it in a month', 'quiet', (now) => ({ forcedAt: now + 30 * day })),
  stated(
    'storage',
    '8 of 100 GB are left',
    'critical',
    free(30, () => 8),
  ),
  stated('storage', '8 of 100 GB are left and it may grow to 200', 'quiet', (now) => ({
    ...free(30, () => 8)(now),
    mostBytes: 200e9,
  })),
  stated(
    'storage-forecast',
    '40 GB are left and each hour takes one',
    'critical',
    free(12, (ago) => 40 + ago),
  ),
  stated(
    'storage-forecast',
    '30 GB are left and each night takes 4',
    'warning',
    free(168, (ago) => 30 + 4 * Math.floor(ago / 24)),
  ),
  stated(
    'storage-forecast',
    'one load of 30 GB an hour ago, 30 are left',
    'quiet',
    free(168, (ago) => (ago > 1 ? 60 : 30)),
  ),
  stated(
    'storage-forecast',
    'the volume was made larger while it grew slowly',
    'quiet',
    free(168, (ago) => (ago > 20 ? 25 : 60) + ago / 100),
  ),
];
