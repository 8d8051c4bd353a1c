import type { PromotionFence } from '../../contracts/dr-promotion/fence.ts';
import type { Replay } from '../../contracts/dr-promotion/replay.ts';
import { isAtLeast } from '../verification/lsn.ts';

export type Drained = {
  readonly isDrained: boolean;
  readonly lossSeconds: number | null;
  readonly isAccepted: boolean;
};

/**
 * What a promotion would lose now. Behind a fence nothing is lost once the replica has replayed the log up to it. Of a primary
 * that nobody reaches no one can tell what it committed last: all since the newest transaction that came over counts.
 */
export function assessDrain(fence: PromotionFence, replay: Replay, mostLossSeconds: number): Drained {
  const isDrained =
    fence.kind === 'fenced'
      ? isAtLeast(replay.lsn, fence.lsn)
      : replay.receivedLsn === null || isAtLeast(replay.lsn, replay.receivedLsn);
  const lossSeconds = fence.kind === 'fenced' && isDrained ? 0 : secondsBetween(replay.lastCommitAt, fence.at);
  return { isDrained, lossSeconds, isAccepted: lossSeconds !== null && lossSeconds <= mostLossSeconds };
}

/** Of a replica whose primary goes on writing: it is that far behind at most. */
export const predictedLoss = (replay: Replay): number | null =>
  // All that was received is replayed, and a primary that rests commits nothing: the time since then is no lag.
  secondsBetween(replay.lastCommitAt, replay.at);

function secondsBetween(from: string | null, to: string): number | null {
  return from === null ? null : Math.max(0, Math.ceil((Date.parse(to) - Date.parse(from)) / 1000));
}
