import type { Heartbeat } from '../../contracts/witness.ts';
import { runningIn } from './transaction-ids.ts';

/**
 * Who made a row that the copy alone holds: it was in the source neither at S1 nor at S2. `source`: it was born and killed
 * between them. `copy`: somebody made it on the copy, after the restore. `unknown`: the ids do not report.
 */
export type RowOrigin = 'source' | 'copy' | 'unknown';

export type OriginFacts = {
  /** The newest transaction proven to be in the copy. */
  readonly bound: bigint;
  /** `xmin:xmax:xip` of S2. */
  readonly s2: string;
  /** Beats of the bracket; `newestBeat` is the newest that the copy holds. */
  readonly heartbeats: readonly Heartbeat[];
  readonly newestBeat: bigint;
  /** Makers of rows that S2 holds and the copy does not. */
  readonly absent: ReadonlySet<bigint>;
  /** The copy's next transaction, as its recovery left it or later; null when it cannot be reported. */
  readonly copyBegins: bigint | null;
};

/**
 * A copy gives its own transactions the ids from the instant on, so that an id alone means little. These hold whatever the
 * copy says of itself:
 *
 *   - What ran at S2, or was prepared, had committed nothing at the instant, which lies before S2.
 *   - Another id up to `bound` was taken before the instant. The copy cannot give it to a transaction of its own.
 *   - A beat that the copy lacks had not committed at the instant, and writes nothing but itself. Nor had anything that
 *     began when it was over: every id from the beat after it on.
 *   - Who made a row that S2 holds and the copy lacks had not committed at the instant.
 *
 * `copyBegins` is the copy's own word, from the checkpoint at the end of its recovery: an id from there on is its own.
 */
export function originOf({
  bound,
  s2,
  heartbeats,
  newestBeat,
  absent,
  copyBegins,
}: OriginFacts): (transaction: bigint) => RowOrigin {
  const running = runningIn(s2);
  const lacking = heartbeats
    .filter(({ beat }) => BigInt(beat) > newestBeat)
    .map(({ xid }) => BigInt(xid))
    .sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const [lackingFirst, lackingSecond] = lacking;
  return (transaction) => {
    if (running(transaction)) return 'copy';
    if (transaction <= bound) return 'source';
    if (absent.has(transaction)) return 'copy';
    if (transaction === lackingFirst) return 'copy';
    if (lackingSecond !== undefined && transaction >= lackingSecond) return 'copy';
    return copyBegins !== null && transaction >= copyBegins ? 'copy' : 'unknown';
  };
}
