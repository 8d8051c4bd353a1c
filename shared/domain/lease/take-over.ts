import { type LeasePass, type LeaseQuestion, type LeaseWrite, planPass } from './pass.ts';
import { majority } from './register.ts';
import type { Watch } from './watch.ts';

export type TakeOver =
  | { readonly kind: 'take'; readonly pass: LeasePass }
  /** Fewer than two registers answer, or may be taken yet. */
  | { readonly kind: 'wait' }
  /** Waiting is of no use: somebody holds it. */
  | { readonly kind: 'held'; readonly reason: string };

export type TakeOverQuestion = Omit<LeaseQuestion, 'mayTake' | 'fencedEpoch'> & {
  /** Whose lease it was when the plan was made; nobody else's is taken. */
  readonly from: string;
  /** What was seen of the registers then. */
  readonly first: Watch;
};

/** A write that was on its way when the plan was made comes once; the next one is of an agent that lives. */
const lateWrites = 1;

/**
 * Whether a promotion may take the lease of a primary now. A fence that is confirmed inside its database ends it at once; without
 * one the registers must be seen unchanged for as long as that database may go on by itself. One that is renewed meanwhile is of
 * a primary that lives, whatever people say.
 */
export function planTakeOver(question: TakeOverQuestion): TakeOver {
  const { me, from, first, fenced, readings } = question;
  const read = Object.entries(readings);
  const other = read.find(
    ([
      ,
      {
        content: { holder },
      },
    ]) => holder !== null && holder !== me && holder !== from,
  );
  if (other !== undefined)
    return {
      kind: 'held',
      reason: `register '${other[0]}' is '${other[1].content.holder}'s in epoch ${other[1].content.epoch}, '${from}'s is required`,
    };
  const pass = planPass({ ...question, mayTake: true, fencedEpoch: 0 });
  if (pass.kind !== 'wait' && pass.writes.length >= majority) return { kind: 'take', pass };
  const renewed = read.find(([register, { content }]) => {
    const seen = first[register]?.content;
    if (fenced !== undefined || seen === undefined || content.holder !== from) return false;
    return content.epoch > seen.epoch || content.counter > seen.counter + lateWrites;
  });
  if (renewed === undefined) return { kind: 'wait' };
  return {
    kind: 'held',
    reason: `'${from}' renews its lease: register '${renewed[0]}' went from ${first[renewed[0]]?.content.counter} to ${renewed[1].content.counter} since the plan`,
  };
}

/**
 * The registers that a promotion took, as they become the primary's again when nothing was promoted: in an epoch of its own, so that
 * a fence of the one before keeps nobody out. What it never took it does not touch.
 */
export function planGiveBack({
  me,
  to,
  readings,
}: {
  readonly me: string;
  readonly to: string;
  readonly readings: LeaseQuestion['readings'];
}): readonly LeaseWrite[] {
  const read = Object.entries(readings).map(([register, { content }]) => ({ register, content }));
  const highest = Math.max(0, ...read.map(({ content }) => content.epoch));
  const isBack = read.some(({ content }) => content.epoch === highest && content.holder === to);
  return read
    .filter(({ content }) => content.holder === me)
    .map(({ register, content }) => ({
      register,
      ifContent: content,
      content: { epoch: isBack ? highest : highest + 1, holder: to, counter: content.counter + 1 },
    }));
}
