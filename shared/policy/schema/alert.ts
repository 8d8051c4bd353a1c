import * as z from 'zod/mini';
import { count, date, describe, matching } from './checked-values.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const time = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time such as '08:00'" }));
const personName = matching(
  /^[a-z][a-z0-9-]{0,29}$/,
  'a short name (lower-case letters, digits, hyphens, first a letter)',
);
const moment = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/, {
    error: "a time with its zone such as '2026-12-24T20:00Z'",
  }),
  z.refine((text) => !Number.isNaN(Date.parse(text)), { error: 'a time of the calendar' }),
);
/** Another folder than the passwords of databases: who asks people reads none. */
const receiverSecretArn = matching(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:pg-gameday-receivers\/.+$/,
  "the ARN of a secret 'pg-gameday-receivers/<stage>/<name>'",
);

const Person = z.strictObject({
  email: z.optional(
    z
      .email({ error: "a mail address such as 'anna@example.com'" })
      .check(describe('Asked there by name; AWS asks the address to confirm.')),
  ),
  away: z._default(z.array(z.strictObject({ from: date, to: date.check(describe('The last day.')) })), []),
});

const ofService = z.optional(z.strictObject({ secretArn: receiverSecretArn }));

const Role = z.strictObject({
  role: personName,
  people: z
    ._default(z.array(personName), [])
    .check(describe('Names of `people`; without any, the receivers of the stage are asked.')),
  rotate: z
    ._default(z.enum(['weekly', 'never']), 'never')
    .check(describe('weekly: one of them each week, from Monday on; who is away is passed over. never: all of them.')),
  pagerDuty: z
    ._default(z.strictObject({ dev: ofService, test: ofService, prod: ofService }), {})
    .check(describe("By stage, a service of PagerDuty's own for this role; else that of the stage's receivers.")),
});

export const SilencePolicy = z.strictObject({
  reason: z.string().check(z.minLength(1)),
  until: moment.check(describe('Then whatever is still a problem is asked about.')),
  subject: z.optional(
    z.string().check(z.minLength(1), describe("A database, 'instance/<id>', 'workflow/<name>' or 'stage'.")),
  ),
  cause: z.optional(z.string().check(z.minLength(1), describe('As the page of the incident names it.'))),
});

/** alert: who is asked when an alarm is raised, and until when an answer is expected. Left out, the receivers are asked. */
export const Alert = z.prefault(
  z.strictObject({
    business: z.prefault(
      z.strictObject({
        days: z._default(z.array(z.enum(weekdays)).check(z.minLength(1)), [
          'monday',
          'tuesday',
          'wednesday',
          'thursday',
          'friday',
        ]),
        from: z._default(time, '09:00'),
        to: z._default(time, '18:00').check(describe('The first minute that is none of work; later than `from`.')),
        holidays: z._default(z.array(date), []),
      }),
      {},
    ),
    answerMinutes: z.prefault(
      z.strictObject({
        P1: z._default(count(1, 1440), 15).check(describe('At any hour.')),
        P2: z._default(count(1, 1440), 30).check(describe('At any hour.')),
        P3: z
          ._default(count(1, 10_080), 240)
          .check(describe('Of business time. P4 has until the end of the next business day.')),
      }),
      {},
    ),
    staysOkMinutes: z
      ._default(count(1, 240), 10)
      .check(describe('An incident is over when all its alarms were well for so long; longer when they came back.')),
    groupSeconds: z
      ._default(count(0, 900), 120)
      .check(
        describe('Alarms of one database or instance that begin within so long are one page; 0: each is its own.'),
      ),
    linkHours: z._default(count(1, 336), 72).check(describe('How long a link acknowledges.')),
    runbooks: z.optional(
      z
        .url({ error: "an address such as 'https://example.com/pg-gameday/'" })
        .check(describe('Below it lies docs/runbooks/.')),
    ),
    people: z._default(z.record(personName, Person), {}),
    chain: z
      ._default(z.array(Role).check(z.minLength(1), z.maxLength(10)), [
        { role: 'on-call', people: [], rotate: 'never', pagerDuty: {} },
      ])
      .check(describe('Who is asked first, and who next while nobody answers.')),
    silences: z._default(z.array(SilencePolicy), []),
  }),
  {},
);
