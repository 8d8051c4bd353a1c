import type { SetupPlan, SetupRefusal, SetupSide, SetupStep, SetupWanted } from './setup.ts';
import { identifier, literal } from './sql-text.ts';

type Given = {
  readonly wanted: SetupWanted;
  readonly tables: readonly string[];
  /** Whether the publication is changed before. */
  readonly isChanged: boolean;
};

const onPrimary = (title: string, sql: string): SetupStep => ({ side: 'primary', title, sql, isSecret: false });
const onStandby = (title: string, sql: string, isSecret = false): SetupStep => ({
  ...{ side: 'standby', title, sql, isSecret },
});

/** A slot that is gone leaves a gap that nothing fills: then all is copied anew, when a person has said so. */
export function subscriptionSteps(primary: SetupSide, standby: SetupSide, given: Given): SetupPlan {
  const { wanted } = given;
  const found = standby.facts.subscriptions.find((one) => one.name === wanted.subscription);
  const slot = primary.facts.slots.find((one) => one.name === (found?.slot ?? wanted.subscription));
  if (found === undefined) return newSubscription(standby, slot, given);
  if (slot === undefined || slot.walStatus === 'lost') {
    const what = slot === undefined ? 'the primary has no slot of it' : 'its slot is lost';
    return anew(
      standby,
      given,
      {
        ...{ subject: wanted.subscription, message: `${what}: what was written since then never comes` },
        ...{ remedy: 'Run dr-setup with --copy-anew: it empties the tables of the standby and copies them again.' },
        stops: false,
      },
      [...retire(wanted.subscription), ...(slot === undefined ? [] : [dropSlot(slot.name)])],
    );
  }
  const name = identifier(wanted.subscription);
  const steps: SetupStep[] = [];
  if (!found.isEnabled) {
    // A conflict that is tried again without being mended comes again.
    if (found.errors > 0) {
      return refuse({
        ...{ subject: wanted.subscription, message: `is disabled after ${found.errors} errors` },
        remedy: 'Mend the row that the log of the standby names, then ALTER SUBSCRIPTION … ENABLE.',
        stops: false,
      });
    }
    steps.push(onStandby('subscription goes on', `alter subscription ${name} enable`));
  } else if (!found.hasWorker && found.errors === 0) {
    const sql = `alter subscription ${name} connection ${literal(wanted.connection)}`;
    steps.push(onStandby('subscription gets the present address and password', sql, true));
  }
  if (!found.publications.includes(wanted.publication)) {
    const sql = `alter subscription ${name} set publication ${identifier(wanted.publication)}`;
    return { steps: [...steps, onStandby(`subscription to ${wanted.publication}`, sql)], refused: [] };
  }
  const known = new Set([...found.tables, ...found.notReady]);
  const published = primary.facts.publications.find((one) => one.name === wanted.publication)?.tables ?? [];
  const lacking = [...new Set([...published, ...given.tables])].filter((table) => !known.has(table));
  if (lacking.length > 0 || given.isChanged) {
    const filled = filledOf(standby, lacking);
    if (filled.length > 0) return { steps, refused: filled.map(tableFilled) };
    steps.push(onStandby('subscription learns the tables', `alter subscription ${name} refresh publication`));
  }
  return { steps, refused: [] };
}

function newSubscription(
  standby: SetupSide,
  slot: SetupSide['facts']['slots'][number] | undefined,
  given: Given,
): SetupPlan {
  const { wanted, tables } = given;
  if (slot?.isActive === true) {
    return refuse({
      ...{ subject: slot.name, message: 'is a slot of the primary that somebody else reads' },
      ...{ remedy: 'Whose is it? Choose another name in standby.subscription.', stops: false },
    });
  }
  const filled = filledOf(standby, tables);
  if (slot === undefined && filled.length === 0) return { steps: [create(wanted)], refused: [] };
  const refusal: SetupRefusal = {
    ...(slot === undefined
      ? { subject: filled.join(', '), message: 'holds rows on the standby: the first copy would collide with them' }
      : { subject: slot.name, message: 'is a slot of the primary that nobody here subscribes to' }),
    remedy:
      'Run dr-setup with --copy-anew: it drops a slot that was left, empties the tables of the standby and copies them.',
    stops: false,
  };
  return anew(standby, given, refusal, slot === undefined ? [] : [dropSlot(slot.name)]);
}

function anew(standby: SetupSide, { wanted, tables }: Given, refusal: SetupRefusal, before: SetupStep[]): SetupPlan {
  if (!wanted.copyAnew) return refuse(refusal);
  if (standby.setup.served.length > 0) {
    return refuse({
      ...{ subject: 'standby', message: `serves ${standby.setup.served.join(', ')}: it is not emptied` },
      ...{ remedy: 'End what is connected there, or look which of the two is the primary.', stops: false },
    });
  }
  const filled = filledOf(standby, tables);
  const empty = filled.length === 0 ? [] : [onStandby(`empties ${filled.join(', ')}`, emptySql(filled, wanted))];
  return { steps: [...before, ...empty, create(wanted)], refused: [] };
}

const create = ({ subscription, publication, connection }: SetupWanted) =>
  onStandby(
    'subscription with its slot and first copy',
    `create subscription ${identifier(subscription)} connection ${literal(connection)} publication ${identifier(publication)}`,
    true,
  );

const retire = (subscription: string) => {
  const name = identifier(subscription);
  return [
    onStandby('subscription stops', `alter subscription ${name} disable`),
    onStandby('subscription leaves its slot', `alter subscription ${name} set (slot_name = none)`),
    onStandby('subscription ends', `drop subscription ${name}`),
  ];
};

const dropSlot = (slot: string) =>
  onPrimary(
    `slot ${slot} that nobody reads is dropped`,
    `select pg_catalog.pg_drop_replication_slot(${literal(slot)})`,
  );

const filledOf = ({ setup }: SetupSide, tables: readonly string[]) =>
  setup.tables.filter(({ name, isFilled }) => isFilled && tables.includes(name)).map(({ name }) => name);

const tableFilled = (subject: string): SetupRefusal => ({
  ...{ subject, message: 'holds rows on the standby: the first copy would collide with them' },
  ...{ remedy: 'Empty it there when nobody needs the rows: TRUNCATE.', stops: false },
});

const refuse = (refusal: SetupRefusal): SetupPlan => ({ steps: [], refused: [refusal] });

/** Looks again in the transaction that empties: nothing is subscribed to, no application is served, no trigger runs as the role. */
function emptySql(tables: readonly string[], { fencedRoles }: SetupWanted): string {
  const roles = fencedRoles.map((role) => literal(role)).join(', ');
  const oids = tables.map((table) => `${literal(table)}::pg_catalog.regclass`).join(', ');
  return `do $setup$
begin
  lock table only ${tables.join(', only ')} in access exclusive mode;
  if exists (select from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
      where d.datname = pg_catalog.current_database() and s.subenabled)
    or exists (select from pg_catalog.pg_stat_activity a where a.datname = pg_catalog.current_database()
      and a.usename = any (array[${roles}]::pg_catalog.name[])) then
    raise exception using errcode = 'object_in_use', message = 'the standby is in use, nothing is emptied';
  end if;
  if exists (select from pg_catalog.pg_trigger t where t.tgrelid = any (array[${oids}]) and not t.tgisinternal
      and t.tgenabled in ('O', 'A') and (t.tgtype & 32) <> 0) then
    raise exception using errcode = 'object_in_use', message = 'a trigger on TRUNCATE would run, nothing is emptied';
  end if;
  truncate table only ${tables.join(', only ')};
end
$setup$`;
}
