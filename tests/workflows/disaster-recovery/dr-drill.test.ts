import assert from 'node:assert/strict';
import {
  CheckDrillNameInput,
  CheckDrillNameOutput,
  CleanUpDrillInput,
  CleanUpDrillOutput,
  ConfirmDrillInput,
  ConfirmDrillOutput,
  FenceDrillInput,
  FenceDrillOutput,
  OpenDrillReplicaInput,
  OpenDrillReplicaOutput,
  PlanDrillInput,
  PlanDrillOutput,
  PointDrillNameInput,
  PointDrillNameOutput,
  PrepareDrillInput,
  PrepareDrillOutput,
  PromoteDrillReplicaInput,
  PromoteDrillReplicaOutput,
  RecordDrillInput,
  RecordDrillOutput,
  StartDrillPrimaryInput,
  StartDrillPrimaryOutput,
  StartDrillReplicaInput,
  StartDrillReplicaOutput,
  TakeDrillLeaseInput,
  TakeDrillLeaseOutput,
} from '../../../shared/contracts/dr-drill/dr-drill.ts';
import {
  CheckDrainedInput,
  CheckDrainedOutput,
  CheckPromotedInput,
  CheckPromotedOutput,
} from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { CheckRestoreInput, CheckRestoreOutput } from '../../../shared/contracts/instances.ts';
import { PublishOutcomeInput, PublishOutcomeOutput } from '../../../shared/contracts/outcome.ts';
import { assessDrill } from '../../../shared/domain/dr/assess-drill.ts';
import { drillFacts, drillPlan as plan, targets } from '../../support/drill/drill-facts.ts';
import { fail, workflowBench } from '../workflow-support.ts';

const { prepared, fence, drained, lease, opened, confirmed } = drillFacts;
const { primaryId, replicaId } = plan;
const request = { database: 'fantasy', mode: 'rehearse', reason: 'half-yearly' };
const promoted = { isPromoted: true, isReplica: false, isUntouched: false, status: 'available' };
const bench = workflowBench({
  workflow: 'dr-drill',
  contracts: {
    planDrill: [PlanDrillInput, PlanDrillOutput],
    startDrillPrimary: [StartDrillPrimaryInput, StartDrillPrimaryOutput],
    checkRestore: [CheckRestoreInput, CheckRestoreOutput],
    startDrillReplica: [StartDrillReplicaInput, StartDrillReplicaOutput],
    pointDrillName: [PointDrillNameInput, PointDrillNameOutput],
    checkDrillName: [CheckDrillNameInput, CheckDrillNameOutput],
    prepareDrill: [PrepareDrillInput, PrepareDrillOutput],
    fenceDrill: [FenceDrillInput, FenceDrillOutput],
    checkDrained: [CheckDrainedInput, CheckDrainedOutput],
    takeDrillLease: [TakeDrillLeaseInput, TakeDrillLeaseOutput],
    promoteDrillReplica: [PromoteDrillReplicaInput, PromoteDrillReplicaOutput],
    checkPromoted: [CheckPromotedInput, CheckPromotedOutput],
    openDrillReplica: [OpenDrillReplicaInput, OpenDrillReplicaOutput],
    confirmDrill: [ConfirmDrillInput, ConfirmDrillOutput],
    cleanUpDrill: [CleanUpDrillInput, CleanUpDrillOutput],
    recordDrill: [RecordDrillInput, RecordDrillOutput],
    publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
  } as const,
  soundInput: request,
  soundRun: {
    planDrill: () => ({ plan }),
    startDrillPrimary: () => ({ instanceId: primaryId }),
    checkRestore: () => ({ ready: true, status: 'available' }),
    startDrillReplica: () => ({ instanceId: replicaId }),
    pointDrillName: ({ to }) => ({ name: 'gd-drill-1.db.example.com', target: to }),
    checkDrillName: ({ to }) => ({ name: 'gd-drill-1.db.example.com', target: to, isThere: true }),
    prepareDrill: () => prepared,
    fenceDrill: () => fence,
    checkDrained: () => drained,
    takeDrillLease: () => lease,
    promoteDrillReplica: () => ({ instanceId: replicaId }),
    checkPromoted: () => promoted,
    openDrillReplica: () => opened,
    confirmDrill: () => confirmed,
    cleanUpDrill: () => ({ isGone: true, left: [] }),
    recordDrill: (input) => {
      const { result, severity, summary, left } = assessDrill(input, targets);
      const place = 'dr-drill/fantasy/run-1';
      return {
        ...{ database: 'fantasy', result, severity, summary, left, chain: null },
        ...{ recordKey: `${place}/evidence.json`, reportKey: `${place}/report.html` },
      };
    },
    publishOutcome: () => ({ messageId: 'm' }),
  },
});
type Bench = Awaited<ReturnType<typeof bench.run>>;
const made = ({ calls }: Bench) => calls.startDrillPrimary.length;

