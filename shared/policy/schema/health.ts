import * as z from 'zod/mini';
import { amount, count, describe, positive } from './checked-values.ts';
import { HealthAlarms } from './health-alarms.ts';

/** collect-health: what its measures leave out, the lines of its alarms, and what they may cost. */
export const Health = z.prefault(
  z.strictObject({
    copySeconds: z
      ._default(count(0, 86_400), 14_400)
      .check(describe('A transaction that copies is no long one for so many seconds: dumps are made of them.')),
    cacheHit: z.prefault(
      z.strictObject({
        minutes: z._default(count(5, 60), 15).check(describe('Window over which blocks are counted.')),
        leastBlocks: z._default(positive('Fewer blocks in the window say nothing about the buffers.'), 1000),
      }),
      {},
    ),
    blockedSeconds: z
      ._default(count(1, 3600), 30)
      .check(describe('A session that waits for a lock is blocked after so many seconds.')),
    bloatFromMegabytes: z._default(positive('Smaller tables are never called bloated.'), 100),
    mostMetrics: z
      ._default(count(1, 1000), 40)
      .check(describe('Custom metrics for each database of a stage; packaging is refused beyond.')),
    prices: z.prefault(
      z.strictObject({
        metricMonth: z._default(amount('Of one custom metric.'), 0.3),
        alarmMonth: z._default(amount('Of one alarm.'), 0.1),
        dashboardMonth: z._default(amount('Of one dashboard; the first three of an account are free.'), 3),
      }),
      {},
    ),
    alarms: HealthAlarms,
  }),
  {},
);
