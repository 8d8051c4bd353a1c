import * as z from 'zod/mini';
import { count, describe } from './checked-values.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const time = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time such as '02:00'" }));

/** Hours in which people work on databases, by the clock on the wall of the platform's time zone. */
export const MaintenanceWindows = z
  ._default(
    z.array(
      z.strictObject({
        databases: z.array(z.string()).check(z.minLength(1), describe('Names of databases of this stage.')),
        days: z.array(z.enum(weekdays)).check(z.minLength(1)),
        from: time,
        minutes: count(15, 720).check(describe('So long nobody is asked; who still has to be, is asked then.')),
      }),
    ),
    [],
  )
  .check(
    describe(
      'Alarms that maintenance itself raises are muted in them: of silence, connections, lag, locks. No others.',
    ),
  );
