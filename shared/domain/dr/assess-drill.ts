import type { Phase, Severity } from '../../contracts/common.ts';
import type { DrillEvidence, DrillResult, RecordDrillInput } from '../../contracts/dr-drill/dr-drill.ts';
import type { RecoveryTargets } from '../../contracts/dr-promotion/recovery.ts';

type Assessed = Pick<
  DrillEvidence,
  'result' | 'severity' | 'summary' | 'left' | 'rtoSeconds' | 'rpoSeconds' | 'backupRpoSeconds' | 'isInTime'
>;

/** The order of a promotion is its fence: what a drill makes before it, a disaster does not wait for. */
const ordered = 'FenceDrill';
const confirmedBy = 'ConfirmDrill';

/** What a drill came to, for people and for the trend. */
export function assessDrill(input: RecordDrillInput, targets: RecoveryTargets): Assessed {
  const measured = measure(input);
  const result = resultOf(input);
  const isInTime =
    result === 'rehearsed' && measured.rtoSeconds !== null && measured.rpoSeconds !== null
      ? measured.rtoSeconds <= targets.rtoSeconds && measured.rpoSeconds <= targets.rpoSeconds
      : null;
  return {
    result,
    severity: severityOf(input, result, isInTime),
    summary: summaryOf(input, result, measured, targets),
    left: leftOf(input, result),
    ...measured,
    isInTime,
  };
}

function measure({ fence, drained, confirmed, phases, plan }: RecordDrillInput) {
  const from = phases.find(({ name }) => name === ordered);
  const to = phases.find(({ name }) => name === confirmedBy);
  return {
    rtoSeconds: from === undefined || to === undefined || confirmed === null ? null : secondsOf(from, to),
    // A log that was replayed to the fence has every transaction before it; the client's row shows that it is so.
    rpoSeconds: drained === null || confirmed?.isBeforeThere !== true ? null : drained.lossSeconds,
    backupRpoSeconds:
      fence === null || plan?.backup == null
        ? null
        : Math.max(0, (Date.parse(fence.at) - Date.parse(plan.backup.takenAt)) / 1000),
  };
}

const secondsOf = (from: Phase, to: Phase): number => (Date.parse(to.endedAt) - Date.parse(from.startedAt)) / 1000;

function resultOf({ plan, confirmed, failure }: RecordDrillInput): DrillResult {
  if (plan === null || plan.refusals.length > 0) return 'refused';
  if (failure === null && !plan.isActed) return 'planned';
  return failure === null && confirmed?.isBeforeThere === true ? 'rehearsed' : 'not rehearsed';
}

/** A drill that fails is found while nothing burns: nobody is woken. */
function severityOf({ cleanUpFailure }: RecordDrillInput, result: DrillResult, isInTime: boolean | null): Severity {
  if (result === 'planned') return 'P4';
  return result === 'rehearsed' && isInTime === true && cleanUpFailure === null ? 'P4' : 'P2';
}

function summaryOf(
  { plan, failure, confirmed, cleanUpFailure }: RecordDrillInput,
  result: DrillResult,
  { rtoSeconds, rpoSeconds }: Pick<Assessed, 'rtoSeconds' | 'rpoSeconds'>,
  targets: RecoveryTargets,
): string {
  const why = failure === null ? '' : `: ${failure.error} in ${failure.state}`;
  const unclean = cleanUpFailure === null ? '' : `; NOT CLEANED UP: ${cleanUpFailure.error}`;
  switch (result) {
    case 'planned':
      return `a promotion of '${plan?.database}' could be rehearsed from '${plan?.backup?.snapshotId}'`;
    case 'refused':
      return `nothing was rehearsed and nothing was made${plan === null ? why : `: ${plan.refusals.map(({ reason }) => reason).join('; ')}`}`;
    case 'not rehearsed':
      return `the promotion was not rehearsed to its end${confirmed?.isBeforeThere === false ? `: row '${confirmed.row.marker}' was written, and the one that was acknowledged before the fence is lost` : why}${unclean}`;
    case 'rehearsed':
      return `a client had written ${numberOf(rtoSeconds)} s after the order, at most ${targets.rtoSeconds} s are required; at most ${numberOf(rpoSeconds)} s are lost, at most ${targets.rpoSeconds} s are required${unclean}`;
  }
}

const numberOf = (seconds: number | null): string => (seconds === null ? 'nobody knows how many' : seconds.toFixed(1));

function leftOf({ plan, isCleanedUp, cleanUpFailure }: RecordDrillInput, result: DrillResult): string[] {
  if (result === 'refused' || result === 'planned') return plan?.refusals.map(({ remedy }) => remedy) ?? [];
  return isCleanedUp
    ? []
    : [
        `Look for what '${plan?.scope}' has left: instances '${plan?.primaryId}' and '${plan?.replicaId}', which sweep-leftovers deletes when they expire; record '${plan?.name}'; lease/drill/${plan?.scope}.json of the three buckets pg-gameday-lease-… (${cleanUpFailure?.error ?? 'the clean-up did not run'}).`,
      ];
}
