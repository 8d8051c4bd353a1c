import * as z from 'zod/mini';
import { ExecutionName } from '../common.ts';
import { PromotionFence, SwitchedPrimary } from './fence.ts';

const Register = z.strictObject({ epoch: z.int(), holder: z.nullable(z.string()), counter: z.int() });

/** What the machine has seen of each register, and since when nothing else, in milliseconds that it had waited. */
export const LeaseWatch = z.record(z.string(), z.strictObject({ content: Register, since: z.number() }));
export type LeaseWatch = z.infer<typeof LeaseWatch>;

/** The lease of the primary when the plan was made. */
export const PlannedLease = z.strictObject({
  mode: z.enum(['observe', 'enforce']),
  /** Of the highest epoch; null when nobody has ever held it, or it was released. */
  holder: z.nullable(z.string()),
  epoch: z.int(),
  /** The primary keeps its applications out by itself when the lease is over: it is enforced, and its dead-man was alive. */
  isFence: z.boolean(),
  watch: LeaseWatch,
});
export type PlannedLease = z.infer<typeof PlannedLease>;

const asked = {
  executionName: ExecutionName,
  database: z.string(),
  primary: SwitchedPrimary,
  replicaId: z.string(),
  fence: PromotionFence,
  lease: PlannedLease,
  /** Of the last look. */
  watch: LeaseWatch,
  /** What the machine has waited since the plan, in seconds: a lower bound of the time that has passed. */
  waitedSeconds: z.number(),
};

export const CheckLeaseInput = z.strictObject(asked);
export const CheckLeaseOutput = z.strictObject({
  /** Two of three registers may be taken now. */
  isOver: z.boolean(),
  watch: LeaseWatch,
  /** Regions whose register did not answer. */
  silent: z.array(z.string()),
});

export const TakeLeaseInput = z.strictObject(asked);
/** `registers`: of three. */
export const TakeLeaseOutput = z.strictObject({ epoch: z.int(), holder: z.string(), registers: z.int() });
export type TakeLeaseOutput = z.infer<typeof TakeLeaseOutput>;

export const GiveBackLeaseInput = z.strictObject({
  executionName: ExecutionName,
  database: z.string(),
  primary: SwitchedPrimary,
  replicaId: z.string(),
});
/** Registers that are the primary's again. */
export const GiveBackLeaseOutput = z.strictObject({ registers: z.int() });
