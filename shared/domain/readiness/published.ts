import type { ReadinessReason } from '../../contracts/dr-readiness/dr-readiness.ts';
import { isOwn, type Pair, publicationOf, reason } from './finding.ts';

const beatTable = 'gameday.heartbeat';
const operations = ['insert', 'update', 'delete', 'truncate'];

/** What of the primary is published, and could not be. What is not published would simply be absent. */
export function* publishedFaults(pair: Pair): Iterable<ReadinessReason> {
  const { primary, rule } = pair;
  const publication = publicationOf(pair);
  if (publication === undefined) {
    yield reason(
      'publication-missing',
      'no-go',
      rule.publication,
      'the primary has no such publication',
      'Run dr-setup, or CREATE PUBLICATION for every table and gameday.heartbeat.',
    );
    return;
  }
  const published = new Set(publication.tables);
  const lacking = operations.filter((one) => !publication.operations.includes(one));
  if (lacking.length > 0) {
    yield reason(
      'publication-operations',
      'loss',
      publication.name,
      `does not publish ${lacking.join(', ')}`,
      `ALTER PUBLICATION ${publication.name} SET (publish = 'insert, update, delete, truncate').`,
    );
  }
  for (const table of publication.partial) {
    yield reason(
      'publication-partial',
      'loss',
      table,
      'only some of its rows or columns are published',
      'Publish it without a row filter and without a list of columns.',
    );
  }
  if (!published.has(beatTable)) {
    yield reason(
      'heartbeat-not-published',
      'no-go',
      beatTable,
      'is not published, so that nobody knows how far the standby is behind',
      `ALTER PUBLICATION ${publication.name} ADD TABLE ${beatTable}.`,
    );
  }
  for (const table of publication.tables.filter((name) => isOwn(name) && name !== beatTable)) {
    yield reason(
      'lease-published',
      'no-go',
      table,
      'is published: the standby would take the lease of the primary for its own',
      'Publish by list of tables instead of FOR ALL TABLES or FOR TABLES IN SCHEMA gameday.',
    );
  }
  for (const table of primary.tables) {
    if (isOwn(table.name)) continue;
    if (table.isUnlogged) {
      yield reason(
        'table-unlogged',
        'loss',
        table.name,
        'is unlogged: its rows are replicated to nobody',
        'ALTER TABLE … SET LOGGED, or accept that it is empty after a promotion.',
      );
    } else if (!published.has(table.name)) {
      yield reason(
        'table-not-published',
        'loss',
        table.name,
        'is not in the publication: it would be absent after a promotion',
        `ALTER PUBLICATION ${publication.name} ADD TABLE, then ALTER SUBSCRIPTION … REFRESH PUBLICATION; dr-setup does both.`,
      );
    } else if (!table.hasIdentity) {
      yield reason(
        'table-without-identity',
        'no-go',
        table.name,
        'has no primary key and no replica identity: its updates fail on the primary',
        'Add a primary key, or ALTER TABLE … REPLICA IDENTITY USING INDEX or FULL.',
      );
    }
  }
  if (primary.largeObjects > 0) {
    yield reason(
      'large-objects',
      'loss',
      'pg_largeobject',
      `${primary.largeObjects} large objects are replicated to nobody`,
      'Keep them in bytea columns or in S3, or restore from a backup.',
    );
  }
  if (primary.preparedTransactions > 0) {
    yield reason(
      'prepared-transactions',
      'note',
      'pg_prepared_xacts',
      `${primary.preparedTransactions} prepared transactions are replicated when they are committed, and no fence ends them`,
      'COMMIT PREPARED or ROLLBACK PREPARED.',
    );
  }
}
