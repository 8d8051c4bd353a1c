import type { DatabaseFacts } from '../../contracts/dr-readiness/dr-readiness.ts';
import { isOwn } from './finding.ts';
import type { SetupRefusal, SetupSide, SetupStep, SetupWanted } from './setup.ts';
import { identifier } from './sql-text.ts';

export const beatTable = 'gameday.heartbeat';
const operations = 'insert, update, delete, truncate';

export type SetupTables = { readonly names: readonly string[]; readonly refused: readonly SetupRefusal[] };

/** Those that can be replicated, and of the others why not. */
export function tablesToReplicate(primary: SetupSide, standby: SetupSide): SetupTables {
  const refused: SetupRefusal[] = [];
  const [here, there] = [primary, standby].map(({ setup }) => new Map(setup.tables.map((one) => [one.name, one])));
  const definitions = new Map(standby.facts.tables.map((table) => [table.name, table]));
  const whyNot = ({ name, isUnlogged, hasIdentity, columns }: DatabaseFacts['tables'][number]) => {
    if (isUnlogged) return ['is unlogged', 'ALTER TABLE … SET LOGGED, or accept that it is empty after a promotion.'];
    if (!hasIdentity)
      return ['has no primary key and no replica identity', 'Add a key, or REPLICA IDENTITY USING INDEX or FULL.'];
    const other = definitions.get(name);
    if (other === undefined) return ['is not on the standby', 'Create it there: definitions are not replicated.'];
    if (other.columns !== columns)
      return ['has other columns on the standby', 'Apply the migration there, first of all where columns are added.'];
    const [ours, theirs] = [here?.get(name), there?.get(name)];
    const stranger = [ours, theirs].find((table) => table?.isOurs !== true);
    if (stranger !== undefined || ours === undefined) {
      return [
        `belongs to ${stranger?.owner ?? 'nobody who is known'}, of whom gameday_replicate is no member`,
        'Name the owner in capabilities.replicate.owners and bootstrap both sides; give tables of the master user to a role of their own.',
      ];
    }
    if (ours.forcesPolicies || theirs?.forcesPolicies === true)
      return [
        'forces row-level security on its owner: policies would choose what is copied',
        'ALTER TABLE … NO FORCE ROW LEVEL SECURITY, or replicate it by hand.',
      ];
    return undefined;
  };
  const names: string[] = [];
  for (const table of primary.facts.tables) {
    if (isOwn(table.name)) {
      if (table.name === beatTable) names.push(table.name);
      continue;
    }
    const [message, remedy] = whyNot(table) ?? [];
    if (message === undefined || remedy === undefined) names.push(table.name);
    else refused.push({ subject: table.name, message, remedy, stops: false });
  }
  return { names, refused };
}

/** What is published more than is wanted is left: somebody may read it. */
export function* publicationSteps(
  primary: DatabaseFacts,
  names: readonly string[],
  wanted: Pick<SetupWanted, 'publication'>,
): Iterable<SetupStep> {
  const name = identifier(wanted.publication);
  const step = (title: string, sql: string): SetupStep => ({ side: 'primary', title, sql, isSecret: false });
  const found = primary.publications.find((one) => one.name === wanted.publication);
  if (found === undefined) {
    yield step(
      `publication of ${names.length} tables`,
      `create publication ${name} for table only ${names.join(', only ')}`,
    );
    return;
  }
  const missing = names.filter((table) => !found.tables.includes(table));
  if (missing.length > 0) {
    yield step(
      `publication gets ${missing.join(', ')}`,
      `alter publication ${name} add table only ${missing.join(', only ')}`,
    );
  }
  if (found.operations.length < operations.split(', ').length) {
    yield step('publication of all operations', `alter publication ${name} set (publish = '${operations}')`);
  }
}
