import type pg from 'pg';
import type { Finding } from '../../contracts/verification.ts';
import type { TableWitness, WitnessHeader } from '../../contracts/witness.ts';
import { assessCatalogue, type CatalogueStranger } from '../../domain/verification/compare-catalogue.ts';
import { settleTable, type TableMatch } from '../../domain/verification/compare-table.ts';
import type { RowOrigin } from '../../domain/verification/row-origin.ts';
import { newestOf, parseSnapshot, widen, youngXids } from '../../domain/verification/transaction-ids.ts';
import { askAboutTransactions } from '../witness/ask-about-transactions.ts';
import { describeCatalogueRows } from '../witness/catalogue-names.ts';
import {
  type CatalogueRelation,
  catalogueRelationsSql,
  notReadable,
  readCatalogueRelations,
} from '../witness/catalogue-relations.ts';
import { chunkRange, TableVerification } from './table-verification.ts';
import { readFailure, withoutScan } from './verify-tables.ts';

export type VerifiedCatalogues = {
  readonly catalogues: number;
  readonly rows: bigint;
  readonly findings: readonly Finding[];
  /** Whether an object that the copy alone has is of the source for sure; `role x` and the like, as the schema names it. */
  isOfBracket(object: string): boolean;
  /** Of a transaction, by its 32-bit id. */
  originOf(xid: string): RowOrigin;
};

/**
 * Compares every row of pg_catalog with the witness, as the tables are: a physical copy has the ids of its source. What
 * differs is named as PostgreSQL names it in the copy.
 */
export async function verifyCatalogues(client: pg.Client, header: WitnessHeader): Promise<VerifiedCatalogues> {
  const { rows } = await client.query<Record<string, unknown>>(catalogueRelationsSql);
  const copies = new Map(readCatalogueRelations(rows).map((relation) => [relation.oid, relation]));
  const findings: Finding[] = [];
  const matches: TableMatch[] = [];
  for (const witness of header.catalogues ?? []) {
    const copy = copies.get(witness.oid);
    const found = await verifyCatalogue(client, header, witness, copy);
    if (found === undefined) continue;
    if ('table' in found) {
      matches.push(found);
      findings.push(...hiddenColumns(witness, copy));
    } else findings.push(found);
  }
  const answers = await askAboutTransactions(client, header, matches);
  for (const match of matches) {
    // Strangers are named one by one, and not counted among the problems of the whole.
    const verdict = settleTable(
      { ...match, own: [] },
      answers.bound,
      (transaction) => answers.statuses.get(transaction) ?? null,
    );
    const alone = [...match.strangers, ...match.own];
    const places = alone.flatMap(({ ctids }) => ctids);
    const names = await describeCatalogueRows(client, match.table, places);
    const strangers = alone.flatMap(({ transaction, ctids }) =>
      ctids.map(
        (ctid): CatalogueStranger => ({
          object: names.get(ctid) ?? `a row of ${match.table}`,
          origin: match.own.some((one) => one.transaction === transaction) ? 'copy' : answers.originOf(transaction),
        }),
      ),
    );
    findings.push(...assessCatalogue(match, verdict, strangers));
  }
  const compared = new Set(matches.map(({ table }) => table));
  const isWhole = (header.catalogues ?? []).every(({ table }) => compared.has(table) || table === roles);
  const isSound = isWhole && findings.every(({ status }) => status !== 'failed') && matches.length > 0;
  return {
    catalogues: matches.length,
    rows: matches.reduce((sum, match) => sum + match.rows, 0n),
    findings: objectsFirst(withoutEchoes(findings)),
    isOfBracket: (object) => isSound && (compared.has(roles) || !object.startsWith('role ')),
    originOf: (xid) => answers.originOf(widen(xid, newestOf(parseSnapshot(header.s2.snapshot)))),
  };
}

/** RDS may close it to everybody; then the view pg_roles shows all of it but what an id proves. */
const roles = 'pg_catalog.pg_authid';

/** What a person asks for first is the object; that its catalogue differs follows from it. */
const objectsFirst = (findings: readonly Finding[]): Finding[] =>
  [/^(?!pg_catalog\.|toast of |dependency of )/, /^(toast|dependency) of /, /^pg_catalog\./].flatMap((kind) =>
    findings.filter(({ object }) => kind.test(object)),
  );

/** What an object hangs on changes with it: the object is named, and that is enough. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const named = new Set(findings.filter(({ status }) => status === 'failed').map(({ object }) => object));
  return findings.filter(
    ({ object }) => !named.has(object.replace(/^dependency of /, '')) || !/^dependency of /.test(object),
  );
}

async function verifyCatalogue(
  client: pg.Client,
  header: WitnessHeader,
  witness: TableWitness,
  copy: CatalogueRelation | undefined,
): Promise<TableMatch | Finding | undefined> {
  // An empty file holds nothing that could be hidden.
  if (witness.gap === notReadable && witness.bytes === 0 && copy?.bytes === 0) return undefined;
  if (witness.gap === notReadable && witness.table === roles) {
    return { object: roles, status: 'note', problem: 'cannot be read by the role: roles are compared by pg_roles' };
  }
  const settled = withoutScan(witness, copy);
  if (settled !== undefined) {
    return {
      object: witness.table,
      status: settled.status === 'failed' ? 'failed' : 'gap',
      problem: settled.reason ?? settled.status,
    };
  }
  const [s1, s2] = [parseSnapshot(header.s1.snapshot), parseSnapshot(header.s2.snapshot)];
  const scan = new TableVerification(witness, s1.xmin, newestOf(s2), undefined);
  for (const index of witness.chunks.keys()) {
    await scan
      .read(client, index, chunkRange(witness, index), youngXids(s1, s2))
      .catch((thrown: unknown) => scan.fail(index, readFailure(thrown)));
  }
  const result = scan.result(youngXids(s1, s2));
  if (result === undefined) throw new Error(`'${witness.table}' was not read to its end`);
  if ('status' in result) return { object: witness.table, status: 'failed', problem: result.reason ?? 'failed' };
  return result;
}

/** What the role may not read is not proven, as far as there are rows that could have it. */
function hiddenColumns(witness: TableWitness, copy: CatalogueRelation | undefined): Finding[] {
  const hidden = copy?.hidden ?? [];
  if (hidden.length === 0 || witness.rows === '0') return [];
  return [
    { object: witness.table, status: 'gap', problem: `has columns that the role may not read: ${hidden.join(', ')}` },
  ];
}
