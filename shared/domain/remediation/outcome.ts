import type { Severity } from '../../contracts/common.ts';
import type { RecordedFacts, RemedyOutcome } from '../../contracts/remediation/remediation.ts';

type Facts = Omit<RecordedFacts, 'executionName' | 'executionArn' | 'startedAt'>;

export type Assessed = {
  readonly outcome: RemedyOutcome;
  readonly severity: Severity | null;
  readonly summary: string;
};

/**
 * What an execution came to. Nobody is disturbed by what was only looked at, or by the second of two events of one cause; what was
 * begun and is not known to have worked is today's work of a person.
 */
export function assessRemedy({
  change,
  refusals,
  found,
  claim,
  answer,
  applied,
  after,
  undone,
  failure,
}: Facts): Assessed {
  const what = found === null ? (change?.cause.alarmName ?? 'an alarm') : `${found.remedy}: ${found.summary}`;
  const taken = undone === null ? '' : `; ${undone.isUndone ? 'taken back' : 'NOT taken back'}: ${undone.reason}`;
  if (failure !== null) {
    const summary = `${what}: ${failure.error} in ${failure.state}${applied?.isApplied === true ? `, after ${applied.reason}` : ''}${taken}`;
    // Until the task that acts, nothing was done.
    return { outcome: 'not remedied', severity: 'P2', summary };
  }
  if (change !== null && change.state !== 'ALARM') {
    return { outcome: 'ended', severity: null, summary: `alarm '${change.cause.alarmName}' is '${change.state}'` };
  }
  if (found === null) {
    const reasons = refusals.map(({ remedy, database, reason }) => `${remedy} of ${database}: ${reason}`);
    return {
      outcome: 'refused',
      severity: null,
      summary: `nothing is applied: ${reasons.join('; ') || 'no remedy belongs to it'}`,
    };
  }
  if (claim === null || !claim.isGranted) {
    const isNews = claim !== null && !claim.isRepeated && found.mode !== 'observe';
    return {
      outcome: 'refused',
      severity: isNews ? 'P3' : null,
      summary: `${what}: ${claim?.reason ?? 'no place in the budget'}`,
    };
  }
  if (found.mode === 'observe') {
    return { outcome: 'observed', severity: 'P4', summary: `would be applied: ${what}` };
  }
  if (answer !== null && !answer.isApproved) {
    return { outcome: 'refused', severity: 'P3', summary: `${what}: ${answer.reason}` };
  }
  if (applied === null || !applied.isApplied) {
    return { outcome: 'refused', severity: 'P4', summary: `${what}: ${applied?.reason ?? 'it was not applied'}` };
  }
  if (after?.isReached === true) {
    return { outcome: 'remedied', severity: 'P3', summary: `${what}: ${applied.reason}; ${after.reason}` };
  }
  return {
    outcome: 'not remedied',
    severity: 'P2',
    summary: `${what}: ${applied.reason}; ${after?.reason ?? 'nobody has looked since'}${taken}`,
  };
}
