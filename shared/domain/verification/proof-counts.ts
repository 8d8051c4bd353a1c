import type { ProofCounts } from '../../contracts/proof/proof-counts.ts';
import type { TableVerdict } from '../../contracts/verification.ts';

/** Pages of large objects are kept in a table of the catalogue, and are rows of nobody's. */
export const largeObjectTable = 'pg_catalog.pg_largeobject';
/** Bytes: LOBLKSIZE. */
const largestPage = 2048;

/** The only place where rows and bytes are counted: every surface reports these numbers. */
export function countProof(found: readonly TableVerdict[]): ProofCounts {
  const tables = found.filter(isOfSource);
  const ofRows = tables.filter(({ table }) => table !== largeObjectTable);
  const rows = total(ofRows, rowsOf);
  const unproven = total(ofRows, unprovenRowsOf);
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const pages = tables.filter(({ table }) => table === largeObjectTable);
  return {
    tables: { all: tables.length, proven: tables.filter(({ status }) => status === 'proven').length },
    rows: { all: String(rows), proven: String(rows > unproven ? rows - unproven : 0n), unproven: String(unproven) },
    bytes: {
      all: bytes,
      unproven: tables.reduce((sum, table) => sum + unprovenBytesOf(table, share(bytes, Number(rows))), 0),
    },
    largeObjectPages: { all: String(total(pages, rowsOf)), unproven: String(total(pages, unprovenRowsOf)) },
  };
}

/**
 * Shares from 0 to 1 and beyond; of nothing, any unproven row is all of it. Large objects have their share in the bytes:
 * their pages are rows of nobody's.
 */
export function unprovenShares({ rows, bytes }: ProofCounts): { readonly rows: number; readonly bytes: number } {
  return {
    rows: share(Number(rows.unproven), Number(rows.all)),
    bytes: share(bytes.unproven, bytes.all),
  };
}

/** "929799 of 929890 rows of the database in 38 of 39 tables". */
export function countsText({ rows, tables, largeObjectPages }: ProofCounts): string {
  const inTables = tables.proven === tables.all ? `${tables.all}` : `${tables.proven} of ${tables.all}`;
  const { all, unproven } = largeObjectPages;
  const pages = all === '0' ? '' : ` and ${BigInt(all) - BigInt(unproven)} of ${all} pages of large objects`;
  return `${rows.proven} of ${rows.all} rows of the database in ${inTables} tables${pages}`;
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : part > 0 ? 1 : 0);
const total = (tables: readonly TableVerdict[], of: (table: TableVerdict) => bigint) =>
  tables.reduce((sum, table) => sum + of(table), 0n);
export const isOfSource = ({ onlyInCopy }: TableVerdict) => onlyInCopy !== true;
const rowsOf = ({ rows }: TableVerdict) => BigInt(rows);

function unprovenRowsOf({ status, rows, unverifiableRows }: TableVerdict): bigint {
  const singly = BigInt(unverifiableRows);
  return status === 'proven' || singly > BigInt(rows) ? singly : BigInt(rows);
}

/**
 * Of a table that is proven but for some rows, as much as they are of its rows; a row counts as an average one of the
 * database at most, because a table that is updated all the time is large by its dead rows. A page of a large object has
 * at most a quarter of a block.
 */
function unprovenBytesOf(table: TableVerdict, averageRow: number): number {
  if (table.status !== 'proven') return table.bytes;
  const { bytes, rows, unverifiableRows } = table;
  const asMuch = bytes * Math.min(1, share(unverifiableRows, Number(rows)));
  return Math.min(asMuch, unverifiableRows * (table.table === largeObjectTable ? largestPage : averageRow));
}
