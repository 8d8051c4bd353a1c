import type { ExecutionFacts } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

export const workflow: SweptWorkflow = {
  input: ({ database, verified }, run) => ({
    database,
    backup: { kind: 'snapshot', snapshotId: verified.snapshotId },
    witnessKey: verified.witnessKey,
    witness: verified.witness,
    evidencePrefix: `backup-and-verify/${database}/${run}`,
    attempt: 1,
    isLastAttempt: true,
  }),
  violations({ executions, copies, wasCutOff }) {
    if (wasCutOff) return [];
    const isReported = executions.some(({ output }) => (output as Reported)?.cleanUpFailure);
    const left = copies.length > 0 && !isReported ? [`copy ${copies.join(', ')} is left and nobody says so`] : [];
    return [...proofViolations(executions), ...left];
  },
};

type Reported = { readonly cleanUpFailure?: unknown } | null;

/** It reports what it found, whatever that was: whoever started it waits for its output. */
export const proofViolations = (executions: readonly ExecutionFacts[]): string[] =>
  executions
    .filter((one) => one.workflow === 'prove-snapshot' && one.status === 'FAILED')
    .map(({ error }) => `prove-snapshot reports nothing: it failed with ${error ?? 'no error'}`);
