import { RestoreTestEvidence } from '../../../shared/contracts/restore-test.ts';
import type { RunFacts } from '../../fault-sweep/run-facts.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { proofViolations } from '../prove-snapshot/sweep.ts';

/**
 * By hand: a schedule would find nothing due after the first run. The one path that the scene keeps ready for every run: its
 * copies in the second region are tidied away, and its brackets have no whole second. The plan looks at both regions all the same.
 */
export const workflow: SweptWorkflow = {
  input: ({ database }) => ({ database, paths: ['snapshot'] }),
  violations: (facts) => [
    ...facts.executions.flatMap(({ name, status, cause, input, output }) => {
      const evidence = evidenceOf(facts, name);
      if (evidence !== undefined) return evidenceViolations(status, evidence);
      // By its schedule, and no database was due.
      if (status === 'SUCCEEDED' && output === null && !Object.hasOwn(input ?? {}, 'database')) return [];
      const mayLack = facts.wasCutOff || /could not be recorded/.test(cause ?? '');
      return status === 'FAILED' && mayLack ? [] : [`${status} without evidence`];
    }),
    ...(facts.wasCutOff ? [] : [...proofViolations(facts.children), ...copyViolations(facts)]),
  ],
};

function evidenceOf({ evidence }: RunFacts, run: string): RestoreTestEvidence | undefined {
  for (const [key, text] of evidence)
    if (key.startsWith('restore-test/') && key.endsWith(`/${run}/evidence.json`) && text !== '')
      return RestoreTestEvidence.parse(JSON.parse(text));
  return undefined;
}

function evidenceViolations(status: string, { isProven, tried, notTried, failure }: RestoreTestEvidence): string[] {
  const isGood = (verdict: string) => verdict === 'exact' || verdict === 'bounded';
  const unproven = tried.filter(({ verdict, rungs }) =>
    rungs.some((rung) => isGood(verdict) && rung.status !== 'passed' && rung.status !== 'gap'),
  );
  const missing = notTried.filter(({ kind }) => kind === 'impossible' || kind === 'cost');
  const hasRed = failure !== null || missing.length > 0 || tried.some(({ verdict }) => !isGood(verdict));
  return [
    ...(status === 'SUCCEEDED' && !isProven ? ['succeeded although not every path is proven'] : []),
    ...(isProven && tried.length === 0 ? ['proven, and nothing was tried'] : []),
    ...(isProven && hasRed ? ['proven over a path that is not'] : []),
    ...unproven.map(({ path }) => `path '${path}' is proven with rungs that are not`),
    ...tried.flatMap(({ path, verdict, failure: ofPath, cleanUpFailure }) =>
      isGood(verdict) && (ofPath !== null || cleanUpFailure !== null)
        ? [`path '${path}' is proven over a failure`]
        : [],
    ),
  ];
}

/** A copy may be left when the evidence says so: the sweeper removes it later. */
function copyViolations(facts: RunFacts): string[] {
  if (facts.copies.length === 0) return [];
  const isReported = facts.executions.some(({ name }) =>
    evidenceOf(facts, name)?.tried.some(({ cleanUpFailure }) => cleanUpFailure !== null),
  );
  return isReported ? [] : [`copy ${facts.copies.join(', ')} is left and nobody says so`];
}