describe('dr-drill', () => {
  test('rehearses a promotion in the order of a promotion, and removes what it made', async () => {
    const run = await bench.run();
    const { status, calls } = run;
    assert.equal(status, 'SUCCEEDED', run.cause ?? '');
    assert.deepEqual(
      calls.recordDrill[0]?.phases.map(({ name }) => name),
      [
        ...['PlanDrill', 'StartDrillPrimary', 'AwaitPrimary', 'StartDrillReplica', 'AwaitReplica', 'PointDrillName'],
        ...['SwitchName', 'PrepareDrill', 'FenceDrill', 'Drain', 'TakeDrillLease', 'PromoteDrillReplica'],
        ...['AwaitPromotion', 'OpenDrillReplica', 'PointDrillName', 'SwitchName', 'ConfirmDrill', 'CleanUp'],
      ],
    );
    assert.deepEqual(
      calls.checkRestore.map(({ instanceId }) => instanceId),
      [primaryId, replicaId],
    );
    assert.deepEqual(
      calls.pointDrillName.map(({ to }) => to),
      ['primary', 'replica'],
    );
    assert.deepEqual(calls.confirmDrill[0]?.before, prepared.row);
    assert.equal(calls.checkDrained[0]?.mostLossSeconds, 0);
    assert.equal(calls.recordDrill[0]?.isCleanedUp, true);
    assert.equal(calls.publishOutcome.length, 1);
  });

  test('waits for instances, name, drain, promotion and removal', async () => {
    const { status, calls } = await bench.run({
      checkRestore: (_, call) => ({ ready: call % 2 === 0, status: 'creating' }),
      checkDrillName: ({ to }, call) => ({ name: 'n', target: call % 2 === 0 ? to : null, isThere: call % 2 === 0 }),
      checkDrained: (_, call) =>
        call === 1 ? { ...drained, isDrained: false, lossSeconds: 1, isAccepted: false } : drained,
      checkPromoted: (_, call) => (call === 1 ? { ...promoted, isPromoted: false, isReplica: true } : promoted),
      cleanUpDrill: (_, call) => ({ isGone: call === 2, left: call === 2 ? [] : [primaryId] }),
    });
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(
      [calls.checkRestore, calls.checkDrillName, calls.checkDrained, calls.checkPromoted, calls.cleanUpDrill].map(
        ({ length }) => length,
      ),
      [4, 4, 2, 2, 2],
    );
  });

  test('makes nothing when it is only to plan, when something speaks against it, or when nothing is due', async () => {
    const planned = await bench.run({ planDrill: () => ({ plan: { ...plan, isActed: false } }) });
    assert.deepEqual([planned.status, made(planned)], ['SUCCEEDED', 0]);
    const refusals = [{ reason: 'no backup is proven', remedy: 'Run backup-and-verify.' }];
    const refused = await bench.run({ planDrill: () => ({ plan: { ...plan, refusals } }) });
    assert.deepEqual([refused.status, refused.error, made(refused)], ['FAILED', 'NotRehearsed', 0]);
    assert.match(refused.cause ?? '', /nothing was made: no backup is proven/);
    const due = await bench.run({ planDrill: () => ({ plan: null }) });
    assert.deepEqual([due.status, due.output, due.calls.recordDrill.length], ['SUCCEEDED', null, 0]);
  });

  for (const [what, scripts, error] of [
    [
      'an instance that does not come',
      { checkRestore: () => ({ ready: false, status: 'creating' }) },
      'RestoreTimedOut',
    ],
    [
      'a name that leads nowhere',
      { checkDrillName: () => ({ name: 'n', target: null, isThere: false }) },
      'NameNotSwitched',
    ],
    [
      'a name that leads to the old primary still',
      {
        checkDrillName: ({ to }: { to: string }) => ({ name: 'n', target: 'primary', isThere: to === 'primary' }),
      },
      'NameNotSwitched',
    ],
    [
      'a replica that does not come to the end of the log',
      { checkDrained: () => ({ ...drained, isDrained: false, lossSeconds: 4, isAccepted: false }) },
      'LossNotAccepted',
    ],
    [
      'a replica of which nobody knows what is lost',
      { checkDrained: () => ({ ...drained, isDrained: false, lossSeconds: null, isAccepted: false }) },
      'LossNotAccepted',
    ],
    [
      'a promotion that never ends',
      { checkPromoted: () => ({ ...promoted, isPromoted: false, status: 'modifying' }) },
      'PromotionTimedOut',
    ],
  ] as const) {
    test(`is not rehearsed with ${what}, and removes what it made`, async () => {
      const { status, calls } = await bench.run(scripts);
      assert.equal(status, 'FAILED');
      assert.equal(calls.recordDrill[0]?.failure?.error, error);
      assert.equal(calls.cleanUpDrill.length, 1);
    });
  }

  const tasks = [
    ...['startDrillPrimary', 'checkRestore', 'startDrillReplica', 'pointDrillName', 'checkDrillName', 'prepareDrill'],
    ...['fenceDrill', 'checkDrained', 'takeDrillLease', 'promoteDrillReplica', 'checkPromoted', 'openDrillReplica'],
    'confirmDrill',
  ] as const;
  for (const task of tasks) {
    for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
      test(`removes what it made when ${task} fails with ${error}`, async () => {
        const { status, calls } = await bench.run({ [task]: fail(error) });
        assert.equal(status, 'FAILED');
        assert.equal(calls.cleanUpDrill.length, 1);
        assert.equal(calls.recordDrill[0]?.failure?.error, error);
        assert.equal(calls.publishOutcome[0]?.outcome.workflow, 'dr-drill');
      });
    }
  }

  for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
    test(`has nothing to remove when its plan fails with ${error}`, async () => {
      const { status, calls } = await bench.run({ planDrill: fail(error) });
      assert.deepEqual([status, calls.cleanUpDrill.length], ['FAILED', 0]);
      assert.equal(calls.recordDrill[0]?.failure?.state, 'PlanDrill');
    });

    test(`fails when it could not be removed because of ${error}, and names what is left`, async () => {
      const { status, cause, calls } = await bench.run({ cleanUpDrill: fail(error) });
      assert.equal(status, 'FAILED');
      assert.match(cause ?? '', new RegExp(`NOT CLEANED UP: ${error}`));
      assert.equal(calls.recordDrill[0]?.cleanUpFailure?.error, error);
    });

    test(`reports that it could not be recorded because of ${error}, and what was before`, async () => {
      const { status, calls } = await bench.run({ planDrill: fail('UnknownDatabaseError'), recordDrill: fail(error) });
      assert.equal(status, 'FAILED');
      const { outcome } = calls.publishOutcome[0] ?? {};
      assert.match(JSON.stringify(outcome), new RegExp(`not be recorded: ${error}; before it UnknownDatabaseError in`));
    });
  }

  test('gives up after an hour of removal, and says what is there', async () => {
    const { status, calls } = await bench.run({ cleanUpDrill: () => ({ isGone: false, left: [replicaId] }) });
    assert.equal(status, 'FAILED');
    assert.equal(calls.recordDrill[0]?.cleanUpFailure?.error, 'DrillNotRemoved');
    assert.match(calls.recordDrill[0]?.cleanUpFailure?.cause ?? '', new RegExp(replicaId));
    assert.equal(calls.recordDrill[0]?.isCleanedUp, false);
  });

  test('fails when it was rehearsed, and not in time', async () => {
    const { status, cause } = await bench.run({
      recordDrill: (input) => {
        const { result, severity, summary, left } = assessDrill(input, { rtoSeconds: -1, rpoSeconds: 0 });
        return {
          ...{ database: 'fantasy', result, severity, summary, left, chain: null },
          recordKey: 'r',
          reportKey: 'p',
        };
      },
    });
    assert.equal(status, 'FAILED');
    assert.match(cause ?? '', /s after the order, at most -1 s are required/);
  });

  test('refuses an input that no state could carry', async () => {
    const { calls } = await bench.run({}, { input: { database: 'x'.repeat(9000) } });
    const asked = calls.planDrill[0]?.request as { tooLong: number } | undefined;
    assert.equal(asked?.tooLong, 9015);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
