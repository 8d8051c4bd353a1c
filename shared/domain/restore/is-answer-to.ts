import type { RestoreDecision, RestoreQuestion } from '../../contracts/restore/restore.ts';

const decisions: Readonly<Record<RestoreQuestion, readonly RestoreDecision[]>> = {
  approval: ['approve', 'refuse'],
  inspection: ['go-on', 'another-moment', 'give-up'],
  merge: ['approve', 'give-up'],
};

/** Yes to the first question is none to the second one, and another moment is one that is named. */
export const isAnswerTo = (question: RestoreQuestion, decision: RestoreDecision, at: string | null): boolean =>
  decisions[question].includes(decision) && (decision === 'another-moment') === (at !== null);
