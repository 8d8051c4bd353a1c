import type {
  PromotionRecord,
  PromotionResult,
  RecordPromotionInput,
} from '../../contracts/dr-promotion/dr-promotion.ts';
import type { RecoveryTargets } from '../../contracts/dr-promotion/recovery.ts';
import { isInTime } from './targets.ts';

type Measured = Pick<PromotionRecord, 'lossSeconds' | 'rtoSeconds' | 'isInTime'>;
type Assessed = Pick<PromotionRecord, 'result' | 'severity' | 'summary' | 'left'> & Measured;

/** What an execution came to, for people: how far it went decides, and what is left is theirs. */
export function assessPromotion(input: RecordPromotionInput, targets: RecoveryTargets): Assessed {
  const result = resultOf(input);
  const measured = measure(input, result, targets);
  return {
    result,
    // Whoever asked for it is awake; the others must hear at once that the primary is another one.
    severity: result === 'planned' ? 'P4' : result === 'refused' || result === 'undone' ? 'P2' : 'P1',
    summary: summaryOf(input, result, measured, targets),
    left: leftOf(input, result),
    ...measured,
  };
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

function summaryOf(
  { plan, failure, confirmed, nameFailure, hardenFailure }: RecordPromotionInput,
  result: PromotionResult,
  { lossSeconds, rtoSeconds, isInTime: inTime }: Measured,
  targets: RecoveryTargets,
): string {
  const why = failure === null ? '' : `: ${failure.error} in ${failure.state}`;
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

function leftOf(
  { plan, fence, lease, liftFailure, opened, confirmed, nameFailure, hardenFailure }: RecordPromotionInput,
  result: PromotionResult,
): string[] {
  const primary = plan?.primary.instanceId ?? 'the primary';
  const replica = plan?.replica?.instanceId ?? 'the replica';
  const isUp = fence?.kind === 'fenced';
  switch (result) {
    case 'planned':
    case 'refused':
      return plan?.refusals.map(({ remedy }) => remedy) ?? [];
    case 'undone':
      return [];
    case 'not undone':
      return [
        ...(liftFailure?.state === 'GiveBackLease'
          ? [
              `Write {"epoch": ${(lease?.epoch ?? plan?.lease?.epoch ?? 0) + 2}, "holder": "${plan?.primary.region}/${primary}", "counter": 0} into lease/${plan?.database}.json of two of the three buckets pg-gameday-lease-…: an enforced lease that is not the primary's lets nobody in.`,
            ]
          : []),
        `Let the applications in again, as gameday_fence on '${primary}': select gameday.lift_fence(${isUp ? fence.epoch : '<fenced_epoch of gameday.read_lease()>'})`,
      ];
    case 'unfinished':
    case 'promoted':
      return [
        ...(result === 'unfinished'
          ? [
              lease === null
                ? `When '${replica}' is available, as gameday_fence on it: select gameday.extend_lease(null, null, 'observe'), then gameday.lift_fence(<fenced_epoch of gameday.read_lease()>)`
                : `When '${replica}' is available, as gameday_fence on it: select gameday.lift_fence(<fenced_epoch of gameday.read_lease()>). The next execution of keep-lease there renews its lease, and lets the applications in.`,
            ]
          : []),
        ...(confirmed === null
          ? [
              `Point the applications to ${opened?.endpoint ?? `the endpoint of '${replica}'`}: ${nameFailure === null ? 'no DNS name was changed' : `${plan?.name} is not known to lead there (${nameFailure.error})`}.`,
            ]
          : [`Restart clients that go on to the old primary: ${confirmed.name} leads to ${confirmed.target}.`]),
        ...(isUp
          ? [`Leave the fence of '${primary}' up: it holds what this instance does not get any more.`]
          : [
              lease !== null && plan?.lease?.isFence === true
                ? `Leave '${primary}' as it is when it comes back: its lease is over, and it keeps its applications out by itself.`
                : `Keep '${primary}' from being written to when it comes back: nobody has put up its fence.`,
            ]),
        ...(hardenFailure === null
          ? []
          : [`Give '${replica}' backups of 7 days and deletion protection: ${hardenFailure.error}.`]),
        `Name '${replica}' and its region in operations.yml and deploy; until then neither backups nor alarms look at it.`,
      ];
  }
}
