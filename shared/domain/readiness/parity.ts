import type { ReadinessReason } from '../../contracts/dr-readiness/dr-readiness.ts';
import { isOwn, type Pair, publicationOf, reason } from './finding.ts';

/** Settings that decide whether the standby can do the primary's work. */
const numbers = ['max_connections', 'max_locks_per_transaction', 'max_prepared_transactions', 'work_mem'];
const texts = ['timezone', 'default_transaction_isolation', 'search_path', 'row_security'];

/** What replication does not carry: definitions, rights, extensions, sequences, settings. */
export function* parityFaults(pair: Pair): Iterable<ReadinessReason> {
  const { primary, standby } = pair;
  const published = new Set(publicationOf(pair)?.tables);
  const here = new Map(standby.tables.map((table) => [table.name, table]));
  for (const table of primary.tables) {
    if (isOwn(table.name)) continue;
    const there = here.get(table.name);
    // What is not published is named for that already.
    if (there === undefined) {
      if (published.has(table.name))
        yield reason(
          'table-missing',
          'no-go',
          table.name,
          'the standby has no such table',
          'Create it there: definitions are not replicated.',
        );
      continue;
    }
    if (there.columns !== table.columns) {
      yield reason(
        'table-differs',
        'no-go',
        table.name,
        'has other columns, types or defaults on the standby',
        'Apply the migration on the standby, first of all where columns are added.',
      );
    }
    const lacking = table.grants.filter((grant) => !there.grants.includes(grant));
    if (lacking.length > 0) {
      yield reason(
        'grant-missing',
        'no-go',
        table.name,
        `lacks on the standby: ${lacking.join(', ')}`,
        'GRANT it there.',
      );
    }
  }
  const indexes = new Set(standby.indexes.map(({ name }) => name));
  // Of a table that is not there, the table is named.
  const lacking = primary.indexes.filter(({ name, table }) => !isOwn(name) && here.has(table) && !indexes.has(name));
  for (const { name: index } of lacking) {
    yield reason(
      'index-missing',
      'note',
      index,
      'the standby has no such index',
      'Create it there: queries would be slow.',
    );
  }
  for (const view of primary.materializedViews.filter((name) => !standby.materializedViews.includes(name))) {
    yield reason('view-missing', 'no-go', view, 'the standby has no such materialised view', 'Create it there.');
  }
  for (const [name, version] of Object.entries(primary.extensions)) {
    const other = standby.extensions[name];
    if (other === version) continue;
    yield reason(
      other === undefined ? 'extension-missing' : 'extension-differs',
      'no-go',
      name,
      other === undefined ? 'the standby has no such extension' : `is ${version}, and ${other} on the standby`,
      other === undefined
        ? `CREATE EXTENSION ${name} on the standby.`
        : `ALTER EXTENSION ${name} UPDATE on the older side.`,
    );
  }
  yield* roleFaults(pair);
  for (const [name, value] of Object.entries(primary.sequences)) {
    const other = standby.sequences[name];
    if (other === undefined) {
      yield reason('sequence-missing', 'no-go', name, 'the standby has no such sequence', 'Create it there.');
    } else if (value !== null && (other ?? 0) < value) {
      yield reason(
        'sequence-behind',
        'loss',
        name,
        `stands at ${other ?? 'its start'}, that of the primary at ${value}: the first inserts would collide`,
        'dr-setup raises it; a promotion sets it beyond the high-water mark.',
      );
    }
  }
  yield* settingFaults(pair);
}

function* roleFaults({ primary, standby }: Pair): Iterable<ReadinessReason> {
  for (const role of primary.roles) {
    const other = standby.roles.find(({ name }) => name === role.name);
    if (other === undefined) {
      yield reason(
        'role-missing',
        'no-go',
        role.name,
        'the standby has no such role',
        'Create it there, with its password.',
      );
      continue;
    }
    const lacking = role.memberOf.filter((group) => !other.memberOf.includes(group));
    if (lacking.length > 0) {
      yield reason(
        'membership-missing',
        'no-go',
        role.name,
        `is on the standby no member of ${lacking.join(', ')}`,
        'GRANT it there.',
      );
    }
  }
}

function* settingFaults({ primary, standby }: Pair): Iterable<ReadinessReason> {
  for (const name of numbers) {
    const [ours, theirs] = [Number(primary.settings[name] ?? 0), Number(standby.settings[name] ?? 0)];
    if (theirs >= ours) continue;
    yield reason(
      'setting-smaller',
      name === 'max_connections' ? 'no-go' : 'note',
      name,
      `is ${ours}, and ${theirs} on the standby`,
      'Set it in the parameter group of the standby, or give it a larger class.',
    );
  }
  for (const name of texts) {
    if (primary.settings[name] === standby.settings[name]) continue;
    yield reason(
      'setting-differs',
      'note',
      name,
      `is '${primary.settings[name]}', and '${standby.settings[name]}' on the standby`,
      'Set it in the parameter group of the standby.',
    );
  }
  if (Math.floor(standby.version / 10_000) < Math.floor(primary.version / 10_000)) {
    yield reason(
      'version-older',
      'no-go',
      'server',
      `standby is of major version ${Math.floor(standby.version / 10_000)}, primary of ${Math.floor(primary.version / 10_000)}`,
      'Upgrade the standby first.',
    );
  }
}
