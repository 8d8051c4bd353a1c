import type {
  PromotionRecord,
  PromotionResult,
  RecordPromotionInput,
} from '../../contracts/dr-promotion/dr-promotion.ts';
import type { RecoveryTargets } from '../../contracts/dr-promotion/recovery.ts';
import { leftOf } from './left-of-promotion.ts';
import { isInTime } from './targets.ts';

type Measured = Pick<PromotionRecord, 'lossSeconds' | 'rtoSeconds' | 'isInTime'>;
type Assessed = Pick<PromotionRecord, 'result' | 'severity' | 'summary' | 'left'> & Measured;

/** What an execution came to, for people: how far it went decides, and what is left is theirs. */
export function assessPromotion(input: RecordPromotionInput, targets: RecoveryTargets): Assessed {
  const result = resultOf(input);
  const measured = measure(input, result, targets);
  return {
    result,
    severity: severityOf(input, result),
    summary: summaryOf(input, result, measured, targets),
    left: leftOf(input, result),
    ...measured,
  };
}

/** Why an automatic promotion did not begin, though nothing is wrong: a primary that lives, and another promotion. */
const quiet = ['PrimaryAlive', 'LeaseHeldError', 'PromotionClaimedError'];

function severityOf({ plan, failure, answers }: RecordPromotionInput, result: PromotionResult): Assessed['severity'] {
  if (result === 'planned') return 'P4';
  // Whoever asked for it is awake; the others must hear at once that the primary is another one.
  if (result !== 'refused' && result !== 'undone') return 'P1';
  if (failure?.error === 'ApprovalExpired') return 'P1';
  if (plan?.automatic == null || failure?.error === 'ApprovalRefused') return 'P2';
  // Whoever was asked hears that it is not needed any more.
  const isQuiet = plan.automatic.isNothingLost || quiet.includes(failure?.error ?? '');
  return isQuiet ? (answers.length === 0 ? 'P4' : 'P2') : 'P1';
}

function measure(
  { drained, opened, confirmed, plan, startedAt }: RecordPromotionInput,
  result: PromotionResult,
  targets: RecoveryTargets,
): Measured {
  const lossSeconds = result === 'promoted' || result === 'unfinished' ? (drained?.lossSeconds ?? null) : null;
  const rtoSeconds =
    opened === null ? null : (Date.parse(confirmed?.at ?? opened.writableAt) - Date.parse(startedAt)) / 1000;
  // What clients resolve does not lead there: that the instance can be written to is no end of their outage.
  const isReached = confirmed !== null || plan?.name == null;
  const inTime = result === 'promoted' ? isInTime(rtoSeconds, lossSeconds, targets) : null;
  return { lossSeconds, rtoSeconds, isInTime: inTime === true && !isReached ? null : inTime };
}

function resultOf({
  plan,
  opened,
  isPromotionAsked,
  isLifted,
  failure,
  liftFailure,
}: RecordPromotionInput): PromotionResult {
  if (isPromotionAsked) return opened !== null ? 'promoted' : 'unfinished';
  if (liftFailure !== null) return 'not undone';
  if (isLifted) return 'undone';
  if (failure === null && plan !== null && !plan.isActed) return 'planned';
  return 'refused';
}

/** Whose causes are sentences of this machine. */
const decided = ['WatchPrimary', 'AskPromotion', 'CheckPromotionAnswer'];

function summaryOf(
  { plan, failure, confirmed, nameFailure, hardenFailure }: RecordPromotionInput,
  result: PromotionResult,
  { lossSeconds, rtoSeconds, isInTime: inTime }: Measured,
  targets: RecoveryTargets,
): string {
  const why =
    failure === null
      ? ''
      : `: ${failure.error} in ${failure.state}${decided.includes(failure.state) ? `, ${failure.cause}` : ''}`;
  const refusals = plan?.refusals.map(({ reason }) => reason).join('; ') ?? '';
  const replica = plan?.replica?.instanceId ?? 'the replica';
  const loss =
    lossSeconds === null
      ? 'what is lost nobody knows'
      : lossSeconds === 0
        ? 'nothing is lost'
        : `at most ${lossSeconds} s are lost`;
  switch (result) {
    case 'planned':
      return refusals === ''
        ? `'${replica}' could be promoted; ${predictedText(plan?.predictedLossSeconds ?? null, targets)}`
        : `no promotion would be begun: ${refusals}`;
    case 'refused':
      return `nothing was promoted and nothing was changed${refusals === '' ? why : `: ${refusals}`}`;
    case 'undone':
      return `nothing was promoted, and the applications were let in again${why}`;
    case 'not undone':
      return `nothing was promoted, and the applications are KEPT OUT of the primary${why}`;
    case 'promoted':
      return `'${replica}' is the primary; ${loss}; it took ${rtoSeconds?.toFixed(0)} s until ${confirmed === null ? 'it could be written to' : `a client of ${confirmed.name} had written`}: ${targetsText(inTime, targets)}${nameFailure === null ? '' : `; NOT CONFIRMED BY A CLIENT: ${nameFailure.error}`}${hardenFailure === null ? '' : `; NOT HARDENED: ${hardenFailure.error}`}`;
    case 'unfinished':
      return `RDS was asked to promote '${replica}', and it is not open to the applications${why}; ${loss}`;
  }
}

const predictedText = (seconds: number | null, { rpoSeconds }: RecoveryTargets): string =>
  seconds === null
    ? 'nobody knows how far it is behind'
    : `its newest transaction is ${seconds} s old${seconds > rpoSeconds ? `, MORE THAN THE ${rpoSeconds} s THAT MAY BE LOST` : ''}`;

const verdicts = { true: 'IN TIME', false: 'NOT IN TIME', null: 'nobody knows whether in time' } as const;

const targetsText = (inTime: boolean | null, { rtoSeconds, rpoSeconds }: RecoveryTargets): string =>
  `${verdicts[`${inTime}`]} (required are ${rtoSeconds} s, and at most ${rpoSeconds} s lost)`;
