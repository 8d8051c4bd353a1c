import type { MistakesInFile } from '../mistake.ts';

const claims = 'tests/unit/shared/domain/remediation/claim.property.test.ts';
const blockers = 'tests/unit/shared/domain/remediation/blockers.test.ts';
const remedies = 'tests/unit/shared/domain/remediation/remedies.test.ts';
const served = 'tests/unit/shared/domain/remediation/served-elsewhere.test.ts';
const causes = 'tests/unit/shared/domain/alarm/cause.test.ts';
const onServer = 'tests/sandbox/operations/remedies.test.ts';
const machine = 'tests/workflows/remediation.test.ts';

/** What acts by itself: on whom, how often, and never on what stands beside it. */
export const remediation: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/alarm/cause.ts',
    tests: [causes],
    mistakes: [
      {
        name: 'an alarm of another account is ours',
        find: 'if (account !== place.account) return undefined;',
        replace: '',
      },
      {
        name: 'an alarm of another stage is ours',
        find: 'if (!alarmName.endsWith(ending)) return undefined;',
        replace: '',
      },
      {
        name: 'the bearer may eat the level',
        find: "level === undefined && metric?.dimensions?.['service']",
        replace: "metric?.dimensions?.['none']",
      },
      {
        name: 'a database that is gone has alarms',
        find: 'Object.hasOwn(databases, name) ? [name] : undefined',
        replace: '[name]',
      },
      { name: 'whoever calls an alarm so is ours', find: 'if (!isOurs || own', replace: 'if (own' },
    ],
  },
  {
    file: 'shared/domain/remediation/claim.ts',
    tests: [claims],
    mistakes: [
      {
        name: 'the same change is another act',
        find: 'if (same !== undefined) {',
        replace: 'if (same?.execution === request.execution) {',
      },
      {
        name: 'there is no cool-down',
        find: 'if (cooling !== undefined) {',
        replace: 'if (cooling === undefined && false) {',
      },
      { name: 'a database has no budget of its own', find: 'budget.databaseHour', replace: 'budget.hour' },
      { name: 'one act more than the budget', find: 'used >= most', replace: 'used > most' },
      {
        name: 'who observes spends what may act',
        find: "(mode === 'observe') === (request.mode === 'observe')",
        replace: 'mode !== request.mode || mode === request.mode',
      },
      {
        name: 'a clock that was set back gives back',
        find: 'now - Date.parse(claimedAt) < milliseconds',
        replace: 'Math.abs(now - Date.parse(claimedAt)) < milliseconds',
      },
    ],
  },
  {
    file: 'shared/evidence/claims.ts',
    tests: [claims],
    mistakes: [
      {
        name: 'who lost a place takes it all the same',
        find: "if (await store.putNew(key, JSON.stringify(claim), 'application/json')) return",
        replace: "await store.putNew(key, JSON.stringify(claim), 'application/json');\n    return",
      },
      {
        name: 'who lost a place does not read the winner',
        find: '    claims.push(await read(store, key));\n  }\n  throw',
        replace: '  }\n  throw',
      },
    ],
  },
  {
    file: 'shared/domain/remediation/blockers.ts',
    tests: [blockers],
    mistakes: [
      {
        name: 'any process is ended',
        find: "if (backendType !== 'client backend')",
        replace: "if (backendType === 'none')",
      },
      { name: 'a superuser is ended', find: 'if (isSuperuser)', replace: 'if (isSuperuser && roles.length === 0)' },
      { name: 'a session of ours is ended', find: '|| /^pg-gameday /.test(application)', replace: '' },
      {
        name: 'the scope of roles is nobody’s',
        find: "!roles.includes('*') && !roles.includes(user)",
        replace: 'roles.length === 0',
      },
      {
        name: 'a session of another database is ended',
        find: 'if (session.database !== database)',
        replace: 'if (session.database === null)',
      },
      {
        name: 'a young transaction is ended',
        find: 'transactionSeconds <= rule.seconds',
        replace: 'transactionSeconds < 0',
      },
      {
        name: 'few who wait are enough',
        find: 'waiters.size <= rule.sessions',
        replace: 'waiters.size < rule.sessions',
      },
      {
        name: 'the first blocker is the root',
        find: 'else open.push(...wait.blockers);',
        replace: 'else roots.add(next);',
      },
    ],
  },
  {
    file: 'shared/domain/remediation/replication.ts',
    tests: [remedies],
    mistakes: [
      { name: 'an active slot is dropped', find: 'if (isActive)', replace: 'if (isActive && isTemporary)' },
      { name: 'a slot that is kept is dropped', find: 'if (keep.includes(name))', replace: "if (keep.includes(''))" },
      { name: 'a worker that was only started has worked', find: ' && appliedSeconds > steadySeconds', replace: '' },
      {
        name: 'a subscription that somebody disabled is enabled',
        find: 'if (!isEnabled)',
        replace: 'if (!isEnabled && isApplied)',
      },
      {
        name: 'a table that is vacuumed is vacuumed again',
        find: 'if (oldest.isVacuumed)',
        replace: 'if (oldest.isVacuumed && !oldest.isAllowed)',
      },
    ],
  },
  {
    file: 'shared/domain/remediation/instances.ts',
    tests: [remedies],
    mistakes: [
      { name: 'a fenced instance is started', find: 'if (isFenced !== undefined)', replace: 'if (isFenced === "")' },
      {
        name: 'nobody has to consent',
        find: 'if (tags[remedyTag.key] !== remedyTag.value)',
        replace: 'if (tags[remedyTag.key] === remedyTag.key)',
      },
      { name: 'storage has no cap in money', find: 'if (money > mostMoneyMonth)', replace: 'if (money > Infinity)' },
      { name: 'two zones cost as much as one', find: '(isMultiZone ? 2 : 1)', replace: '1' },
    ],
  },
  {
    file: 'shared/domain/remediation/served-elsewhere.ts',
    tests: [served],
    mistakes: [
      {
        name: 'a primary is started whose lease nobody can read',
        find: 'if (contents.length < majority)',
        replace: 'if (contents.length < 0)',
      },
      { name: 'one register says nothing', find: 'Math.max(...contents', replace: 'Math.min(...contents' },
      { name: 'a lease of another one is ours', find: '&& holder !== own', replace: '&& holder === own' },
    ],
  },
  {
    file: 'shared/remediation/instances.ts',
    tests: [served],
    mistakes: [
      {
        name: 'the lease is looked at, and it is started all the same',
        find: 'return reason === undefined ? stoppedInstance',
        replace: 'return reason !== null ? stoppedInstance',
      },
    ],
  },
  {
    file: 'shared/remediation/context.ts',
    tests: [served],
    mistakes: [
      {
        name: 'the lease of any database counts',
        find: 'leased.instance !== instanceId || ',
        replace: '',
      },
      {
        name: 'a register that is silent counts as free',
        find: 'const contents = [...readings',
        replace:
          'const contents = [{ epoch: 0, holder: null, counter: 0 }, { epoch: 0, holder: null, counter: 0 }, ...readings',
      },
    ],
  },
  {
    file: 'shared/domain/remediation/remedies.ts',
    tests: [remedies],
    mistakes: [
      { name: 'a promotion forbids nothing', find: "'dr-promotion', ", replace: '' },
      {
        name: 'an execution of any database forbids nothing',
        find: 'named === undefined || named === database',
        replace: 'named === database',
      },
    ],
  },
  {
    file: 'shared/domain/remediation/approval.ts',
    tests: ['tests/unit/shared/domain/remediation/approval.test.ts'],
    mistakes: [
      {
        name: 'an answer to another execution counts',
        find: 'if (given.get(answerHeader) !== expected)',
        replace: 'if (given.get(answerHeader) === undefined)',
      },
      {
        name: 'what is not signed counts',
        find: "for (const name of ['host', 'x-amz-date', answerHeader])",
        replace: "for (const name of ['host'])",
      },
      {
        name: 'a request for another service counts',
        find: '[a-z0-9-]+\\/sts\\/aws4_request',
        replace: '[a-z0-9-]+\\/[a-z0-9]+\\/aws4_request',
      },
      { name: 'a role of another account may answer', find: ' && ofAccount === account', replace: '' },
      {
        name: 'all headers are sent on',
        find: ".filter(([name]) => isSent(name) || name === 'x-amz-security-token')",
        replace: '',
      },
    ],
  },
  {
    file: 'shared/pg/remediation/sessions.ts',
    tests: [onServer],
    names: 'not any more what was found|gone on since',
    mistakes: [
      {
        name: 'a pid that was given again is ended',
        find: 'a.backend_start = $2::pg_catalog.timestamptz and a.usename',
        nth: 1,
        replace: '$2::pg_catalog.timestamptz is not null and a.usename',
      },
      {
        name: 'the next transaction of a session is ended',
        find: 'and a.xact_start = $3::pg_catalog.timestamptz',
        replace: 'and $3::pg_catalog.timestamptz is not null',
      },
      {
        name: 'one that waits itself is ended',
        find: ' and pg_catalog.cardinality(pg_catalog.pg_blocking_pids(a.pid)) = 0',
        replace: '',
      },
      {
        name: 'one for which nobody waits is ended',
        find: 'and exists (select from pg_catalog.pg_locks l where not l.granted and a.pid = any',
        replace: 'and (true or a.pid = any',
      },
    ],
  },
  {
    file: 'functions/remediation/apply-remedy.ts',
    tests: [onServer],
    names: 'only observes|forty sessions',
    mistakes: [
      { name: 'who observes acts when asked', find: "found.mode === 'observe'", replace: 'false' },
      { name: 'an act whose answer was lost was none', find: '!isApplied && isRetry', replace: 'false' },
      { name: 'what was refused at once may have been done', find: '!isApplied && isRetry', replace: '!isApplied' },
    ],
  },
  {
    file: 'statemachines/remediation.asl.yml',
    tests: [machine],
    mistakes: [
      { name: 'a second call is taken for the first', find: 'State.RetryCount > 0', replace: 'State.RetryCount > 9' },
      { name: 'who observes acts', find: "$claim.isGranted and $found.mode = 'act'", replace: '$claim.isGranted' },
      {
        name: 'who has no place acts',
        find: "$claim.isGranted and $found.mode = 'act'",
        replace: "$found.mode = 'act'",
      },
      { name: 'an alarm that has ended is remedied', find: "$change.state = 'ALARM'", replace: "$change.state != ''" },
      {
        name: 'what is left half done stays',
        find: '$after.isOver and $after.isToUndo',
        replace: '$after.isOver and $after.isReached',
      },
    ],
  },
];
