import type { ExecutionFacts, RunFacts } from './run-facts.ts';

/** What must hold after a run of any workflow, whatever struck it. Answers what does not, empty when all holds. */
export function violationsOf(facts: RunFacts, secrets: readonly string[]): string[] {
  return [
    ...[...facts.executions, ...facts.children].flatMap(endViolations),
    ...facts.refusals,
    ...secrets
      .filter((secret) => facts.written.includes(secret))
      .map(() => 'a password is in the history, the log or the evidence'),
  ];
}

function endViolations({ workflow, status, error }: ExecutionFacts): string[] {
  if (status === 'RUNNING') return [`${workflow} is still running at the bound`];
  if (status !== 'SUCCEEDED' && status !== 'FAILED') return [`${workflow} ended as ${status}`];
  return status === 'FAILED' && (error === null || error === '') ? [`${workflow} failed without an error name`] : [];
}
