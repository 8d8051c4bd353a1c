import type pg from 'pg';
import type { WitnessHeader } from '../../contracts/witness.ts';
import { questionsOf, type TableMatch, type TransactionStatus } from '../../domain/verification/compare-table.ts';
import { originOf, type RowOrigin } from '../../domain/verification/row-origin.ts';
import { readHeartbeat } from './heartbeat.ts';

const lookUpBatch = 5_000;

/**
 * The next transaction that the copy's newest checkpoint knows, in 64 bits. A recovery ends with a checkpoint, before
 * anybody may write; only a promoted standby opens without one, and its checkpoint is of another time line.
 */
const copyBeginsSql = `/* pg-gameday:copy-begins */
select (split_part(next_xid, ':', 1)::numeric * 4294967296 + split_part(next_xid, ':', 2)::numeric)::text as "copyBegins"
from pg_control_checkpoint()
where upper(lpad(to_hex(timeline_id), 8, '0')) = left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`;

/** What the copy knows of the transactions that are in question. */
export type TransactionAnswers = {
  /** The newest transaction proven to be in the copy: of those up to it the copy reports the truth. */
  readonly bound: bigint;
  readonly statuses: ReadonlyMap<bigint, TransactionStatus>;
  readonly originOf: (transaction: bigint) => RowOrigin;
};

export async function askAboutTransactions(
  client: pg.Client,
  header: WitnessHeader,
  matches: readonly TableMatch[],
): Promise<TransactionAnswers> {
  const heartbeat = await readHeartbeat(client);
  const isOfBracket = heartbeat !== undefined && BigInt(heartbeat.beat) >= BigInt(header.s1.beat);
  const bound = matches.reduce(
    (newest, match) => (match.newestPresent > newest ? match.newestPresent : newest),
    isOfBracket ? BigInt(heartbeat.xid) : 0n,
  );
  const asked = [...new Set(matches.flatMap(questionsOf))].filter((transaction) => transaction <= bound);
  const statuses = new Map<bigint, TransactionStatus>();
  for (let start = 0; start < asked.length; start += lookUpBatch) {
    const { rows } = await client.query<{ xid: string; status: TransactionStatus }>(
      `/* pg-gameday:transaction-status */
select xid::text, pg_xact_status(xid) as status from unnest($1::xid8[]) as xid`,
      [asked.slice(start, start + lookUpBatch).map(String)],
    );
    for (const { xid, status } of rows) statuses.set(BigInt(xid), status);
  }
  const { rows } = await client.query<{ copyBegins: string }>(copyBeginsSql);
  return {
    bound,
    statuses,
    originOf: originOf({
      bound,
      s2: header.s2.snapshot,
      heartbeats: header.heartbeats,
      newestBeat: isOfBracket ? BigInt(heartbeat.beat) : BigInt(header.s2.beat),
      absent: new Set(matches.flatMap(({ absentInserted }) => absentInserted)),
      copyBegins: rows[0] === undefined ? null : BigInt(rows[0].copyBegins),
    }),
  };
}
