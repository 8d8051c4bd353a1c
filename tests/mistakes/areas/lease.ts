// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources that are changed have placeholders like this
import type { MistakesInFile } from '../mistake.ts';

const fence = 'tests/sandbox/lease/fence.test.ts';
const pass = 'tests/sandbox/lease/keep-lease.test.ts';
const readiness = 'tests/unit/shared/domain/readiness/assess-readiness.test.ts';
const functions = 'tests/unit/functions/failover-drill.test.ts';
const failover = 'tests/unit/shared/domain/dr/failover.test.ts';
const servers = 'tests/sandbox/readiness/readiness.test.ts';
const setup = 'tests/unit/shared/domain/readiness/plan-setup.test.ts';

/** Who may write, and what a promotion would find. */
export const lease: readonly MistakesInFile[] = [
  {
    file: 'shared/pg/bootstrap/fence-functions.ts',
    tests: [fence],
    mistakes: [
      {
        name: 'a second fence takes NOLOGIN for what the role was',
        find: 'on conflict (role) do nothing',
        replace: 'on conflict (role) do update set connection_limit = excluded.connection_limit',
      },
      { name: 'a lease of a fenced epoch accepts', find: "'l.epoch > l.fenced_epoch and ", replace: "'" },
      { name: 'a late renewal shortens the validity', find: 'greatest(l.valid_until, until)', replace: 'until' },
      {
        name: 'any validity is taken',
        find: "clock_timestamp() + interval '10 minutes'",
        replace: "clock_timestamp() + interval '10 years'",
      },
      {
        name: 'a lease that is not held turns the dead-man on',
        find: "is_held or wanted_mode <> 'enforce'",
        replace: 'true',
      },
      { name: 'a renewal ends the fence of a person', find: 'not l.by_person and (${accepts}', replace: '(${accepts}' },
      {
        name: 'the dead-man fences who only observes',
        find: "l.by_person or (l.mode = 'enforce' and not (${accepts}))",
        replace: 'l.by_person or not (${accepts})',
      },
      { name: 'a fence is lifted by any epoch', find: 'if l.fenced_epoch <> of_epoch then', replace: 'if false then' },
      {
        name: 'a fence is lifted without the lease',
        find: "if l.mode = 'enforce' and not (${accepts}) then\n    return",
        replace: 'if false then\n    return',
      },
      { name: 'a lease that is over accepts', find: 'and clock_timestamp() < l.valid_until', replace: '' },
      { name: 'a member of the role is not named', find: 'on m.rolcanlogin and m.oid', replace: 'on false and m.oid' },
    ],
  },
  {
    file: 'shared/pg/fence/fence-session.ts',
    tests: [fence],
    mistakes: [
      { name: 'what would leak is not refused', find: 'if (faults.length === 0) return;', replace: 'return;' },
    ],
  },
  {
    file: 'shared/lease/lease-pass.ts',
    tests: [pass],
    mistakes: [
      { name: 'a first pass fences', find: ' && highest > 0;', replace: ';' },
      { name: 'what another one holds is taken', find: 'mayTake: highest === 0', replace: 'mayTake: true' },
      { name: 'another holder keeps nobody out', find: 'if (isFenced) await', replace: 'if (false) await' },
      {
        name: 'a pass renews what a person fenced',
        find: "if (mode === 'off' || state.byPerson)",
        replace: "if (mode === 'off')",
      },
    ],
  },
  {
    file: 'shared/domain/readiness/assess-readiness.ts',
    tests: [readiness],
    mistakes: [
      { name: 'a loss is go', find: "!reasons.some(({ weight }) => weight === 'loss')", replace: 'true' },
      {
        name: 'no-go goes',
        find: "path === 'none' || reasons.some(({ weight }) => weight === 'no-go')",
        replace: "path === 'none'",
      },
      {
        name: 'a replica that cannot serve is the way',
        find: "!ofData.some(({ weight }) => weight === 'no-go')",
        replace: 'true',
      },
    ],
  },
  {
    file: 'shared/domain/readiness/replicated.ts',
    tests: [readiness],
    mistakes: [
      { name: 'a slot that is nearly lost has room', find: ' || room < leastRoom', replace: '' },
      { name: 'a beat is of the other clock', find: '(standby.now - standby.beatAt) / 1000', replace: '0' },
    ],
  },
  {
    file: 'shared/domain/readiness/setup-publication.ts',
    tests: [setup],
    mistakes: [
      { name: 'a table without identity is published', find: 'if (!hasIdentity)', replace: 'if (false)' },
      {
        name: 'a table whose owner nobody may become is published',
        find: 'if (stranger !== undefined || ours === undefined) {',
        replace: 'if (false) {',
      },
      {
        name: 'a table whose policies choose rows is published',
        find: 'ours.forcesPolicies || theirs?.forcesPolicies === true',
        replace: 'false',
      },
    ],
  },
  {
    file: 'shared/domain/readiness/setup-subscription.ts',
    tests: [setup],
    mistakes: [
      {
        name: 'a subscription that a conflict stopped is gone on with',
        find: 'if (found.errors > 0) {',
        replace: 'if (false) {',
      },
      { name: 'the standby is emptied unasked', find: 'if (!wanted.copyAnew) return', replace: 'if (false) return' },
      {
        name: 'a standby that serves is emptied',
        find: 'if (standby.setup.served.length > 0) {',
        replace: 'if (false) {',
      },
      {
        name: 'a slot that somebody reads is taken for a left one',
        find: 'if (slot?.isActive === true) {',
        replace: 'if (false) {',
      },
      { name: 'a lost slot is gone on with', find: "|| slot.walStatus === 'lost'", replace: '' },
    ],
  },
  {
    file: 'shared/domain/readiness/setup-refusals.ts',
    tests: [setup],
    mistakes: [
      { name: 'a fenced primary is set up', find: 'if (fenced.length > 0) {', replace: 'if (false) {' },
      {
        name: 'a promoted standby is set up',
        find: 'if (!isReplicated && theirs !== null',
        replace: 'if (false && theirs !== null',
      },
      {
        name: 'a function of a stranger runs as the role',
        find: 'for (const trigger of setup.strangers) {',
        replace: 'for (const trigger of [] as string[]) {',
      },
    ],
  },
  {
    file: 'shared/pg/setup/read-setup-facts.ts',
    tests: [servers],
    mistakes: [
      { name: 'every table is one of ours', find: "pg_has_role(c.relowner, 'usage') and", replace: 'true or' },
      { name: 'nobody is served', find: 'a.usename = any ($1::name[])', replace: 'false' },
    ],
  },
  {
    file: 'shared/domain/dr/failover-refusals.ts',
    tests: [failover],
    mistakes: [
      { name: 'an instance of one zone is rebooted', find: 'if (!isMultiAz) {', replace: 'if (false) {' },
      { name: 'nobody need allow it', find: "tags[failoverTag] !== 'allowed'", replace: 'false' },
      { name: 'a fenced primary fails over', find: 'lease.fenced.length > 0', replace: 'lease.fenced.length > 9' },
      { name: 'production is not named', find: 'facts.named !== instanceId', replace: 'false' },
    ],
  },
  {
    file: 'shared/domain/dr/outage.ts',
    tests: [failover],
    mistakes: [
      { name: 'an outage begins when it is seen', find: 'before?.endedAt ?? askedAt', replace: 'first.at' },
      {
        name: 'the first write is the end',
        find: 'wrote.find(({ at }) => at > last.at)',
        replace: 'wrote.find(({ at }) => at > first.at)',
      },
    ],
  },
  {
    file: 'shared/domain/dr/assess-failover.ts',
    tests: [failover],
    mistakes: [
      { name: 'a lost write is no fault', find: 'if (rehearsal.lostWrites > 0) faults', replace: 'if (false) faults' },
      { name: 'what nobody saw is proven', find: 'if (!rehearsal.isMeasured)', replace: 'if (false)' },
      { name: 'a long outage is a short one', find: 'seconds > outageLimitSeconds', replace: 'seconds > 999' },
    ],
  },
  {
    file: 'shared/domain/dr/failover-open.ts',
    tests: [failover],
    mistakes: [
      { name: 'a slot may be gone', find: 'found === undefined) open', replace: 'false) open' },
      { name: 'a subscriber may be behind', find: 'isActive && !found.isConfirmed', replace: 'false' },
    ],
  },
  {
    file: 'functions/failover-drill/rehearse-failover.ts',
    tests: [functions],
    mistakes: [
      {
        name: 'RDS is asked twice',
        find: "if (!(await store.putNew(`${prefix}/asked.txt`, common.askedAt, 'text/plain'))) {",
        replace: "if ((await store.putNew(`${prefix}/asked.txt`, common.askedAt, 'text/plain')) === undefined) {",
      },
      {
        name: 'what came up since the plan is not looked at',
        find: 'if (refusal !== undefined) throw',
        replace: 'if (false) throw',
      },
    ],
  },
  {
    file: 'shared/pg/failover/probe.ts',
    tests: ['tests/sandbox/dr/probe.test.ts'],
    mistakes: [
      {
        name: 'a client that only connects has written',
        find: "seen.reached = 'connected';",
        replace: "seen.reached = 'wrote';",
      },
    ],
  },
];
