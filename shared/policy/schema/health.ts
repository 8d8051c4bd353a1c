import * as z from 'zod/mini';
import { count, describe, positive } from './checked-values.ts';

/** collect-health: what its measures leave out, and what its alarms go by. */
export const Health = z.prefault(
  z.strictObject({
    copySeconds: z
      ._default(count(0, 86_400), 14_400)
      .check(describe('A transaction that copies is no long one for so many seconds: dumps are made of them.')),
    cacheHit: z.prefault(
      z.strictObject({
        minutes: z._default(count(5, 60), 15).check(describe('Window over which blocks are counted.')),
        leastBlocks: z
          ._default(positive('Below it nothing is said.'), 1000)
          .check(describe('Fewer blocks in the window say nothing about the buffers.')),
      }),
      {},
    ),
    bloatFromMegabytes: z
      ._default(positive('Megabytes.'), 100)
      .check(describe('Smaller tables are never called bloated.')),
  }),
  {},
);
