import type { Heartbeat, WitnessHeader } from '../../contracts/witness.ts';

export type BracketPosition = 'inside' | 'before' | 'after' | 'foreign';

/**
 * Where the instant of the snapshot lies, reported by the newest heartbeat in the copy: not before S1's beat and before
 * S2's. A beat that the source never wrote belongs to another database or another time line.
 */
export function placeSnapshot(
  { s1, s2, heartbeats }: Pick<WitnessHeader, 's1' | 's2' | 'heartbeats'>,
  newest: Heartbeat | undefined,
): { position: BracketPosition; reason: string } {
  if (newest === undefined) return { position: 'before', reason: 'the copy holds no heartbeat' };
  const beat = BigInt(newest.beat);
  if (beat < BigInt(s1.beat)) {
    return { position: 'before', reason: `newest heartbeat is ${beat} of ${newest.at}, S1 has ${s1.beat} of ${s1.at}` };
  }
  if (beat >= BigInt(s2.beat)) {
    return { position: 'after', reason: `newest heartbeat is ${beat} of ${newest.at}, S2 has ${s2.beat} of ${s2.at}` };
  }
  const written = heartbeats.find((heartbeat) => heartbeat.beat === newest.beat);
  if (written === undefined || written.xid !== newest.xid || written.lsn !== newest.lsn) {
    return { position: 'foreign', reason: `heartbeat ${beat} of the copy is not the one that the source wrote` };
  }
  return { position: 'inside', reason: `newest heartbeat is ${beat} of ${newest.at}, between S1 and S2` };
}
