import type { FailbackRecord, FailbackResult, RecordFailbackInput } from '../../contracts/dr-failback/dr-failback.ts';

type Assessed = Pick<FailbackRecord, 'result' | 'severity' | 'summary' | 'left' | 'outageSeconds'>;

/** What an execution came to, for people: how far it went decides, and what is left is theirs. */
export function assessFailback(input: RecordFailbackInput): Assessed {
  const { fence, opened, confirmed } = input;
  const result = resultOf(input);
  const begins = fence?.kind === 'fenced' ? fence.at : undefined;
  const ends = confirmed?.at ?? opened?.writableAt;
  const outageSeconds =
    begins === undefined || ends === undefined ? null : Math.max(0, (Date.parse(ends) - Date.parse(begins)) / 1000);
  return {
    result,
    severity: severities[result],
    summary: summaryOf(input, result, outageSeconds),
    left: leftOf(input, result),
    outageSeconds,
  };
}

const severities = {
  ...{ planned: 'P4', rebuilt: 'P4', refused: 'P2', stopped: 'P2', undone: 'P2' },
  ...{ 'not undone': 'P1', unfinished: 'P1', 'failed back': 'P1' }, // the primary is another one, or nobody gets in
} as const satisfies Record<FailbackResult, FailbackRecord['severity']>;

function resultOf(input: RecordFailbackInput): FailbackResult {
  const { plan, refusals, fence, failure, liftFailure, opened, isPromotionAsked, isLifted, isRebuilt, phases } = input;
  if (isPromotionAsked) return opened !== null ? 'failed back' : 'unfinished';
  if (liftFailure !== null) return 'not undone';
  if (isLifted) return 'undone';
  if (failure === null && plan !== null) {
    if (!plan.isActed) return 'planned';
    if (refusals.length === 0 && isRebuilt && plan.mode === 'rebuild' && fence === null) return 'rebuilt';
  }
  // From here on RDS was asked for something: the old primary has another name, or the replica is on its way.
  return phases.some(({ name }) => name === 'ClaimPromotion') ? 'stopped' : 'refused';
}

function summaryOf(input: RecordFailbackInput, result: FailbackResult, outage: number | null): string {
  const { plan, failure, confirmed, nameFailure, hardenFailure, compared } = input;
  const why = failure === null ? '' : `: ${failure.error} in ${failure.state}`;
  const against = [...(plan?.refusals ?? []), ...input.refusals].map(({ reason }) => reason).join('; ');
  const replica = plan?.replica.instanceId ?? 'the replica';
  switch (result) {
    case 'planned':
      return against === ''
        ? `'${plan?.database}' can come home to '${replica}'; ${strandedText(input)}`
        : `nothing would be begun: ${against}`;
    case 'refused':
      return `nothing was changed${against === '' ? why : `: ${against}`}`;
    case 'stopped':
      return `the primary is where it was, and '${replica}' is not ready to take over${why}`;
    case 'rebuilt':
      return `'${replica}' follows '${plan?.primary?.instanceId}' and may take over; ${strandedText(input)}`;
    case 'undone':
      return `nothing was switched, and the applications were let in again${why}`;
    case 'not undone':
      return `nothing was switched, and the applications are KEPT OUT of the primary${why}`;
    case 'failed back':
      return `'${replica}' is the primary; nothing is lost: the log was replayed to its end${compared === null ? '' : `, and ${compared.rows} rows of ${compared.tables} tables were the same on both sides`}; ${outage === null ? 'how long nobody could write is unknown' : `nobody could write for ${outage.toFixed(0)} s`}${confirmed === null ? '' : `, until a client of ${confirmed.name} had written`}${nameFailure === null ? '' : `; NOT CONFIRMED BY A CLIENT: ${nameFailure.error}`}${hardenFailure === null ? '' : `; NOT HARDENED: ${hardenFailure.error}`}`;
    case 'unfinished':
      return `RDS was asked to promote '${replica}', and it is not open to the applications${why}`;
  }
}

function strandedText({ stranded }: RecordFailbackInput): string {
  if (stranded === null) return 'nobody has looked what is stranded';
  const unread = stranded.notRead.length === 0 ? '' : `, and of ${stranded.notRead.length} parts nobody knows`;
  return `${stranded.rows === 0 ? 'no row is' : `${stranded.rows} rows are`} on the old primary alone${unread}`;
}

function leftOf(input: RecordFailbackInput, result: FailbackResult): string[] {
  const { plan, fence, lease, liftFailure, opened, confirmed, nameFailure, hardenFailure } = input;
  const primary = plan?.primary?.instanceId ?? 'the primary';
  const replica = plan?.replica.instanceId ?? 'the replica';
  const epoch = fence?.kind === 'fenced' ? fence.epoch : '<fenced_epoch of gameday.read_lease()>';
  switch (result) {
    case 'planned':
    case 'refused':
      return [...(plan?.refusals ?? []), ...input.refusals].map(({ remedy }) => remedy);
    case 'undone':
      return [];
    case 'stopped':
      return ['Mend what failed, and start this again: it goes on where it ended.'];
    case 'rebuilt':
      return [
        `Start it again with "mode": "failback" when nobody may write for a minute or two, and "accept" as before.`,
      ];
    case 'not undone':
      return [
        ...(liftFailure?.state === 'GiveBackLease'
          ? [
              `Write {"epoch": ${(lease?.epoch ?? plan?.lease?.epoch ?? 0) + 2}, "holder": "${plan?.primary?.region}/${primary}", "counter": 0} into lease/${plan?.database}.json of two of the three buckets pg-gameday-lease-…: an enforced lease that is not the primary's lets nobody in.`,
            ]
          : []),
        `Let the applications in again, as gameday_fence on '${primary}': select gameday.lift_fence(${epoch})`,
      ];
    case 'unfinished':
    case 'failed back':
      return [
        ...(result === 'unfinished'
          ? [
              `When '${replica}' is available, as gameday_fence on it: select gameday.lift_fence(${epoch}). The next execution of keep-lease there renews its lease, and lets the applications in.`,
            ]
          : []),
        confirmed === null
          ? `Point the applications to ${opened?.endpoint ?? `the endpoint of '${replica}'`}: ${nameFailure === null ? 'no DNS name was changed' : `${plan?.name} is not known to lead there (${nameFailure.error})`}.`
          : `Restart clients that go on to '${primary}': ${confirmed.name} leads to ${confirmed.target}.`,
        `Leave the fence of '${primary}' up: it holds what this instance does not get any more.`,
        ...(hardenFailure === null
          ? []
          : [
              `Give '${replica}' backups of 7 days and deletion protection, and '${primary}' the tag pg-gameday:replaced-by: ${hardenFailure.error}.`,
            ]),
        `Make a read replica of '${replica}' in ${plan?.primary?.region ?? 'the second region'} with the tag pg-gameday:replica-of=${plan?.database}: until then no promotion is possible. To give it the name '${primary}' rename that first.`,
        `Keep '${plan?.asideId ?? 'the old primary'}' until nobody wants its stranded rows any more; nothing here deletes it, or '${primary}'.`,
      ];
  }
}
