import * as z from 'zod/mini';
import { ExecutionName } from '../common.ts';
import { SwitchedPrimary } from './fence.ts';
import { LeaseWatch, PlannedLease } from './lease.ts';
import { Replay } from './replay.ts';

/** Nobody has started it but an alarm. */
export const AutomaticPromotion = z.strictObject({
  /** Of this region; null when a person has asked for the automatic decision. */
  alarm: z.nullable(z.string()),
  /** Policy lets it promote without asking. */
  mayDecide: z.boolean(),
  /** The primary was seen to be well, or nobody has asked for automatic promotions: nobody has to hear of it at once. */
  isNothingLost: z.boolean(),
});
export type AutomaticPromotion = z.infer<typeof AutomaticPromotion>;

/** Who is asked before anything is changed, how many of them must say yes, and how long they have. */
export const PromotionApproval = z.strictObject({
  needed: z.int(),
  seconds: z.int(),
  approvers: z.array(z.string()),
});
export type PromotionApproval = z.infer<typeof PromotionApproval>;

/** One answer, or that there was none: then nobody has decided anything. */
export const PromotionAnswer = z.strictObject({
  decision: z.nullable(z.enum(['approve', 'refuse'])),
  /** The ARN that answered, once AWS has said so, and the entry of operations.yml by which it may. */
  person: z.nullable(z.string()),
  approver: z.nullable(z.string()),
  reason: z.string(),
  at: z.string(),
});
export type PromotionAnswer = z.infer<typeof PromotionAnswer>;

export const WatchPrimaryInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  primary: SwitchedPrimary,
  replicaId: z.string(),
  automatic: AutomaticPromotion,
  mostLossSeconds: z.int(),
  lease: PlannedLease,
  /** Of the last look. */
  watch: LeaseWatch,
  /** What the machine has waited since the plan, in seconds. */
  waitedSeconds: z.number(),
  /** Of the plan: a replica that has come further is fed by a primary that lives. */
  replay: z.nullable(Replay),
  approval: z.nullable(PromotionApproval),
});
export const WatchPrimaryOutput = z.strictObject({
  /**
   * `alive`: the primary, or its region, gives a sign of life. `watch`: not long enough silent. `lost`: nothing speaks against a promotion.
   * `doubt`: it is silent, and what a promotion would do is more than policy allows without a person.
   */
  verdict: z.enum(['alive', 'watch', 'lost', 'doubt']),
  reason: z.string(),
  /** What would be lost, were it decided now; null when nobody knows. */
  lossSeconds: z.nullable(z.int()),
  /** What people are asked to accept: it may become more until they have answered. Null where asking is of no use. */
  acceptSeconds: z.nullable(z.int()),
  /** Two of three registers were unchanged for long enough. */
  isLeaseOver: z.boolean(),
  watch: LeaseWatch,
  at: z.string(),
});
export type WatchPrimaryOutput = z.infer<typeof WatchPrimaryOutput>;

const asked = {
  executionName: ExecutionName,
  executionArn: z.string(),
  database: z.string(),
  replicaId: z.string(),
  primary: SwitchedPrimary,
  reason: z.nullable(z.string()),
  approval: PromotionApproval,
  /** Null: a person has started it. */
  seen: z.nullable(WatchPrimaryOutput),
  mostLossSeconds: z.int(),
  /** An enforced lease keeps the applications out of the primary. */
  isFence: z.boolean(),
  approvedBy: z.array(z.string()),
};
export const AskPromotionInput = z.strictObject({ ...asked, token: z.string(), seconds: z.int() });
/** What waits gets what the person sends in its place. */
export const AskPromotionOutput = z.strictObject({ answer: z.unknown() });

/** What waits for a person, in the bucket: by it `npm run approve` answers. */
export const WaitingPromotion = z.strictObject({
  ...asked,
  kind: z.literal('promotion'),
  schemaVersion: z.literal(1),
  token: z.string(),
  summary: z.string(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type WaitingPromotion = z.infer<typeof WaitingPromotion>;

/** What a person sends; what is signed names the execution and the decision. */
export const SignedPromotionAnswer = z.strictObject({
  decision: z.enum(['approve', 'refuse']),
  signed: z.record(z.string(), z.string()),
});
export type SignedPromotionAnswer = z.infer<typeof SignedPromotionAnswer>;

export const CheckPromotionAnswerInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  answer: z.unknown(),
  before: z.array(PromotionAnswer),
});
export const CheckPromotionAnswerOutput = z.strictObject({
  answer: PromotionAnswer,
  /** All of them so far. */
  approvedBy: z.array(z.string()),
});
