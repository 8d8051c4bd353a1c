import * as z from 'zod/mini';
import { count, describe } from './checked-values.ts';

/** Of a restore for real use: who is asked, and how long. */
export const Restore = z.prefault(
  z.strictObject({
    approvers: z
      ._default(z.array(z.string().check(z.minLength(1), z.maxLength(300))), [])
      .check(
        describe(
          'ARNs of those who may answer: of a role for all of its sessions, or of a user. Without one nothing is restored.',
        ),
      ),
    askMinutes: z
      ._default(count(1, 1440), 60)
      .check(describe('So long it is waited in prod for who allows a restore; then nothing is created.')),
    inspectHours: z
      ._default(count(1, 336), 24)
      .check(
        describe('So long a restored instance waits for who has looked at it; then it is kept, and that is reported.'),
      ),
  }),
  {},
);
