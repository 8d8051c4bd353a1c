import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Evidence, Failure } from '../../../shared/contracts/backup-and-verify.ts';
import type { BackupRun } from '../../../shared/contracts/nightly-backup.ts';
import { fleetExecutionName, fleetSummary, judgeBackup, planFleet } from '../../../shared/domain/fleet.ts';
import { evidenceWith } from '../report/evidence-sample.ts';

const sample = evidenceWith((place) => place);
const nights = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
const databases = fc.stringMatching(/^[a-z][a-z0-9-]{0,29}$/);

describe('the execution of a database in a night', () => {
  test('has a name that Step Functions takes, and one that backup-and-verify takes', () => {
    fc.assert(
      fc.property(nights, databases, (night, database) => {
        assert.match(fleetExecutionName(night, database), /^[A-Za-z0-9_-]{1,80}$/);
      }),
    );
  });

  test('is the same when it is asked for again, and another one for another night or database', () => {
    fc.assert(
      fc.property(nights, databases, nights, databases, (night, database, otherNight, otherDatabase) => {
        const same = night === otherNight && database === otherDatabase;
        const names = [fleetExecutionName(night, database), fleetExecutionName(otherNight, otherDatabase)];
        assert.equal(names[0] === names[1], same);
      }),
    );
  });
});

test('a night plans every database but those that are backed up by hand', () => {
  const names = fc.dictionary(databases, fc.record({ nightly: fc.boolean() }), { noNullPrototype: true });
  fc.assert(
    fc.property(names, (fleet) => {
      const expected = Object.keys(fleet).filter((name) => fleet[name]?.nightly);
      assert.deepEqual(
        planFleet('night', fleet).map(({ database }) => database),
        expected,
      );
    }),
  );
});

const planned = { database: 'fantasy', executionName: 'night-fantasy' };
const verdicts = ['exact', 'bounded', 'unbracketed', 'failed'] as const;
const runs: fc.Arbitrary<BackupRun | undefined> = fc.constantFrom(
  undefined,
  { database: 'fantasy', status: 'SUCCEEDED', error: null, cause: null },
  { database: 'fantasy', status: 'FAILED', error: 'AccessDeniedError', cause: 'role may not' },
);
const found = fc
  .option(fc.constantFrom(...verdicts), { nil: undefined })
  .map((verdict) =>
    verdict === undefined ? undefined : { key: 'evidence.json', evidence: { ...sample, verdict } satisfies Evidence },
  );
const failures: fc.Arbitrary<Failure | null> = fc.constantFrom(null, {
  state: 'BackUpFleet',
  error: 'States.DataLimitExceeded',
  cause: 'too large',
});

describe('what became of a database', () => {
  test('is proven only when its execution succeeded and its evidence proves it', () => {
    fc.assert(
      fc.property(runs, found, failures, (run, evidence, failure) => {
        const entry = judgeBackup(planned, run, evidence, failure);
        const proves = ['exact', 'bounded'].includes(evidence?.evidence.verdict ?? '');
        assert.equal(entry.isProven, run?.status === 'SUCCEEDED' && proves);
        assert.notEqual(entry.reason, '');
        assert.equal(entry.verdict, evidence?.evidence.verdict ?? null);
      }),
    );
  });

  test('is told by the error of the execution, and by its evidence when there is one', () => {
    const failed = {
      database: 'fantasy',
      status: 'FAILED',
      error: 'AccessDeniedError',
      cause: 'role may not',
    } as const;
    const evidence = (verdict: Evidence['verdict']) => ({
      key: 'evidence.json',
      evidence: { ...sample, verdict, summary: 'rows differ' },
    });
    const reason = (...[run, its, failure]: [BackupRun?, ReturnType<typeof evidence>?, Failure?]) =>
      judgeBackup(planned, run, its, failure ?? null).reason;
    assert.equal(reason(failed), 'AccessDeniedError: role may not');
    assert.equal(reason(failed, evidence('failed')), 'AccessDeniedError: rows differ');
    assert.equal(reason(failed, evidence('exact')), 'AccessDeniedError, although its evidence says exact');
    assert.equal(reason(undefined), 'no result is known');
    const failure = { state: 'BackUpFleet', error: 'States.DataLimitExceeded', cause: '' };
    assert.equal(
      reason(undefined, evidence('failed'), failure),
      'States.DataLimitExceeded in BackUpFleet; its evidence says failed: rows differ',
    );
  });
});

test('the summary of a night names every database that is not proven, and no other', () => {
  const entries = fc.uniqueArray(
    fc.record({ database: databases, proven: fc.boolean() }).map(({ database, proven }) => ({
      ...judgeBackup({ ...planned, database }, undefined, undefined, null),
      isProven: proven,
    })),
    { selector: ({ database }) => database, minLength: 1 },
  );
  fc.assert(
    fc.property(entries, (night) => {
      const unproven = night.filter(({ isProven }) => !isProven).map(({ database }) => database);
      assert.equal(
        fleetSummary(night, null),
        unproven.length === 0
          ? `all ${night.length} backups are proven`
          : `${unproven.length} of ${night.length} backups are not proven: ${unproven.join(', ')}`,
      );
    }),
  );
  const failure = { state: 'PlanFleet', error: 'InvalidOperationsError', cause: '' };
  assert.equal(
    fleetSummary([], failure),
    'no backup was planned; the night failed in PlanFleet: InvalidOperationsError',
  );
});
