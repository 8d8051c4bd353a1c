import * as z from 'zod/mini';
import { date } from './checked-values.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const time = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time such as '08:00'" }));

/** When the databases of a stage run. Production has none: the schema does not know it there. */
export const officeHours = (timeZone: z.ZodMiniType<string, string>) =>
  z.strictObject({
    timeZone,
    days: z
      .array(z.enum(weekdays))
      .check(z.describe('Working days; none: the instances run only while their tag asks for it.')),
    from: time,
    to: time.check(z.describe('The first minute that is not open; later than `from`.')),
    holidays: z._default(z.array(date), []),
    instances: z
      .array(z.string().check(z.minLength(1)))
      .check(z.describe('DBInstanceIdentifiers. Each needs the tag pg-gameday:office-hours=stop-and-start besides.')),
  });
