import * as z from 'zod/mini';
import { Failure } from './common.ts';

const executionName = z.string();
const action = z.enum(['stop', 'start', 'leave']);

export const OfficeDecision = z.strictObject({
  instanceId: z.string(),
  action,
  reason: z.string(),
  wasStartedByRds: z.boolean(),
  /** Nobody but a person brings it out of its status; its action is `leave`. */
  isStuck: z.boolean(),
});

export const PlanOfficeHoursInput = z.strictObject({ executionName });
export const PlanOfficeHoursOutput = z.strictObject({
  /** What is to be stopped or started, and what is stuck. */
  actions: z.array(OfficeDecision),
});

/** Only the name: the task decides anew by what is there then. */
export const StopDatabaseInput = z.strictObject({ instanceId: z.string() });
export const StopDatabaseOutput = z.strictObject({ instanceId: z.string(), done: z.boolean(), reason: z.string() });
export const StartDatabaseInput = z.strictObject({ instanceId: z.string() });
export const StartDatabaseOutput = z.strictObject({ instanceId: z.string(), done: z.boolean(), reason: z.string() });

/** What became of one planned action. */
export const OfficeAction = z.strictObject({
  instanceId: z.string(),
  action,
  done: z.boolean(),
  reason: z.string(),
  wasStartedByRds: z.boolean(),
  isStuck: z.boolean(),
  error: z.nullable(z.string()),
});

/** What was stopped and started. */
export const OfficeHoursRecord = z.strictObject({
  workflow: z.literal('office-hours'),
  actions: z.array(OfficeAction),
  failure: z.nullable(Failure),
});
export type OfficeHoursRecord = z.infer<typeof OfficeHoursRecord>;
