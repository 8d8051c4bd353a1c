/**
 * Code that is neither PostgreSQL's nor of somebody who is trusted with what our role may read, and that would run as our
 * role when a relation is read: docs/decisions reports who is trusted with what.
 */
export type ForeignCode = {
  /** What the code hangs on: `index app.t_idx`. */
  readonly object: string;
  /** `function app.f(integer)`, or the domain whose owner may give it a check at any time. */
  readonly runs: string;
  readonly owner: string;
  /** It belongs to an operator class: it runs whenever two values of the index are compared. */
  readonly comparing: boolean;
};

export type ReadFacts = {
  /** Runs when a query of the relation is planned. */
  readonly planned: readonly ForeignCode[];
  /** Runs when a value of the relation is written out, by COPY as by a query. */
  readonly written: readonly ForeignCode[];
  /** Row-level security holds for our role, policy of ours or not: then COPY is a query. */
  readonly isProtected: boolean;
  /** Columns that COPY leaves out. */
  readonly hasGenerated: boolean;
};

/** `query`: as any table; `copy`: by COPY, which plans nothing; else there is a gap. */
export type WayToRead = { readonly by: 'query' } | { readonly by: 'copy' | 'nothing'; readonly why: string };

export function wayToRead({ planned, written, isProtected, hasGenerated }: ReadFacts): WayToRead {
  if (written.length > 0) return { by: 'nothing', why: namedCode(written) };
  if (planned.length === 0) return { by: 'query' };
  const why = namedCode(planned);
  if (isProtected) return { by: 'nothing', why: `${why}; and by row-level security COPY is a query, too` };
  if (hasGenerated) return { by: 'nothing', why: `${why}; and COPY leaves generated columns out` };
  return { by: 'copy', why };
}

/**
 * What amcheck may do with an index: it evaluates expressions and conditions, as the owner of the table, to look each row up
 * in the index, and functions of the operator class all the time.
 */
export function indexCheck(own: readonly ForeignCode[]): 'whole' | 'without its table' | 'none' {
  if (own.length === 0) return 'whole';
  return own.some(({ comparing }) => comparing) ? 'none' : 'without its table';
}

export const describeCode = ({ object, runs, owner }: ForeignCode): string => `${object} with ${runs} of '${owner}'`;

const shown = 3;

/** Names the code with its remedy, as the reason of a gap. */
export function namedCode(code: readonly ForeignCode[]): string {
  const parts = code.slice(0, shown).map(describeCode);
  const more = code.length > shown ? ` and ${code.length - shown} more` : '';
  const owners = [...new Set(code.map(({ owner }) => `'${owner}'`))].join(', ');
  return `a query would run, as our role, ${parts.join(', ')}${more}: drop it, give it to a trusted owner, or add ${owners} to trustedOwners in operations.yml`;
}

/** What COPY sent of a table under one snapshot: rows and SHA-256 of all bytes, in the order of the file. */
export type CopySum = { readonly rows: string; readonly sha256: string };

/**
 * Why a table that is read by COPY cannot be proven; undefined where nobody touched it between S1 and S2. COPY reports no
 * transaction of a row, so that nothing can be said of a table that changed: `counted` are the rows that the server has
 * counted as inserted, updated and deleted, null when it does not count.
 */
export function whyNotProvenByCopy(
  atS1: CopySum,
  atS2: CopySum,
  counted: { readonly atS1: string | null; readonly atS2: string | null },
): string | undefined {
  if (counted.atS1 === null || counted.atS2 === null) return 'the server does not count changes: track_counts is off';
  const isSame = atS1.rows === atS2.rows && atS1.sha256 === atS2.sha256 && counted.atS1 === counted.atS2;
  return isSame ? undefined : 'it changed between S1 and S2';
}

/** What is wrong with a copy of such a table, when something is. */
export function copyProblem(witness: CopySum, found: CopySum): string | undefined {
  if (witness.rows !== found.rows) return `observed ${found.rows} rows, expected ${witness.rows}`;
  return witness.sha256 === found.sha256 ? undefined : 'values of its rows differ, or their order';
}
