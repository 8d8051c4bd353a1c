import type { RunFacts } from './run-facts.ts';

/** What must hold after a run whatever struck it. Answers what does not, empty when all holds. */
export function violationsOf(facts: RunFacts, secrets: readonly string[]): string[] {
  return [
    ...endViolations(facts),
    ...evidenceViolations(facts),
    ...copyViolations(facts),
    ...snapshotViolations(facts),
    ...secrets
      .filter((secret) => facts.written.includes(secret))
      .map(() => 'a password is in the history, the log or the evidence'),
  ];
}

function endViolations({ status, error, milliseconds }: RunFacts): string[] {
  if (status === 'RUNNING') return [`still running after ${Math.round(milliseconds / 1000)} s`];
  if (status !== 'SUCCEEDED' && status !== 'FAILED') return [`ended as ${status}`];
  return status === 'FAILED' && (error === null || error === '') ? ['failed without an error name'] : [];
}

/** The states after which nobody is left to write evidence; the execution itself must then have failed. */
const mayLackEvidence = /could not be recorded/;

function evidenceViolations({ status, cause, evidence }: RunFacts): string[] {
  if (evidence === undefined) {
    return status === 'FAILED' && mayLackEvidence.test(cause ?? '') ? [] : [`${status} without evidence`];
  }
  const { verdict, rungs, failure, cleanUpFailure } = evidence;
  const isProven = verdict === 'exact' || verdict === 'bounded';
  const unproven = rungs.filter((rung) => rung.status !== 'passed' && rung.status !== 'gap').map(({ name }) => name);
  return [
    ...(status === 'SUCCEEDED' && !isProven ? [`succeeded with verdict '${verdict}'`] : []),
    ...(status === 'SUCCEEDED' && cleanUpFailure !== null ? ['succeeded although the clean-up failed'] : []),
    ...(isProven && unproven.length > 0 ? [`verdict '${verdict}' with unproven ${unproven.join(', ')}`] : []),
    ...(isProven && failure !== null ? [`verdict '${verdict}' with failure ${failure.error}`] : []),
  ];
}

function copyViolations({ status, copies, evidence }: RunFacts): string[] {
  if (copies.length === 0) return [];
  const isTold = status === 'FAILED' && evidence?.cleanUpFailure != null;
  return isTold ? [] : [`copy ${copies.join(', ')} is left and nobody says so`];
}

function snapshotViolations({ evidence, snapshots }: RunFacts): string[] {
  if (evidence === undefined || (evidence.verdict !== 'exact' && evidence.verdict !== 'bounded')) return [];
  const id = evidence.snapshot?.id ?? 'none';
  return snapshots.includes(id) ? [] : [`verified snapshot '${id}' is not available`];
}
