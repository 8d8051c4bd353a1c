import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Evidence } from '../../../../../shared/contracts/backup-and-verify.ts';
import type { Failure } from '../../../../../shared/contracts/common.ts';
import type { BackupRun } from '../../../../../shared/contracts/nightly-backup.ts';
import {
  assessBackup,
  fleetExecutionName,
  fleetSummary,
  nightSeverity,
  planFleet,
} from '../../../../../shared/domain/backup/fleet.ts';
import { evidenceWith } from '../../../../support/evidence-sample.ts';

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

test('two nights whose long names begin alike have executions of their own', () => {
  const [one, other] = ['1', '2'].map((end) => `nightly-backup-of-a-stage-with-a-long-name-${end}`);
  assert.notEqual(fleetExecutionName(one ?? '', 'fantasy'), fleetExecutionName(other ?? '', 'fantasy'));
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
  const capped = {
    ...sample,
    verdict: 'failed',
    failure: { state: 'PlanRun', error: 'CostCapReached', cause: 'not restored' },
    cleanUpFailure: null,
  } satisfies Evidence;
  const heldRun: BackupRun = { database: 'fantasy', status: 'FAILED', error: 'CostCapReached', cause: null };

  test('is held by a cap only when execution and evidence both say so', () => {
    const assessed = (run: BackupRun, evidence: Evidence) =>
      assessBackup(planned, run, { key: 'evidence.json', evidence }, null);
    const held = assessed(heldRun, capped);
    assert.deepEqual([held.isHeld, held.isProven], [true, false]);
    assert.match(fleetSummary([held], null), /not proven: fantasy \(not restored, for its cost\)$/);
    assert.equal(assessed(heldRun, { ...sample, verdict: 'failed' }).isHeld, false);
    assert.equal(assessed({ ...heldRun, error: 'AccessDeniedError' }, capped).isHeld, false);
    assert.equal(assessBackup(planned, heldRun, undefined, null).isHeld, false);
    const refused = assessBackup(planned, { ...heldRun, error: 'BackupAlreadyRunningError' }, undefined, null);
    assert.equal(refused.isProven, false);
    assert.equal(nightSeverity([refused], null), 'P2');
  });

  test('calls a person for the night unless all are proven, or all others are held by a cap and nothing failed', () => {
    const held = assessBackup(planned, heldRun, { key: 'evidence.json', evidence: capped }, null);
    const entries = fc.array(
      fc.constantFrom(
        held,
        { ...held, isProven: true, isHeld: false },
        { ...held, isHeld: false, verdict: null, reason: 'unknown' },
      ),
    );
    fc.assert(
      fc.property(entries, failures, (all, failure) => {
        const isBad = failure !== null || all.length === 0 || all.some(({ isProven, isHeld }) => !isProven && !isHeld);
        const expected = isBad ? 'P1' : all.every(({ isProven }) => isProven) ? 'P4' : 'P2';
        assert.equal(nightSeverity(all, failure), expected);
      }),
    );
  });

  test('is proven only when its execution succeeded and its evidence proves it', () => {
    fc.assert(
      fc.property(runs, found, failures, (run, evidence, failure) => {
        const entry = assessBackup(planned, run, evidence, failure);
        const proves = ['exact', 'bounded'].includes(evidence?.evidence.verdict ?? '');
        assert.equal(entry.isProven, run?.status === 'SUCCEEDED' && proves);
        assert.notEqual(entry.reason, '');
        assert.equal(entry.verdict, evidence?.evidence.verdict ?? null);
      }),
    );
  });

  test('is reported by the error of the execution, and by its evidence when there is one', () => {
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
      assessBackup(planned, run, its, failure ?? null).reason;
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
      ...assessBackup({ ...planned, database }, undefined, undefined, null),
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
