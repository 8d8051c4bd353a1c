import type { PlannedTrial, TrialResult, TriedPath } from '../../contracts/restore-test.ts';
import type { RungReport } from '../../contracts/verification.ts';
import { readableFailure } from '../backup/readable-failure.ts';
import { copyHours, type ProofPrices, proofCost } from '../proof-cost/proof-cost.ts';
import { sourceName } from '../resource/restore-source.ts';
import { assess, type Limits, wholeLadder } from '../verification/verdict.ts';
import { whoseFault } from '../verification/whose-fault.ts';
import { isProvenBy } from './assess-test.ts';
import { restoreTimes } from './times.ts';

export type TrialPolicy = {
  readonly limits: Limits;
  readonly targetMinutes: number | null;
  readonly prices: ProofPrices;
};

/** What became of one path, by the rungs that its proof has stored. What did not run has proven nothing. */
export function assessTrial(
  trial: PlannedTrial,
  { proof, result, failure: ofTrial, cleanUpFailure: ofCleanUp }: TrialResult,
  reports: readonly RungReport[],
  { limits, targetMinutes, prices }: TrialPolicy,
): TriedPath {
  const failure = readableFailure(ofTrial ?? result?.failure ?? null);
  const cleanUpFailure = readableFailure(ofCleanUp ?? result?.cleanUpFailure ?? null);
  const rungs = wholeLadder(reports.flatMap((report) => report.rungs));
  const tables = reports.flatMap((report) => report.tables ?? []);
  const found = assess(rungs, tables, limits, failure ?? cleanUpFailure);
  const ran = rungs.flatMap(({ status, findings }) => (status === 'not run' ? [] : [{ status, findings }]));
  const blame = isProvenBy(found.verdict) ? null : (whoseFault(ran, tables, failure ?? cleanUpFailure) ?? null);
  const phases = result?.phases ?? [];
  const times = restoreTimes(phases, result?.statuses ?? {});
  const targetSeconds = targetMinutes === null ? null : targetMinutes * 60;
  const hours = copyHours(phases);
  return {
    path: trial.path,
    verdict: found.verdict,
    summary: found.summary,
    blame,
    region: trial.region,
    restored: sourceName(trial.backup),
    pause: trial.pause,
    newestMoment: trial.newestMoment,
    rpoSeconds: trial.rpoSeconds,
    times,
    targetSeconds,
    isInTime: targetSeconds === null || times.usable === null ? null : times.usable <= targetSeconds,
    rungs: rungs.map(({ name, status, summary }) => ({ name, status, summary })),
    phases,
    failure,
    cleanUpFailure,
    witness: trial.witness,
    proof,
    objects: Object.entries(result?.digests ?? {}).map(([key, sha256]) => ({ key, sha256 })),
    predicted: trial.predicted,
    actual: hours === null ? null : proofCost(trial.size, hours, prices),
  };
}
