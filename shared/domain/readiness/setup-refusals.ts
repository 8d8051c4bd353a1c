import type { SetupRefusal, SetupSide, SetupWanted } from './setup.ts';
import { beatTable } from './setup-publication.ts';

/** Before anything is changed: what the two instances, their networks of roles and the bootstrap must have brought. */
export function* setupRefusals(primary: SetupSide, standby: SetupSide, wanted: SetupWanted): Iterable<SetupRefusal> {
  const stop = (subject: string, message: string, remedy: string): SetupRefusal => ({
    ...{ subject, message, remedy, stops: true },
  });
  const bootstrap = 'Run npm run bootstrap-database with --capability replicate on that side.';
  yield* fencedRefusals(primary, standby, wanted);
  const hasSubscription = standby.facts.subscriptions.some(({ name }) => name === wanted.subscription);
  if (primary.setup.walLevel !== 'logical') {
    yield stop(
      'primary',
      `wal_level is '${primary.setup.walLevel}', 'logical' is required`,
      'Set rds.logical_replication to 1 in its parameter group, and reboot it.',
    );
  }
  if (!hasSubscription && primary.setup.freeSlots < 1)
    yield stop(
      'primary',
      'has no free replication slot',
      'Raise max_replication_slots and reboot, or drop a dead slot.',
    );
  if (!hasSubscription && primary.setup.freeSenders < 1)
    yield stop('primary', 'has no free walsender', 'Raise max_wal_senders and reboot.');
  if (standby.setup.workers < 1)
    yield stop('standby', 'max_logical_replication_workers is 0', 'Raise it, and reboot the standby.');
  if (standby.facts.version < 160_000) {
    yield stop(
      'standby',
      `is of major version ${Math.floor(standby.facts.version / 10_000)}: before 16 only rds_superuser may subscribe, and what comes is written with that role's rights`,
      'Upgrade the standby; PostgreSQL replicates to a later major version.',
    );
  } else if (!standby.setup.maySubscribe) {
    yield stop('standby', 'gameday_replicate may not create a subscription', bootstrap);
  }
  if (!primary.setup.mayStream)
    yield stop('primary', 'gameday_replicate has neither rds_replication nor REPLICATION', bootstrap);
  for (const [side, { setup, facts }] of [['primary', primary] as const, ['standby', standby] as const]) {
    if (!setup.mayCreate) yield stop(side, 'gameday_replicate may not create in the database', bootstrap);
    for (const trigger of setup.strangers) {
      yield stop(
        side,
        `event trigger ${trigger} would run as gameday_replicate`,
        'Give its function to a role that administers the instance, or disable it meanwhile.',
      );
    }
    const beat = setup.tables.find(({ name }) => name === beatTable);
    if (beat?.isOurs !== true || !facts.tables.some(({ name }) => name === beatTable)) {
      yield stop(
        beatTable,
        `${beat === undefined ? 'is missing' : `belongs to ${beat.owner}`} on the ${side}`,
        bootstrap,
      );
    }
  }
  if (wanted.leaseMode !== 'off' && primary.facts.lease === null) {
    yield {
      ...{ subject: 'gameday.lease', message: 'the primary has none, and lease.mode is not off' },
      ...{ remedy: 'Run npm run bootstrap-database with --capability fence.', stops: false },
    };
  }
  for (const { name } of primary.facts.roles) {
    if (standby.facts.roles.some((role) => role.name === name)) continue;
    yield {
      ...{ subject: name, message: 'the standby has no such role' },
      ...{ remedy: 'Create it there, with its password: roles are not replicated.', stops: false },
    };
  }
}

/** Which of the two is the primary must be beyond doubt. */
function* fencedRefusals(primary: SetupSide, standby: SetupSide, wanted: SetupWanted): Iterable<SetupRefusal> {
  const fenced = primary.facts.lease?.fenced ?? [];
  if (fenced.length > 0) {
    yield {
      ...{ subject: 'primary', message: `${fenced.join(', ')} are kept out: a promotion is under way, or was` },
      ...{ remedy: 'Look at the runbooks dr-promotion and fence before anything is set up.', stops: true },
    };
  }
  const [ours, theirs] = [primary.facts.beatAt, standby.facts.beatAt];
  const isReplicated = standby.facts.subscriptions.some(({ name }) => name === wanted.subscription);
  if (!isReplicated && theirs !== null && theirs > (ours ?? 0)) {
    yield {
      ...{ subject: 'standby', message: 'has a newer heartbeat than the primary: it may have been promoted' },
      ...{ remedy: 'Look which of the two serves, and correct operations.yml.', stops: true },
    };
  }
}
