/**
 * 32-bit transaction ids, as the system columns xmin and xmax show them, against 64-bit ones, as snapshots and
 * heartbeats hold them. Source: PostgreSQL manual, "Transactions and Identifiers".
 */

const epoch = 1n << 32n;

/** `xmin:xmax:xip,xip` of pg_current_snapshot(). */
export type Snapshot = { readonly xmin: bigint; readonly xmax: bigint };

export function parseSnapshot(text: string): Snapshot {
  const [xmin, xmax] = text.split(':');
  return { xmin: BigInt(xmin ?? ''), xmax: BigInt(xmax ?? '') };
}

/** Transactions whose rows distinguish S1 and S2: from `oldest` to before `beyond`, in 32 bits. */
export type XidRange = { readonly oldest: string; readonly beyond: string };

export function youngXids(s1: Snapshot, s2: Snapshot): XidRange {
  return { oldest: narrow(s1.xmin), beyond: narrow(s2.xmax) };
}

/** Of an id that is not older than `oldest`: whether S2 was past when it was given out. */
export const isBeyond = (xid: string, { oldest, beyond }: XidRange): boolean =>
  BigInt.asUintN(32, BigInt(xid) - BigInt(oldest)) >= BigInt.asUintN(32, BigInt(beyond) - BigInt(oldest));

/** The youngest transaction that a snapshot may see. */
export const newestOf = ({ xmax }: Snapshot): bigint => xmax - 1n;

/** The youngest 64-bit id, not younger than `newest`, whose low half is `xid`; a special id is older than all others. */
export function widen(xid: string | bigint, newest: bigint): bigint {
  if (BigInt(xid) < 3n) return BigInt(xid);
  const distance = (newest - BigInt(xid)) % epoch;
  return newest - (distance < 0n ? distance + epoch : distance);
}

/** The low half, as the type xid holds it. The ids 0 to 2 are special and never a transaction's. */
export function narrow(xid: bigint): string {
  const low = xid % epoch;
  return String(low < 3n ? 3n : low);
}

/** Reports of a transaction whether it was running, or had not begun, when the snapshot `xmin:xmax:xip,xip` was taken. */
export function runningIn(snapshot: string): (transaction: bigint) => boolean {
  const { xmax } = parseSnapshot(snapshot);
  const listed = snapshot.split(':')[2] ?? '';
  const running = new Set(listed === '' ? [] : listed.split(',').map(BigInt));
  return (transaction) => transaction >= xmax || running.has(transaction);
}
