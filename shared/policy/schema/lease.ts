import * as z from 'zod/mini';
import { describe, region } from './checked-values.ts';

/** Of a stage: where the third register of each lease is, beside those of its two regions. */
export const LeaseStage = z.strictObject({
  witnessRegion: region.check(
    describe('A third region, with a bucket pg-gameday-lease-<stage>-<account>-<region> that a person makes once.'),
  ),
});

export const LeasePolicy = z.strictObject({
  mode: z
    ._default(z.enum(['off', 'observe', 'enforce']), 'off')
    .check(
      describe(
        'enforce: a database that cannot renew its lease with two of three regions keeps its applications out. observe: it is alarmed about.',
      ),
    ),
});
