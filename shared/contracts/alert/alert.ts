import * as z from 'zod/mini';
import { Failure, Severity } from '../common.ts';
import { Channel } from '../notification.ts';
import { UrlAnswer, UrlRequest } from './function-url.ts';

/** ISO 8601 in UTC with milliseconds: such texts are in order as their times are. */
const Moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));

/** What an event says of one alarm, whoever sent it. */
export const AlertCause = z.strictObject({
  /** `account/region/stage/subject/cause`: what has the same key is the same incident. */
  key: z.string(),
  account: z.string(),
  region: z.string(),
  stage: z.string(),
  /** A database, `instance/<id>`, `workflow/<name>` or `stage`. */
  subject: z.string(),
  cause: z.string(),
  /** The alarm, or what stands for one: a member of its incident. */
  member: z.string(),
  severity: Severity,
  state: z.enum(['problem', 'over', 'unknown']),
  /** When it became so, by the clock of who observed it. */
  at: Moment,
  title: z.string(),
  reason: z.string(),
  description: z.string(),
  value: z.nullable(z.number()),
  threshold: z.nullable(z.number()),
  runbook: z.nullable(z.string()),
  /** False: nobody reports its end. It is over when somebody has taken it. */
  hasEnd: z.boolean(),
  /** Its alarm is muted until then, for maintenance. */
  mutedUntil: z.optional(Moment),
});
export type AlertCause = z.infer<typeof AlertCause>;

const IncidentMember = z.strictObject({
  /** Of one that was taken up from another incident; else the incident's own. */
  cause: z.optional(z.string()),
  severity: Severity,
  title: z.string(),
  reason: z.string(),
  description: z.string(),
  value: z.nullable(z.number()),
  threshold: z.nullable(z.number()),
  runbook: z.nullable(z.string()),
  hasEnd: z.boolean(),
  mutedUntil: z.optional(Moment),
  /** The newest of each; an older one is a repetition, or comes late. */
  problemAt: z.nullable(Moment),
  overAt: z.nullable(Moment),
});
export type IncidentMember = z.infer<typeof IncidentMember>;

/** One request to somebody to answer, and by when. */
const Step = z.strictObject({
  number: z.int(),
  /** Place in the chain; beyond its end the last role is asked again. */
  rank: z.int(),
  role: z.string(),
  people: z.array(z.string()),
  severity: Severity,
  startedAt: Moment,
  answerBy: Moment,
});
export type Step = z.infer<typeof Step>;

/** What the execution that drives an incident does next. */
export const Decision = z.strictObject({
  act: z.enum(['notify', 'await', 'settle', 'resolve', 'leave']),
  /** How long to wait at most, where the act waits. */
  seconds: z.int(),
  /** What is over by then, should it stay so. */
  settles: z.nullable(z.string()),
  severity: Severity,
  why: z.string(),
});
export type Decision = z.infer<typeof Decision>;

/** What is kept of an incident, and changed only where nobody else has changed it meanwhile. */
export const Incident = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  key: z.string(),
  account: z.string(),
  region: z.string(),
  stage: z.string(),
  subject: z.string(),
  cause: z.string(),
  severity: Severity,
  title: z.string(),
  state: z.enum(['open', 'acknowledged', 'resolved']),
  openedAt: Moment,
  /** By name of the alarm. */
  members: z.record(z.string(), IncidentMember),
  /** How often one of its alarms came back. */
  recurrences: z.int(),
  /** The first of them and the newest ones. */
  steps: z.array(Step),
  /** Since when all members are over. */
  overSince: z.nullable(Moment),
  acknowledged: z.nullable(z.strictObject({ at: Moment, by: z.string(), way: z.string() })),
  resolvedAt: z.nullable(Moment),
  /** Business day by whose end its review is due. */
  reviewBy: z.nullable(Moment),
  /** The execution that asks and waits for this incident, and by when it will have looked again. */
  driver: z.strictObject({
    executionName: z.string(),
    until: Moment,
    /** Its newest decision: asked for the same one again, it answers the same. */
    round: z.int(),
    decision: z.nullable(Decision),
    /** What it knew of the incident then. */
    knew: z.string(),
  }),
  /** What wakes the driver while it waits. */
  token: z.nullable(z.string()),
  timeline: z.array(z.strictObject({ at: Moment, what: z.string() })),
});
export type Incident = z.infer<typeof Incident>;

/** What was tried of one step, by address: written before it is tried, so that nothing that was sent is forgotten. */
export const Deliveries = z.record(
  z.string(),
  z.strictObject({ channel: Channel, tries: z.array(z.enum(['open', 'sent', 'failed'])) }),
);
export type Deliveries = z.infer<typeof Deliveries>;

const run = { executionName: z.string(), now: z.string() };
const incidentOf = { key: z.string(), id: z.string() };

export const ReadEventInput = z.strictObject({ executionName: z.string(), event: z.unknown() });
export const ReadEventOutput = z.strictObject({ cause: z.nullable(AlertCause), why: z.string() });

export const FindIncidentInput = z.strictObject({ ...run, cause: AlertCause });
export const FindIncidentOutput = z.strictObject({
  ...incidentOf,
  /** Opened, or left by who drove it: this execution drives it. */
  isDriver: z.boolean(),
  found: z.enum(['opened', 'taken over', 'joined', 'repeated', 'noted']),
});
export type FindIncidentOutput = z.infer<typeof FindIncidentOutput>;

export const DecideStepInput = z.strictObject({
  ...run,
  ...incidentOf,
  /** The answer that was waited for did not come in its time. */
  isUnanswered: z.boolean(),
  /** What was waited out: `settles` of the decision before. */
  settled: z.nullable(z.string()),
  /** Which decision of this execution it is, from 1. */
  round: z.int(),
});
export const DecideStepOutput = Decision;

export const NotifyIncidentInput = z.strictObject({ ...run, ...incidentOf, act: z.enum(['notify', 'resolve']) });
export const NotifyIncidentOutput = z.strictObject({ delivered: z.array(Channel), failed: z.array(Channel) });

export const AwaitAnswerInput = z.strictObject({ executionName: z.string(), ...incidentOf, token: z.string() });
export const AwaitAnswerOutput = z.strictObject({ isAnswered: z.boolean() });

export const RecordIncidentInput = z.strictObject({ ...run, ...incidentOf });
export const RecordIncidentOutput = z.strictObject({ recordKey: z.string(), pageKey: z.string(), summary: z.string() });

export const PublishIncidentInput = z.strictObject({
  executionName: z.string(),
  event: z.unknown(),
  /** Null where it was not known yet. */
  id: z.nullable(z.string()),
  severity: Severity,
  failure: Failure,
});
export const PublishIncidentOutput = z.strictObject({ messageId: z.string() });

export const AcknowledgeIncidentInput = UrlRequest;
export const AcknowledgeIncidentOutput = UrlAnswer;
