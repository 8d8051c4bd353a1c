import * as z from 'zod/mini';
import { count, describe } from './checked-values.ts';

/** Of a database: who decides that its replica in the second region becomes the primary. */
export const PromotionPolicy = z.strictObject({
  decision: z
    ._default(z.enum(['by hand', 'approve', 'auto']), 'by hand')
    .check(
      describe(
        'by hand: a person starts it. approve: the alarm of the second region starts it, too, and people are asked. auto: it promotes by itself where nothing is in doubt.',
      ),
    ),
  approvers: z
    ._default(z.array(z.string().check(z.minLength(1), z.maxLength(300))), [])
    .check(
      describe('ARNs of those who may answer: of users, or of a role, all sessions of which count as one person.'),
    ),
  approvals: z._default(count(1, 5), 2).check(describe('So many of them say yes before anything is changed.')),
  askMinutes: z
    ._default(count(1, 60), 30)
    .check(describe('So long their answers are waited for; then nothing is promoted, and that is paged.')),
  mostLossSeconds: z
    ._default(count(0, 86_400), 0)
    .check(
      describe(
        'What auto may lose without asking. A primary that is lost has written for some minutes more than the replica has: with 0 people are asked.',
      ),
    ),
  aloneBecause: z.optional(
    z
      .string()
      .check(
        z.minLength(8),
        z.maxLength(500),
        describe('Why one person may promote in prod without another one; a second one says yes where it is absent.'),
      ),
  ),
});
