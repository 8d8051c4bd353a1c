import type { PromotionAnswer } from '../../contracts/dr-promotion/decision.ts';

type Policy = {
  readonly decision: 'by hand' | 'approve' | 'auto';
  readonly approvers: readonly string[];
  readonly askMinutes: number;
  readonly aloneBecause?: string | undefined;
};

/** Whether a promotion that a person has started waits for others. Who that person was nobody can tell: he may be one of them. */
export const needsApproval = ({ decision, aloneBecause }: Policy, stage: string): boolean =>
  decision === 'approve' || (stage === 'prod' && aloneBecause === undefined);

/** Those who have said yes, each once: a second answer of the same person, or of another session of the role, is none. */
export const whoApproved = (answers: readonly PromotionAnswer[]): string[] => [
  ...new Set(
    answers.flatMap(({ decision, approver }) => (decision === 'approve' && approver !== null ? [approver] : [])),
  ),
];
