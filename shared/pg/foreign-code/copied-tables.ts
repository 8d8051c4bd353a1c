import { createHash } from 'node:crypto';
import type pg from 'pg';
import { copyOutDeadline } from '../../deadlines.ts';
import type { CopySum } from '../../domain/verification/foreign-code.ts';
import { coerceError } from '../../errors.ts';
import { copyOut } from '../session/copy-out.ts';
import { beginUnder } from '../session/exported-snapshot.ts';
import type { HashedTable } from '../witness/row-hash.ts';

/**
 * Reads a table by COPY, which plans nothing, and hashes what comes on our side. In the order of the file, which a copy of
 * the file has, too. By the bytes of the types where all have some, else by their text; neither calls a cast.
 *
 * `row_security = off` makes COPY of a table under row-level security an error: else it would be a query. Undefined: it was
 * not done within `deadline` milliseconds.
 */
export async function readByCopy(
  client: pg.Client,
  { table, columns }: HashedTable,
  snapshotId: string | undefined,
  deadline: number,
): Promise<CopySum | undefined> {
  const format = columns.some(({ by }) => by === 'output') ? 'text' : 'binary';
  const hash = createHash('sha256');
  try {
    await client.query(
      [
        ...beginUnder(snapshotId),
        'set local row_security = off',
        'set local synchronize_seqscans = off',
        `set local statement_timeout = ${Math.ceil(deadline)}`,
      ].join(';\n'),
    );
    const rows = await copyOut(client, `copy ${table} to stdout (format ${format})`, (bytes) => hash.update(bytes));
    return { rows: String(rows), sha256: hash.digest('hex') };
  } catch (thrown) {
    if ((coerceError(thrown) as { code?: string }).code === '57014') return undefined;
    throw thrown;
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

/** How long a COPY may take of a call: one that is cut short for want of time is made again by the next call. */
export function copyTime(left: number): { readonly deadline: number; readonly isWhole: boolean } {
  const deadline = Math.min(copyOutDeadline, Math.max(left, 1000));
  return { deadline, isWhole: deadline === copyOutDeadline };
}

export const tooLong = `takes longer to be read by COPY than ${copyOutDeadline / 60_000} minutes, and cannot be read in parts`;
