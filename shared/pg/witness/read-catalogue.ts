import type pg from 'pg';
import type { PreparedTransaction } from '../../contracts/witness.ts';
import { lockPatience } from '../../deadlines.ts';
import { beginCopies, type Copies, copiedOf } from '../foreign-code/copied-relations.ts';
import { type ConnectionTarget, withConnection } from '../session/connect.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import { catalogueRelationsSql, parseCatalogueRelations } from './catalogue-relations.ts';
import { readRelations } from './relations.ts';
import { readSchemaObjects } from './schema-objects.ts';
import { readSequences } from './sequences.ts';
import type { Catalogue } from './witness-state.ts';

/** Of this database. They are shared memory and not rows: what is read is what is there now. */
export const preparedSql = `/* pg-gameday:prepared */
select gid, transaction::text as xid from pg_prepared_xacts where database = current_database() order by gid`;

export const parsePrepared = (rows: readonly Row[]): PreparedTransaction[] =>
  rows.map((row) => ({ gid: String(row['gid']), xid: String(row['xid']) }));

export type CatalogueRequest = {
  readonly target: ConnectionTarget;
  readonly trustedOwners?: readonly string[];
  readonly lockPatience?: number;
};

/** What the catalogue shows under a snapshot, and the tables that are read by COPY. */
export function readCatalogue(
  { target, trustedOwners, lockPatience: patience = lockPatience }: CatalogueRequest,
  snapshotId: string,
): Promise<{ readonly catalogue: Catalogue; readonly copies: Copies }> {
  const until = performance.now() + patience;
  return withConnection(target, { purpose: 'reads the catalogue', tablesOnly: true }, async (client: pg.Client) => {
    const relations = await readRelations(client, snapshotId, target.user, trustedOwners);
    const copies = await beginCopies(client, copiedOf(relations));
    const schema = await readSchemaObjects(client, snapshotId, until);
    const { sequences, unread } = await readSequences(client, snapshotId, until);
    // A sequence whose value nobody could read is in no comparison of values: it is named among the objects.
    for (const { name, problem } of unread) schema[`value of sequence ${name}`] = `? ${problem}`;
    const [catalogues = [], prepared = [], [multixact] = []] = await queryUnder(client, snapshotId, [
      catalogueRelationsSql,
      preparedSql,
      "select (mxid_age('3'::xid)::int8 + 3)::text as next",
    ]);
    const catalogue = {
      relations: [...relations, ...parseCatalogueRelations(catalogues)],
      schema,
      sequences,
      prepared: parsePrepared(prepared),
      nextMultixact: BigInt(String(multixact?.['next'])),
    };
    return { catalogue, copies };
  });
}
