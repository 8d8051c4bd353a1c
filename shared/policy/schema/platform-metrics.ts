import * as z from 'zod/mini';
import { count, describe } from './checked-values.ts';

const name = z
  .string()
  .check(
    z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: 'a name of lower-case letters, digits and single hyphens' }),
    z.maxLength(40),
  );
const line = z.optional(z.number().check(z.gte(-1e15), z.lte(1e15)));
const severity = z.enum(['P1', 'P2', 'P3', 'P4']);

/** Metrics that applications, pipelines and the business publish under agreed names; who publishes them is not ours. */
export const PlatformMetrics = z
  ._default(
    z
      .array(
        z.strictObject({
          name: name.check(describe('Of its alarms: pg-gameday-metric-<name>-<warning|critical>-<stage>.')),
          namespace: z.string().check(z.minLength(1), z.maxLength(255)),
          metric: z.string().check(z.minLength(1), z.maxLength(255)),
          dimensions: z._default(z.record(z.string(), z.string()), {}),
          statistic: z
            ._default(
              z.string().check(z.regex(/^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?)$/)),
              'Average',
            )
            .check(describe('Average, Sum, Minimum, Maximum, SampleCount, or a percentile such as p99.')),
          seconds: z
            ._default(z.enum(['60', '300', '900', '3600', '86400']), '300')
            .check(describe('Of a period, as text.')),
          periods: z._default(count(1, 24), 3).check(describe('In so many of them in a row it must be over its line.')),
          when: z.enum(['above', 'below']),
          warning: line,
          critical: line,
          silence: z
            ._default(z.enum(['alarm', 'fine', 'unknown']), 'alarm')
            .check(describe('What it means that nobody publishes it: an alarm, all is well, or it stays what it was.')),
          severities: z._default(
            z.strictObject({ warning: z._default(severity, 'P3'), critical: z._default(severity, 'P2') }),
            { warning: 'P3', critical: 'P2' },
          ),
          says: z.string().check(z.minLength(1), z.maxLength(300), describe('What is wrong then, in words.')),
          runbook: z.string().check(z.minLength(1), z.maxLength(300), describe('What whoever is called is to read.')),
        }),
      )
      .check(z.maxLength(30)),
    [],
  )
  .check(describe('At most 30: each has two alarms at most. Packaging states what they cost.'));
