import { isSameContent } from '../../shared/domain/lease/register.ts';
import { type Rules, soundRules } from './rules.ts';

/** Mistakes that the model must find, each with what it breaks. */
export const variants: Readonly<Record<string, Rules>> = {
  'takes while the lease may still be held': { ...soundRules, waitFor: ({ holdFor }) => holdFor },
  'takes before the dead-man is sure to have acted': {
    ...soundRules,
    waitFor: ({ holdFor, drift }) => (holdFor * (1 + drift)) / (1 - drift),
  },
  'counts the validity by the clock of the agent': { ...soundRules, clock: 'agent' },
  'counts the validity from the update in the database': { ...soundRules, validityFrom: 'update' },
  'counts a renewal from the time of its answer': { ...soundRules, validityFrom: 'answer' },
  'holds after one register of three': {
    ...soundRules,
    validUntil: (startedAt, { kind }, written, holdFor) =>
      kind !== 'wait' && written.size >= 1 ? startedAt + holdFor : undefined,
  },
  'takes where one register alone is quiet': {
    ...soundRules,
    planPass: (question) => {
      const plan = soundRules.planPass(question);
      if (plan.kind !== 'wait' || !question.mayTake) return plan;
      const stale = Object.entries(question.readings).filter(([register, { content }]) => {
        const seen = question.watch[register];
        return (
          content.holder !== question.me &&
          seen !== undefined &&
          isSameContent(seen.content, content) &&
          question.now - seen.since > question.waitFor
        );
      });
      const writes = stale.map(([register, { content }]) => ({
        register,
        ifContent: content,
        content: { epoch: plan.epoch + 1, holder: question.me, counter: content.counter + 1 },
      }));
      return { ...plan, kind: 'take', epoch: plan.epoch + 1, writes };
    },
  },
  'does not start its watch anew after a change': {
    ...soundRules,
    observe: (watch, readings) => {
      const next = { ...soundRules.observe(watch, readings) };
      for (const [register, seen] of Object.entries(watch)) {
        const now = next[register];
        if (now !== undefined) next[register] = { ...now, since: seen.since };
      }
      return next;
    },
  },
  'counts answers, not registers': { ...soundRules, counts: 'answers' },
  'has no dead-man': { ...soundRules, hasDeadMan: false },
  'does not raise the epoch': {
    ...soundRules,
    planPass: (question) => {
      const plan = soundRules.planPass(question);
      if (plan.kind !== 'take') return plan;
      const writes = plan.writes.map((write) => ({ ...write, content: { ...write.content, epoch: plan.epoch - 1 } }));
      return { ...plan, epoch: plan.epoch - 1, writes };
    },
  },
  'writes whatever the register has': {
    ...soundRules,
    planPass: (question) => {
      const plan = soundRules.planPass(question);
      return { ...plan, writes: plan.writes.map((write) => ({ ...write, ifContent: anyContent })) };
    },
  },
  'lets a late update lift a fence': {
    ...soundRules,
    extend: (validity, epoch, until) => ({ epoch, until: Math.max(validity.until, until), fencedEpoch: epoch - 1 }),
  },
  'renews in the epoch in which it was fenced': {
    ...soundRules,
    planPass: (question) => soundRules.planPass({ ...question, fencedEpoch: 0 }),
  },
  'never takes': {
    ...soundRules,
    planPass: (question) => soundRules.planPass({ ...question, mayTake: false }),
  },
};

/** A write on this condition is one without a condition. */
export const anyContent = { epoch: -1, holder: null, counter: -1 };
