// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

const domain = 'tests/unit/shared/domain/restore';

/** Ways back: what is tried, what is called proven, and what is missed. */
export const restore: readonly MistakesInFile[] = [
  {
    file: 'shared/domain/restore/assess-test.ts',
    tests: [`${domain}/assess-test.test.ts`],
    mistakes: [
      {
        name: 'a restore test without any tried path is green',
        find: 'failure === null && tried.length > 0 &&',
        replace: 'failure === null &&',
      },
      { name: 'a path that could not be begun leaves the test green', find: ' && missing.length === 0', replace: '' },
      { name: 'a path that is not proven leaves the test green', find: ' && failed.length === 0', replace: '' },
      {
        name: 'a path that is left out for its cost is fine',
        find: "kind === 'not set up' ||",
        replace: "kind === 'not set up' || kind === 'cost' ||",
      },
      { name: 'a slow way back wakes nobody', find: ' && slow.length === 0', replace: '' },
    ],
  },
  {
    file: 'shared/domain/restore/assess-trial.ts',
    tests: [`${domain}/assess-test.test.ts`],
    mistakes: [
      {
        name: 'the failure of a trial is not looked at',
        find: 'ofTrial ?? result?.failure ?? null',
        replace: 'result?.failure ?? null',
      },
      {
        name: 'a copy that was left takes nothing from a path',
        find: 'assess(rungs, tables, limits, failure ?? cleanUpFailure)',
        replace: 'assess(rungs, tables, limits, failure)',
      },
      {
        name: 'a time at its target is too late',
        find: 'times.usable <= targetSeconds',
        replace: 'times.usable < targetSeconds',
      },
    ],
  },
  {
    file: 'shared/domain/restore/times.ts',
    tests: [`${domain}/assess-test.test.ts`],
    mistakes: [
      {
        name: 'a copy with other parameters counts as usable',
        find: "['reachable', 'parameters']",
        replace: "['reachable']",
      },
    ],
  },
  {
    file: 'shared/domain/restore/moment.ts',
    tests: [`${domain}/moment.test.ts`],
    mistakes: [
      { name: 'a moment is chosen at the instant of the snapshot', find: '* second + second;', replace: '* second;' },
      {
        name: 'a moment is chosen behind S2',
        find: 'time + second <= s2At.getTime()',
        replace: 'time <= s2At.getTime() + second',
      },
      { name: 'the end of the archived log cannot be restored', find: 'at <= latest', replace: 'at < latest' },
      { name: 'the future is called not archived', find: 'wanted > now.getTime()', replace: 'wanted < 0' },
    ],
  },
  {
    file: 'shared/domain/restore/paths.ts',
    tests: [`${domain}/paths.test.ts`],
    mistakes: [
      {
        name: 'a witness that was not handed over is looked for in the second region',
        find: 'candidate.copiedTo === region',
        replace: 'true',
      },
      {
        name: 'only the newest snapshot is looked for',
        find: 'candidates.find(({ snapshotId }) => snapshots.found.has(snapshotId))',
        replace: '[newest].find(({ snapshotId }) => snapshots.found.has(snapshotId))',
      },
      {
        name: 'an API that fails says that there are no backups',
        find: "if ('failed' in backups) return impossible(backups.failed);",
        replace: "if ('failed' in backups) return oneRegion;",
      },
    ],
  },
  {
    file: 'shared/domain/restore/vanished.ts',
    tests: [`${domain}/recovery.test.ts`],
    mistakes: [{ name: 'a way back may vanish', find: 'before === undefined ||', replace: 'before !== undefined ||' }],
  },
  {
    file: 'shared/domain/restore/recovery.ts',
    tests: [`${domain}/recovery.test.ts`],
    mistakes: [
      { name: 'a way back is never stale', find: "? 'stale' : 'proven'", replace: "? 'proven' : 'proven'" },
      { name: 'the grace is forgotten', find: 'intervalDays + graceDays', replace: 'intervalDays' },
      { name: 'a test that was not asked for a path speaks of it', find: "one.kind !== 'not asked'", replace: 'true' },
      {
        name: 'what was never tried does not alarm',
        find: "(state === 'never tried' &&",
        replace: "(state === 'absent' &&",
      },
      {
        name: 'a failed trial is a point of the prediction',
        find: 'isProvenBy(verdict) && usable !== null',
        replace: 'usable !== null',
      },
    ],
  },
  {
    file: 'shared/domain/restore/due.ts',
    tests: [`${domain}/assess-test.test.ts`],
    mistakes: [
      {
        name: 'the database that was tested last is tested again',
        find: 'timeOf(first) <= timeOf(one)',
        replace: 'timeOf(first) > timeOf(one)',
      },
      {
        name: 'a database is due a moment late',
        find: 'nextDue(startedAt, intervalDays) <= now',
        replace: 'nextDue(startedAt, intervalDays) < now',
      },
    ],
  },
  {
    file: 'shared/domain/restore/price.ts',
    tests: [`${domain}/assess-test.test.ts`],
    mistakes: [
      {
        name: 'trials of one test do not count beside one another',
        find: 'sum += trial.predicted.total ?? 0;',
        replace: 'sum += 0;',
      },
    ],
  },
  {
    file: 'shared/domain/restore/prediction.ts',
    tests: [`${domain}/prediction.property.test.ts`],
    mistakes: [
      {
        name: 'the interval is that of the line and not of a restore',
        find: 'Math.sqrt(1 + 1 / count + (isFlat',
        replace: 'Math.sqrt(1 / count + (isFlat',
      },
      { name: 'four points are a trend', find: 'const fewestPoints = 5', replace: 'const fewestPoints = 4' },
    ],
  },
  {
    file: 'functions/restore-test/plan-restore-test.ts',
    tests: ['tests/unit/functions/restore-test-plan.test.ts'],
    mistakes: [
      {
        name: 'a schedule is held to no cap',
        find: "asked.startedBy === 'schedule' || asked.database === undefined",
        replace: 'false',
      },
      {
        name: 'a path left out for its cost keeps it',
        find: 'hours: 0, money: 0',
        replace: 'hours, money: predicted.total',
      },
      {
        name: 'a way back that vanished is not missed',
        find: 'missVanished(chosen.notTried, tests, wanted)',
        replace: 'missVanished(chosen.notTried, [], wanted)',
      },
    ],
  },
  {
    file: 'functions/restore-test/record-restore-test.ts',
    tests: ['tests/unit/functions/restore-test-record.test.ts'],
    mistakes: [
      {
        name: 'rungs of the second region are looked for in the first',
        find: 'trial.region === region ? store : storeIn(trial.region)',
        replace: 'store',
      },
      {
        name: 'rungs that were changed are left out',
        find: 'failure: result.failure ?? unread',
        replace: 'failure: result.failure',
      },
    ],
  },
  {
    file: 'shared/domain/evidence/any-evidence.ts',
    tests: ['tests/unit/shared/domain/evidence/restore-test-chain.test.ts'],
    mistakes: [
      {
        name: 'evidence of restore tests is looked for in the chain of the backups',
        find: "= key.split('/');\n  if (workflow === 'restore-test')",
        replace: "= key.split('/');\n  if (workflow === 'none')",
      },
      {
        name: 'rungs of a path are bound by nothing',
        find: 'objects.map((object) => ({ ...object, isElsewhere: isAway(proof) }))',
        replace: 'objects.slice(1).map((object) => ({ ...object, isElsewhere: isAway(proof) }))',
      },
    ],
  },
  {
    file: 'shared/aws/rds/restorable-range.ts',
    tests: ['tests/unit/shared/aws/restorable-range.test.ts'],
    mistakes: [
      {
        name: 'a range that cannot be read hides why RDS refused',
        find: 'if (kept === undefined) return error;',
        replace: 'if (kept === undefined) return undefined;',
      },
    ],
  },
  {
    file: 'functions/watch-backups/publish-backup-health.ts',
    tests: ['tests/unit/functions/backups.test.ts'],
    mistakes: [
      {
        name: 'replicated backups are looked for where the instance is',
        find: 'region === home ? undefined : await backups.find(instance)',
        replace: 'region === home ? await backups.find(instance) : undefined',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/database-alarms.cjs',
    tests: ['tests/unit/packaging/database-alarms.test.ts'],
    mistakes: [
      {
        name: 'the lag of replicated backups is alarmed about where there are none',
        find: "  'second region',\n",
        replace: '',
      },
      {
        name: 'an alarm watches the lag of the instance for that of its replicated backups',
        find: "watched('ReplicatedBackupSeconds')",
        replace: "watched('RestorableSeconds')",
      },
    ],
  },
  {
    file: 'operator/doctor/check-replicated.ts',
    tests: ['tests/unit/operator/doctor-replicated.test.ts'],
    mistakes: [
      {
        name: 'replicated backups without a moment are sound',
        find: 'behindSeconds !== undefined && behindSeconds <= lagSeconds',
        replace: '!(Number(behindSeconds) > lagSeconds)',
      },
    ],
  },
];
