import type { Finding } from '../../contracts/verification.ts';
import type { PreparedTransaction } from '../../contracts/witness.ts';
import type { RowOrigin } from './row-origin.ts';

/**
 * A transaction that was prepared at S1 and at S2 was prepared at the instant between them: the copy must hold it, under
 * its id, or what it did is lost. One that only S1 or S2 knows may be there or not. What the copy alone holds was prepared
 * and resolved between S1 and S2, or prepared on the copy.
 */
export function comparePrepared(
  atS1: readonly PreparedTransaction[],
  atS2: readonly PreparedTransaction[],
  copy: readonly PreparedTransaction[],
  originOf: (xid: string) => RowOrigin,
): Finding[] {
  const [later, here] = [keysOf(atS2), keysOf(copy)];
  const known = new Set([...keysOf(atS1), ...later]);
  return [
    ...atS1
      .filter((one) => later.has(keyOf(one)) && !here.has(keyOf(one)))
      .map(
        (one): Finding => ({
          object: nameOf(one),
          status: 'failed',
          problem: `is missing from the copy: transaction ${one.xid} was prepared at S1 and at S2`,
        }),
      ),
    ...copy
      .filter((one) => !known.has(keyOf(one)))
      .map(
        (one): Finding =>
          originOf(one.xid) === 'copy'
            ? { object: nameOf(one), status: 'failed', problem: 'is in the copy alone, and the source never had it' }
            : { object: nameOf(one), status: 'gap', problem: 'was prepared and resolved between S1 and S2' },
      ),
  ];
}

const nameOf = ({ gid }: PreparedTransaction) => `prepared transaction '${gid}'`;
/** An identifier is free for another transaction once the first is resolved. */
const keyOf = ({ gid, xid }: PreparedTransaction) => `${xid} ${gid}`;
const keysOf = (all: readonly PreparedTransaction[]) => new Set(all.map(keyOf));
