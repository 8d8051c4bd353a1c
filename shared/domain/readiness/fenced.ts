import type { DatabaseFacts, ReadinessReason } from '../../contracts/dr-readiness/dr-readiness.ts';
import { type ReadinessRule, reason } from './finding.ts';

/** pg_cron calls the dead-man every 5 s. */
const deadManSilent = 60;

/** Whether the primary could still write after a promotion: the most dangerous of all. */
export function* fenceReasons(primary: DatabaseFacts, rule: ReadinessRule): Iterable<ReadinessReason> {
  const { lease } = primary;
  if (rule.fencedRoles.length === 0 || lease === null) {
    yield reason(
      'fence-missing',
      'note',
      'capabilities.fence',
      'nobody can keep the applications out of the primary: a promotion asks a person',
      'Name the roles of the applications, and run the bootstrap with --capability fence.',
    );
    return;
  }
  for (const { role, problem } of lease.faults) {
    yield reason(
      'role-not-fenceable',
      'no-go',
      role,
      problem,
      'GRANT it TO the master user WITH ADMIN OPTION, or name the other login in capabilities.fence.roles; then run the bootstrap.',
    );
  }
  for (const { name } of primary.roles.filter(
    (role) => role.mayLogin && role.mayWrite && !rule.fencedRoles.includes(role.name),
  )) {
    yield reason(
      'writer-not-named',
      'no-go',
      name,
      'may log in and write, and no fence keeps it out',
      'Name it in capabilities.fence.roles and run the bootstrap, or take its privileges.',
    );
  }
  if (rule.leaseMode === 'off' || lease.mode === 'off') {
    yield reason(
      'lease-off',
      'note',
      'lease.mode',
      'is off: that the old primary cannot write is for a person to know',
      'Set lease.mode to observe, and after a quiet week to enforce.',
    );
    return;
  }
  if (!lease.accepts) {
    yield reason(
      'lease-over',
      'no-go',
      'gameday.lease',
      'the primary does not hold its lease',
      'Look at the alarm lease-over and the runbook keep-lease.',
    );
  }
  if (lease.mode !== 'enforce') {
    yield reason(
      'lease-observed',
      'note',
      'lease.mode',
      'only observes: nobody is kept out when the lease is over',
      'Set lease.mode to enforce.',
    );
  } else if (lease.deadManSeconds === null || lease.deadManSeconds > deadManSilent) {
    yield reason(
      'dead-man-silent',
      'no-go',
      'gameday.fence_when_stale',
      lease.deadManSeconds === null
        ? 'was never called'
        : `was called ${Math.round(lease.deadManSeconds)} s ago, every 5 s is required`,
      'Is pg_cron in the database of cron.database_name, and its job gameday-dead-man active? Run the bootstrap.',
    );
  }
}
