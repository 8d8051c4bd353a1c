import type { WatchPrimaryOutput } from '../../contracts/dr-promotion/decision.ts';
import type { Refusal } from '../../contracts/dr-promotion/dr-promotion.ts';
import type { Replay } from '../../contracts/dr-promotion/replay.ts';
import { isAtLeast } from '../verification/lsn.ts';

export type AskedAutomatically = {
  readonly database: string;
  readonly decision: 'by hand' | 'approve' | 'auto';
  readonly home: string;
  readonly primary: { readonly instanceId: string; readonly status: string | null };
  /** That started it, and how it stands now; null where none did. */
  readonly alarm: { readonly name: string; readonly state: string } | null;
  readonly hasLease: boolean;
};

/** What speaks against an automatic promotion before anything is watched. */
export function automaticRefusals({
  database,
  decision,
  home,
  primary,
  alarm,
  hasLease,
}: AskedAutomatically): Refusal[] {
  const refusals: Refusal[] = [];
  const refuse = (reason: string, remedy: string) => refusals.push({ reason, remedy });
  if (decision === 'by hand')
    refuse(
      `promotions of '${database}' are decided by hand`,
      'When the primary is lost: start the machine with {"mode": "promote"}; docs/runbooks/dr-promotion.md says how.',
    );
  if (alarm !== null && alarm.state !== 'ALARM')
    refuse(
      `alarm '${alarm.name}' is '${alarm.state}' by now, 'ALARM' is required`,
      'The primary is measured again: nothing is to be done.',
    );
  if (primary.status !== null)
    refuse(
      `RDS in ${home} answers: '${primary.instanceId}' is '${primary.status}'`,
      'A region that answers is not lost. Is the instance to be left all the same, a person starts the promotion.',
    );
  if (!hasLease)
    refuse(
      `'${database}' has no lease, by which its primary is seen to be lost`,
      'Set lease.mode, or promote by hand.',
    );
  return refusals;
}

/** Nothing is lost as far as was seen, or nobody wanted to know: then nobody is woken. */
export const isNothingLost = ({ decision, primary, alarm }: AskedAutomatically): boolean =>
  decision === 'by hand' || primary.status === 'available' || (alarm !== null && alarm.state !== 'ALARM');

/** So long is watched whether a primary is lost, in seconds that were waited: the end of a lease takes 300. */
const mostWatched = 720;

export type SeenPrimary = {
  readonly alarm: string | null;
  /** `held`: its agent renews it. `over`: two of three registers were unchanged for long enough. */
  readonly lease: { readonly kind: 'held' | 'watched' | 'over'; readonly reason: string };
  /** What RDS of its region says; null: it does not answer. Absent: it was not asked yet. */
  readonly status?: string | null;
  /** Of the plan, and now; null where it did not answer. */
  readonly before: Replay | null;
  readonly replay: Replay | null;
  readonly at: string;
};

export type LossRule = {
  /** The primary keeps its applications out by itself when its lease is over. */
  readonly isFence: boolean;
  readonly mostLossSeconds: number;
  readonly waitedSeconds: number;
  /** So long people have to answer. */
  readonly askSeconds: number;
};

type Verdict = Omit<WatchPrimaryOutput, 'watch' | 'at'>;

/** Whether the primary is lost: one sign of life is enough that it is not, and all signs must be missing that it is. */
export function assessPrimary(seen: SeenPrimary, rule: LossRule): Verdict {
  const { isFence, mostLossSeconds, waitedSeconds } = rule;
  const { alarm, lease, status, before, replay, at } = seen;
  const say = (verdict: Verdict['verdict'], reason: string, lossSeconds: number | null = null): Verdict => ({
    ...{ verdict, reason, lossSeconds, isLeaseOver: lease.kind === 'over' },
    acceptSeconds: lossSeconds === null || lease.kind !== 'over' ? null : lossSeconds + moreWhileAsked(rule),
  });
  if (alarm !== null && alarm !== 'ALARM') return say('alive', `the alarm that started it is '${alarm}' again`);
  if (lease.kind === 'held') return say('alive', lease.reason);
  if (isFed(before, replay))
    return say('alive', `the replica has received its log up to ${replay?.receivedLsn ?? replay?.lsn}`);
  if (status != null) return say('alive', `RDS of its region answers: it is '${status}'`);
  if (lease.kind === 'watched' || status === undefined)
    return waitedSeconds > mostWatched
      ? say('doubt', `after ${waitedSeconds} s its lease is not seen to be over: ${lease.reason}`, lossOf(replay, at))
      : say('watch', lease.reason);
  const lossSeconds = lossOf(replay, at);
  if (lossSeconds === null) return say('doubt', 'nobody knows what would be lost');
  if (!isFence) return say('doubt', 'its lease is over, and does not keep its applications out', lossSeconds);
  if (lossSeconds > mostLossSeconds)
    return say(
      'doubt',
      `at most ${lossSeconds} s would be lost, ${mostLossSeconds} s may be without asking`,
      lossSeconds,
    );
  return say(
    'lost',
    'nothing renews its lease, RDS of its region does not answer, and the replica receives nothing',
    lossSeconds,
  );
}

/** Something came over since: a primary that is lost sends nothing. What was on its way is replayed, and says nothing. */
const isFed = (before: Replay | null, replay: Replay | null): boolean =>
  before?.receivedLsn != null && replay?.receivedLsn != null && !isAtLeast(before.receivedLsn, replay.receivedLsn);

const lossOf = (replay: Replay | null, at: string): number | null =>
  replay?.lastCommitAt == null
    ? null
    : Math.max(0, Math.ceil((Date.parse(at) - Date.parse(replay.lastCommitAt)) / 1000));

/** While people answer, a primary that nothing keeps out may write on; and each look takes its time. */
const moreWhileAsked = ({ isFence, askSeconds }: LossRule): number => (isFence ? 60 : askSeconds + 900);
