import assert from 'node:assert/strict';
import {
  CheckFailoverInput,
  CheckFailoverOutput,
  PlanFailoverInput,
  PlanFailoverOutput,
  RecordFailoverInput,
  RecordFailoverOutput,
  RehearseFailoverInput,
  RehearseFailoverOutput,
} from '../../../shared/contracts/failover-drill/failover-drill.ts';
import { assessFailover } from '../../../shared/domain/dr/assess-failover.ts';
import { fail, workflowBench } from '../workflow-support.ts';

const request = { database: 'fantasy', mode: 'rehearse', reason: 'half-yearly' };
const plan = {
  ...{ database: 'fantasy', instanceId: 'fantasy-dev', isActed: true, reason: 'half-yearly', zone: 'us-east-1a' },
  refusals: [] as { reason: string; remedy: string }[],
};
const rehearsal = {
  ...{ askedAt: '2026-11-30T12:00:00.000Z', isMeasured: true, isNewServer: true, lostWrites: 0 },
  ...{ slots: [], lsn: '0/1', probesKey: 'failover-drill/fantasy/run-1/client.json' },
  outage: {
    ...{ seconds: 61, resolutionSeconds: 0.5, untilBrokenSeconds: 3, noConnectionSeconds: 50, noWriteSeconds: 8 },
    bySecond: 'www---cw',
  },
};
const done = { isDone: true, status: 'available', zone: 'us-east-1b', open: [] as string[] };
const bench = workflowBench({
  workflow: 'failover-drill',
  contracts: {
    planFailover: [PlanFailoverInput, PlanFailoverOutput],
    rehearseFailover: [RehearseFailoverInput, RehearseFailoverOutput],
    checkFailover: [CheckFailoverInput, CheckFailoverOutput],
    recordFailover: [RecordFailoverInput, RecordFailoverOutput],
  } as const,
  soundInput: request,
  soundRun: {
    planFailover: () => ({ plan }),
    rehearseFailover: () => rehearsal,
    checkFailover: () => done,
    recordFailover: (input) => {
      const { result, severity, summary } = assessFailover(input);
      const place = 'failover-drill/fantasy/run-1';
      return {
        ...{ database: 'fantasy', result, severity, summary },
        ...{ recordKey: `${place}/record.json`, reportKey: `${place}/report.html` },
      };
    },
  },
});

describe('failover-drill', () => {
  test('asks once, looks until the subscriber goes on, and records what the client saw', async () => {
    const { status, output, calls } = await bench.run({
      checkFailover: (_, call) => (call < 3 ? { ...done, isDone: false, open: [`slot 'gameday' is gone`] } : done),
    });
    assert.equal(status, 'SUCCEEDED');
    assert.equal((output as { result: string }).result, 'rehearsed');
    assert.deepEqual([calls.rehearseFailover.length, calls.checkFailover.length], [1, 3]);
    assert.deepEqual(calls.rehearseFailover[0], { executionName: 'run-1', request });
    assert.deepEqual(
      calls.recordFailover[0]?.phases.map(({ name }) => name),
      ['PlanFailover', 'RehearseFailover'],
    );
  });

  test('only plans when nobody says that it is to be done', async () => {
    const { status, output, calls } = await bench.run({ planFailover: () => ({ plan: { ...plan, isActed: false } }) });
    assert.deepEqual([status, (output as { result: string }).result], ['SUCCEEDED', 'planned']);
    assert.equal(calls.rehearseFailover.length, 0);
  });

  test('begins nothing where something speaks against it, and fails', async () => {
    const refusals = [{ reason: 'one zone', remedy: 'Multi-AZ.' }];
    const { status, error, cause, calls } = await bench.run({ planFailover: () => ({ plan: { ...plan, refusals } }) });
    assert.deepEqual([status, error], ['FAILED', 'NotRehearsed']);
    assert.match(cause ?? '', /^nothing was begun: one zone \(failover-drill\/fantasy\/run-1\/record\.json\)$/);
    assert.equal(calls.rehearseFailover.length, 0);
  });

  test('ends with what is still open when slots do not come back in ten minutes', async () => {
    const { status, cause, calls } = await bench.run({
      checkFailover: () => ({ ...done, isDone: false, open: [`slot 'gameday' is gone`] }),
    });
    assert.equal(status, 'FAILED');
    assert.match(cause ?? '', /slot 'gameday' is gone/);
    assert.equal(calls.checkFailover.length, 40);
  });

  for (const [task, state] of [
    ['planFailover', 'PlanFailover'],
    ['rehearseFailover', 'RehearseFailover'],
    ['checkFailover', 'CheckFailover'],
  ] as const) {
    for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
      test(`records that ${state} failed with ${error}`, async () => {
        const { status, cause, calls } = await bench.run({ [task]: fail(error) });
        assert.equal(status, 'FAILED');
        assert.match(cause ?? '', new RegExp(`${error} in ${state}`));
        assert.equal(calls.recordFailover[0]?.failure?.state, state);
      });
    }
  }

  for (const error of ['AwsUnavailableError', 'States.DataLimitExceeded']) {
    test(`fails when it could not be recorded because of ${error}, and says what was before`, async () => {
      const scripts = { planFailover: fail('UnknownDatabaseError'), recordFailover: fail(error) };
      const { status, error: ended, cause } = await bench.run(scripts);
      assert.deepEqual([status, ended], ['FAILED', 'NotRehearsed']);
      assert.match(
        cause ?? '',
        new RegExp(`not be recorded: ${error}; before it UnknownDatabaseError in PlanFailover`),
      );
    });
  }

  test('refuses an input that no state could carry', async () => {
    const { calls } = await bench.run({}, { input: { database: 'x'.repeat(9000) } });
    assert.deepEqual(calls.planFailover[0]?.request, { tooLong: 9015 });
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
