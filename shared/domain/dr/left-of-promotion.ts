import type { PromotionResult, RecordPromotionInput } from '../../contracts/dr-promotion/dr-promotion.ts';

/** What is left to a person, in order. */
export function leftOf(input: RecordPromotionInput, result: PromotionResult): string[] {
  const { plan, fence, lease, liftFailure, opened, confirmed, nameFailure, hardenFailure } = input;
  const primary = plan?.primary.instanceId ?? 'the primary';
  const replica = plan?.replica?.instanceId ?? 'the replica';
  const isUp = fence?.kind === 'fenced';
  switch (result) {
    case 'planned':
    case 'refused':
      return [...(plan?.refusals.map(({ remedy }) => remedy) ?? []), ...byHand(input)];
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

/** A primary that is lost, and that nobody has decided about, is decided about by a person. */
function byHand({ plan, failure, seen }: RecordPromotionInput): string[] {
  if (plan?.automatic == null || !['PromotionInDoubt', 'ApprovalExpired'].includes(failure?.error ?? '')) return [];
  const order = {
    ...{ database: plan.database, mode: 'promote', reason: '<why>' },
    mostLossSeconds: seen?.acceptSeconds ?? '<at most>',
    ...(plan.lease?.isFence === true ? {} : { primaryIsDown: '<how you know that nobody writes there>' }),
  };
  return [
    `Look whether '${plan.primary.instanceId}' is lost, and decide: start this machine with ${JSON.stringify(order)}.`,
  ];
}
