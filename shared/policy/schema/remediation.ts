import * as z from 'zod/mini';
import { amount, count, describe } from './checked-values.ts';
import type { AlarmKindName } from './health-alarms.ts';

const RemedyMode = z.enum(['observe', 'ask', 'act']);
type Mode = z.infer<typeof RemedyMode>;

/** The remedies of each alarm, in the order in which they are looked at; `leaked-credential` is a finding of GuardDuty. */
export const remediesOfAlarms = {
  'blocked-sessions': ['end-root-blocker'],
  'long-transaction': ['end-idle-in-transaction', 'cancel-runaway-statement'],
  'transaction-ids': ['freeze-oldest-table'],
  multixacts: ['freeze-oldest-table'],
  'slot-inactive': ['drop-dead-slot'],
  'slot-retained': ['drop-dead-slot'],
  'replication-lag': ['unstick-subscription'],
  silent: ['start-stopped'],
  storage: ['grow-storage'],
  'storage-forecast': ['grow-storage'],
  'leaked-credential': ['isolate-credential'],
} as const satisfies { readonly [Kind in AlarmKindName | 'leaked-credential']?: readonly string[] };

type RemedyName = (typeof remediesOfAlarms)[keyof typeof remediesOfAlarms][number];

/** Those that end what is of a role, and that drop a slot: before they act, it is said whose and which. */
export const endsSessions: readonly string[] = [
  'end-root-blocker',
  'end-idle-in-transaction',
  'cancel-runaway-statement',
] satisfies readonly RemedyName[];
export const dropsSlots: readonly string[] = ['drop-dead-slot'] satisfies readonly RemedyName[];

const shapes = <Schema extends z.core.$ZodType>(mode: (remedy: RemedyName) => Schema) =>
  Object.entries(remediesOfAlarms).map(
    ([kind, names]) => [kind, Object.fromEntries(names.map((name) => [name, mode(name)]))] as const,
  );

export type RemedyModes = { readonly [kind: string]: { readonly [remedy: string]: Mode | undefined } | undefined };

/** Keeps an application out: a person decides it each time. */
const AskedRemedyMode = z.enum(['observe', 'ask']);
const modeFor = (remedy: RemedyName) => (remedy === 'isolate-credential' ? AskedRemedyMode : RemedyMode);

/** What is not named only observes. */
const modes = z.prefault(
  z.strictObject(
    Object.fromEntries(
      shapes((remedy) => z._default(modeFor(remedy), 'observe')).map(([kind, shape]) => [
        kind,
        z.prefault(z.strictObject(shape), {}),
      ]),
    ),
  ),
  {},
);
const stageModes = z._default(
  z.strictObject(
    Object.fromEntries(
      shapes((remedy) => z.optional(modeFor(remedy))).map(([kind, shape]) => [kind, z.optional(z.strictObject(shape))]),
    ),
  ),
  {},
);

/** Of a stage: the modes that differ there. */
export const StageRemediation = z.strictObject({
  alarms: stageModes.check(describe('alarm: remedy: observe, ask or act, where the stage differs from all others.')),
});

const names = (most: number) => z.array(z.string().check(z.minLength(1), z.maxLength(most)));

export const Remediation = z.prefault(
  z.strictObject({
    alarms: modes.check(describe('alarm: remedy: observe, ask or act. What is not named only observes.')),
    budget: z.prefault(
      z.strictObject({
        hour: z._default(count(0, 100), 4).check(describe('Acts of all databases together in an hour.')),
        day: z._default(count(0, 500), 12),
        databaseHour: z._default(count(0, 100), 2).check(describe('The same of each database.')),
        databaseDay: z._default(count(0, 500), 6),
      }),
      {},
    ),
    coolDownMinutes: z
      ._default(count(1, 1440), 15)
      .check(describe('So long a remedy is not applied again to what it was applied to.')),
    sessions: z.prefault(
      z.strictObject({
        roles: z
          ._default(names(63), ['*'])
          .check(describe("Roles whose sessions may be ended. '*': every one but superusers, RDS's and ours.")),
        blockingSeconds: z
          ._default(count(1, 86_400), 60)
          .check(describe("A root blocker's transaction is open for longer than this.")),
        blockedSessions: z._default(count(0, 10_000), 3).check(describe('And more sessions than this wait for it.')),
        idleSeconds: z
          ._default(count(10, 604_800), 900)
          .check(describe('A session rests within its transaction for longer than this.')),
        runawaySeconds: z._default(count(10, 604_800), 900).check(describe('A statement runs for longer than this,')),
        runawayTimes: z
          ._default(count(2, 10_000), 10)
          .check(describe('and so many times longer than nearly all of its calls before.')),
        queryIds: z
          ._default(names(20), ['*'])
          .check(describe("pg_stat_statements.queryid of statements that may be cancelled, as text; '*': every one.")),
      }),
      {},
    ),
    freeze: z.prefault(
      z.strictObject({
        age: z
          ._default(count(1_000_000, 2_000_000_000), 1_000_000_000)
          .check(describe('Transaction ids since the table was frozen.')),
      }),
      {},
    ),
    slots: z.prefault(
      z.strictObject({
        names: z
          ._default(names(63), ['*'])
          .check(describe("Slots that may be dropped; '*': every one that is not kept. RDS's own never are.")),
        keep: z
          ._default(names(63), [])
          .check(describe('Slots that are never dropped: of the second region, of a stream.')),
        retainedPercent: z
          ._default(count(1, 100), 20)
          .check(describe("What it retains, as a share of the instance's storage.")),
      }),
      {},
    ),
    storage: z.prefault(
      z.strictObject({
        growPercent: z._default(count(10, 100), 20).check(describe('RDS adds at least 10 %. It cannot be taken back.')),
        mostGb: z._default(count(0, 65_536), 0).check(describe('No instance is grown beyond it; 0: none is grown.')),
        mostMoneyMonth: z._default(amount('What one growth may add to the bill of a month.'), 0),
      }),
      {},
    ),
    ask: z.prefault(
      z.strictObject({
        minutes: z
          ._default(count(1, 1440), 60)
          .check(describe('So long an answer is waited for; then nothing is done.')),
        approvers: z
          ._default(names(300), [])
          .check(describe('ARNs of those who may answer: of a role for all of its sessions, or of a user.')),
      }),
      {},
    ),
  }),
  {},
);
