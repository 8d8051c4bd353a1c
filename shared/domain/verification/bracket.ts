import type { Heartbeat, WitnessHeader, WriterPause } from '../../contracts/witness.ts';
import { bytesOfLsn } from './lsn.ts';

export type BracketPosition = 'inside' | 'before' | 'after' | 'foreign';

/**
 * Where the instant of the snapshot lies, reported by the newest heartbeat in the copy: not before S1's beat and before
 * S2's. A beat that the source never wrote belongs to another database or another time line. One that a call wrote which
 * ended before it could report it is missing between two others, in whose log and transactions it has its place.
 */
export function placeSnapshot(
  { s1, s2, heartbeats }: Pick<WitnessHeader, 's1' | 's2' | 'heartbeats'>,
  newest: Heartbeat | undefined,
  pause?: WriterPause,
): { position: BracketPosition; reason: string } {
  if (newest === undefined) return { position: 'before', reason: 'the copy holds no heartbeat' };
  const beat = BigInt(newest.beat);
  if (pause !== undefined) return placeAtPause({ s1, heartbeats }, { beat, newest }, pause);
  if (beat < BigInt(s1.beat)) {
    return { position: 'before', reason: `newest heartbeat is ${beat} of ${newest.at}, S1 has ${s1.beat} of ${s1.at}` };
  }
  if (beat >= BigInt(s2.beat)) {
    return { position: 'after', reason: `newest heartbeat is ${beat} of ${newest.at}, S2 has ${s2.beat} of ${s2.at}` };
  }
  if (isForeign(newest, heartbeats)) return foreign(beat);
  return { position: 'inside', reason: `newest heartbeat is ${beat} of ${newest.at}, between S1 and S2` };
}

/** Not before the newest beat under S1, and none of after the moment; S1's own beat was written when the pause was over. */
function placeAtPause(
  { s1, heartbeats }: Pick<WitnessHeader, 's1' | 'heartbeats'>,
  { beat, newest }: { readonly beat: bigint; readonly newest: Heartbeat },
  pause: WriterPause,
): { position: BracketPosition; reason: string } {
  const at = `newest heartbeat is ${beat} of ${newest.at}, the writers paused at ${pause.at}`;
  if (beat < BigInt(pause.beat)) return { position: 'before', reason: `${at}, after heartbeat ${pause.beat}` };
  if (beat >= BigInt(s1.beat) || Date.parse(newest.at) > Date.parse(pause.at)) return { position: 'after', reason: at };
  return isForeign(newest, heartbeats) ? foreign(beat) : { position: 'inside', reason: at };
}

function isForeign(newest: Heartbeat, heartbeats: readonly Heartbeat[]): boolean {
  const written = heartbeats.find(({ beat }) => beat === newest.beat);
  return written === undefined ? !liesBetween(heartbeats, newest) : !isSame(written, newest);
}

const foreign = (beat: bigint): { position: BracketPosition; reason: string } => ({
  position: 'foreign',
  reason: `heartbeat ${beat} of the copy is not the one that the source wrote`,
});

const isSame = (one: Heartbeat, other: Heartbeat): boolean => one.xid === other.xid && one.lsn === other.lsn;

/** Whether the beats before and after it that were reported leave it its number, its place in the log and its transaction. */
function liesBetween(heartbeats: readonly Heartbeat[], { beat, lsn, xid }: Heartbeat): boolean {
  const number = (heartbeat: Heartbeat) => BigInt(heartbeat.beat);
  const before = heartbeats.findLast((one) => number(one) < BigInt(beat));
  const after = heartbeats.find((one) => number(one) > BigInt(beat));
  if (before === undefined || after === undefined) return false;
  const [place, transaction] = [bytesOfLsn(lsn), BigInt(xid)];
  return (
    bytesOfLsn(before.lsn) < place &&
    place < bytesOfLsn(after.lsn) &&
    BigInt(before.xid) < transaction &&
    transaction < BigInt(after.xid)
  );
}
