import type { DatabaseFacts } from '../../contracts/dr-readiness/dr-readiness.ts';
import { isOwn, type ReadinessRule } from './finding.ts';

/** One statement on one side. `isSecret`: it holds a password, and is shown to nobody. */
export type SetupStep = {
  readonly side: 'primary' | 'standby';
  readonly title: string;
  readonly sql: string;
  readonly isSecret: boolean;
};

/** What a plan cannot make, and whoever must. */
export type SetupRefusal = { readonly subject: string; readonly message: string };

export type SetupPlan = { readonly steps: readonly SetupStep[]; readonly refused: readonly SetupRefusal[] };

type Wanted = Pick<ReadinessRule, 'publication' | 'subscription'> & {
  /** Where the standby reaches the primary, as libpq takes it; with a password. */
  readonly connection: string;
  /** So much beyond the primary a sequence is raised: what it gives out before the next pass. */
  readonly sequenceMargin: number;
};

const beatTable = 'gameday.heartbeat';
const operations = 'insert, update, delete, truncate';

/**
 * From what both sides are to what they must be. What is as it should be needs no step, so a second plan after the first is empty. A
 * table that cannot be replicated is never published: its updates would fail on the primary.
 */
export function planSetup(primary: DatabaseFacts, standby: DatabaseFacts, wanted: Wanted): SetupPlan {
  const steps: SetupStep[] = [];
  const refused: SetupRefusal[] = [];
  const there = new Map(standby.tables.map((table) => [table.name, table]));
  const tables = primary.tables.filter(({ name, isUnlogged, hasIdentity, columns }) => {
    if (isOwn(name)) return name === beatTable;
    const other = there.get(name);
    const why = isUnlogged
      ? 'is unlogged'
      : !hasIdentity
        ? 'has no primary key and no replica identity'
        : other === undefined
          ? 'is not on the standby: create it there'
          : other.columns === columns
            ? undefined
            : 'has other columns on the standby';
    if (why !== undefined) refused.push({ subject: name, message: why });
    return why === undefined;
  });
  const names = tables.map(({ name }) => name);
  if (!names.includes(beatTable) || !there.has(beatTable)) {
    refused.push({ subject: beatTable, message: 'is missing: run npm run bootstrap-database on both sides' });
    return { steps, refused };
  }
  steps.push(...publicationSteps(primary, names, wanted));
  steps.push(...subscriptionSteps(primary, standby, steps.length > 0, refused, wanted));
  for (const [name, value] of Object.entries(primary.sequences)) {
    const other = standby.sequences[name];
    if (other === undefined) refused.push({ subject: name, message: 'is not on the standby: create it there' });
    else if (value !== null && (other ?? 0) < value) {
      steps.push({
        side: 'standby',
        title: `sequence ${name} from ${other ?? 'its start'} to ${value + wanted.sequenceMargin}`,
        sql: `select pg_catalog.setval(${literal(name)}::pg_catalog.regclass, ${value + wanted.sequenceMargin}, true)`,
        isSecret: false,
      });
    }
  }
  return { steps, refused };
}

function* publicationSteps(primary: DatabaseFacts, names: readonly string[], wanted: Wanted): Iterable<SetupStep> {
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

function* subscriptionSteps(
  primary: DatabaseFacts,
  standby: DatabaseFacts,
  isChanged: boolean,
  refused: SetupRefusal[],
  wanted: Wanted,
): Iterable<SetupStep> {
  const name = identifier(wanted.subscription);
  const step = (title: string, sql: string, isSecret = false): SetupStep => ({ side: 'standby', title, sql, isSecret });
  const found = standby.subscriptions.find((one) => one.name === wanted.subscription);
  if (found === undefined) {
    if (primary.slots.some((slot) => slot.name === wanted.subscription)) {
      refused.push({
        subject: wanted.subscription,
        message: 'is a slot of the primary that nobody here subscribes to: whose is it? Drop it, and run it again',
      });
      return;
    }
    yield step(
      'subscription with its slot and first copy',
      `create subscription ${name} connection ${literal(wanted.connection)} publication ${identifier(wanted.publication)}`,
      true,
    );
    return;
  }
  // A conflict that is tried again without being mended comes again.
  if (!found.isEnabled) {
    refused.push({
      subject: wanted.subscription,
      message: 'is disabled: mend what stopped it, then ALTER SUBSCRIPTION … ENABLE',
    });
    return;
  }
  const known = new Set([...found.tables, ...found.notReady]);
  const published = primary.publications.find((one) => one.name === wanted.publication)?.tables ?? [];
  if (isChanged || published.some((table) => !known.has(table))) {
    yield step('subscription learns the tables', `alter subscription ${name} refresh publication`);
  }
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) =>
  text.includes('\\')
    ? ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
