import { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import type { ExecutionFacts, RunFacts } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { proofViolations } from '../prove-snapshot/sweep.ts';

export const workflow: SweptWorkflow = {
  input: ({ database }) => ({ database }),
  violations: (facts) => [
    ...facts.executions.flatMap((run) => evidenceViolations(run, evidenceOf(facts, run.name), facts.wasCutOff)),
    ...(facts.wasCutOff ? [] : [...proofViolations(facts.children), ...copyViolations(facts)]),
  ],
  goodSnapshots: (facts) =>
    facts.executions.flatMap(({ name }) => {
      const evidence = evidenceOf(facts, name);
      return evidence !== undefined && isProven(evidence) ? [evidence.snapshot?.id ?? 'none'] : [];
    }),
};

const isProven = ({ verdict }: Evidence) => verdict === 'exact' || verdict === 'bounded';

function evidenceOf({ evidence }: RunFacts, run: string): Evidence | undefined {
  for (const [key, text] of evidence) {
    if (key.endsWith(`/${run}/evidence.json`) && text !== '') return Evidence.parse(JSON.parse(text));
  }
  return undefined;
}

/** The states after which nobody is left to write evidence; the execution itself must then have failed. */
const mayLackEvidence = /could not be recorded/;

function evidenceViolations(
  { status, cause }: ExecutionFacts,
  evidence: Evidence | undefined,
  wasCutOff: boolean,
): string[] {
  if (evidence === undefined) {
    return status === 'FAILED' && (wasCutOff || mayLackEvidence.test(cause ?? ''))
      ? []
      : [`${status} without evidence`];
  }
  const { verdict, rungs, failure, cleanUpFailure } = evidence;
  const unproven = rungs.filter((rung) => rung.status !== 'passed' && rung.status !== 'gap').map(({ name }) => name);
  return [
    ...(status === 'SUCCEEDED' && !isProven(evidence) ? [`succeeded with verdict '${verdict}'`] : []),
    ...(status === 'SUCCEEDED' && cleanUpFailure !== null ? ['succeeded although the clean-up failed'] : []),
    ...(isProven(evidence) && unproven.length > 0 ? [`verdict '${verdict}' with unproven ${unproven.join(', ')}`] : []),
    ...(isProven(evidence) && failure !== null ? [`verdict '${verdict}' with failure ${failure.error}`] : []),
  ];
}

/** A copy may be left when the execution says so: the sweeper removes it later. */
function copyViolations(facts: RunFacts): string[] {
  if (facts.copies.length === 0) return [];
  const isReported = facts.executions.some(
    ({ name, status }) => status === 'FAILED' && evidenceOf(facts, name)?.cleanUpFailure != null,
  );
  return isReported ? [] : [`copy ${facts.copies.join(', ')} is left and nobody says so`];
}
