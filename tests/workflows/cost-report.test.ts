import assert from 'node:assert/strict';
import {
  AnalyseCostsInput,
  AnalyseCostsOutput,
  CollectCostsInput,
  CollectCostsOutput,
  ExplainAnomaliesInput,
  ExplainAnomaliesOutput,
  FindWasteInput,
  FindWasteOutput,
  RecordCostReportInput,
  RecordCostReportOutput,
} from '../../shared/contracts/cost-report.ts';
import { PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import { fail, workflowBench } from './workflow-support.ts';

const event = {
  id: 'AWS Lambda 2026-05-18 more',
  kind: 'increase',
  service: 'AWS Lambda',
  usageType: 'USE1-Request',
  first: '2026-05-18',
  last: '2026-05-18',
} as const;
const causes = [{ id: event.id, causes: [{ dimension: 'region', value: 'us-east-1', money: 50, share: 1 }] }];
type Collect = { readonly attempt: number; readonly requests: number };

const { run, armsNotTaken } = workflowBench({
  workflow: 'cost-report',
  contracts: {
    collectCosts: [CollectCostsInput, CollectCostsOutput],
    analyseCosts: [AnalyseCostsInput, AnalyseCostsOutput],
    findWaste: [FindWasteInput, FindWasteOutput],
    explainAnomalies: [ExplainAnomaliesInput, ExplainAnomaliesOutput],
    recordCostReport: [RecordCostReportInput, RecordCostReportOutput],
    publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
  } as const,
  soundInput: {},
  soundRun: {
    collectCosts: ({ attempt, requests }) => ({
      costsKey: `costs-${attempt}.json`,
      isPartial: false,
      requests: requests + 5,
    }),
    analyseCosts: () => ({ analysisKey: 'analysis.json', edition: 'daily' as const, unexplained: [event] }),
    findWaste: ({ requests }) => ({ wasteKey: 'waste.json', requests: requests + 2 }),
    explainAnomalies: ({ requests }) => ({ causes, requests: requests + 2 }),
    recordCostReport: ({ failure }) => ({
      isMade: failure === null,
      severity: 'P4' as const,
      subject: 'a report',
      text: 'what it says',
      evidenceKey: 'evidence.json',
      reportKey: 'report.html',
    }),
    publishOutcome: () => ({ messageId: 'm-1' }),
  },
});
const recordOf = ({ recordCostReport: [first] }: Awaited<ReturnType<typeof run>>['calls']) =>
  first ?? assert.fail('nothing is recorded');

describe('cost-report', () => {
  test('collects, analyses, explains, records and reports, and counts what its requests cost', async () => {
    const { status, path, calls } = await run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path, [
      'CollectCosts',
      'IsWhole',
      'AnalyseCosts',
      'IsAnythingOff',
      'ExplainAnomalies',
      'IsWasteDue',
      'RecordCostReport',
      'PublishOutcome',
      'IsMade',
      'ReportMade',
    ]);
    const { requests, causes: reported, isPartial, failure } = recordOf(calls);
    assert.deepEqual([requests, reported, isPartial, failure], [7, causes, false, null]);
  });

  test('asks for no causes on a quiet day', async () => {
    const analyseCosts = () => ({ analysisKey: 'analysis.json', edition: 'daily' as const, unexplained: [] });
    const { status, path } = await run({ analyseCosts });
    assert.equal(status, 'SUCCEEDED');
    assert.ok(!path.includes('ExplainAnomalies'));
  });

  for (const edition of ['weekly', 'monthly', 'quarterly', 'yearly'] as const) {
    test(`looks for waste with a ${edition} report`, async () => {
      const analyseCosts = () => ({ analysisKey: 'analysis.json', edition, unexplained: [] });
      const { status, calls } = await run({ analyseCosts });
      const { wasteKey, wasteFailure, requests } = recordOf(calls);
      assert.deepEqual([status, wasteKey, wasteFailure, requests], ['SUCCEEDED', 'waste.json', null, 7]);
    });
  }

  test('looks for waste on any day when it is asked to, and on no other', async () => {
    assert.equal((await run({}, { input: { findWaste: true } })).calls.findWaste.length, 1);
    for (const input of [{}, { findWaste: false }, { findWaste: 'no' }]) {
      const { calls } = await run({}, { input });
      assert.deepEqual([calls.findWaste.length, recordOf(calls).wasteKey], [0, null]);
    }
  });

  for (const error of ['CostDataUnavailableError', 'AccessDeniedError', 'AwsUnavailableError', 'InvalidOutputError']) {
    test(`is made without the waste but with the causes when ${error} ends the look for it`, async () => {
      const { status, path, calls } = await run({ findWaste: fail(error) }, { input: { findWaste: true } });
      const { wasteKey, wasteFailure, causesFailure, causes: reported } = recordOf(calls);
      assert.deepEqual([status, wasteKey, wasteFailure], ['SUCCEEDED', null, error]);
      assert.deepEqual([causesFailure, reported], [null, causes]);
      assert.equal(path.filter((state) => state === 'ExplainAnomalies').length, 1);
      const analyseCosts = () => ({ analysisKey: 'analysis.json', edition: 'weekly' as const, unexplained: [] });
      const quiet = await run({ analyseCosts, findWaste: fail(error) });
      assert.deepEqual([quiet.status, quiet.calls.explainAnomalies.length], ['SUCCEEDED', 0]);
    });
  }

  test('waits and collects once more when an answer broke off, and takes a part the second time', async () => {
    const { status, path, calls } = await run({
      collectCosts: ({ attempt, requests }) => ({
        costsKey: `costs-${attempt}.json`,
        isPartial: true,
        requests: requests + 3,
      }),
    });
    assert.equal(status, 'SUCCEEDED');
    assert.equal(path.filter((state) => state === 'WaitForCostExplorer').length, 1);
    assert.deepEqual(
      (calls.collectCosts as Collect[]).map(({ attempt, requests }) => [attempt, requests]),
      [
        [1, 0],
        [2, 3],
      ],
    );
    const { isPartial, costsKey, requests } = recordOf(calls);
    assert.deepEqual([isPartial, costsKey, requests], [true, 'costs-2.json', 8]);
  });

  test('tries again when Cost Explorer throttles, and reports by name when it goes on', async () => {
    const throttled = await run({
      collectCosts: ({ attempt, requests }: Collect, call) =>
        call <= 2 ? fail('AwsUnavailableError')() : { costsKey: `c-${attempt}`, isPartial: false, requests },
    });
    assert.deepEqual([throttled.status, throttled.calls.collectCosts.length], ['SUCCEEDED', 3]);
    const { status, error, calls } = await run({ collectCosts: fail('AwsUnavailableError') });
    assert.deepEqual([status, error, calls.collectCosts.length], ['FAILED', 'AwsUnavailableError', 6]);
    assert.equal(calls.publishOutcome.length, 1);
  });

  for (const name of ['AccessDeniedError', 'CostDataUnavailableError']) {
    test(`records and reports ${name}, and ends with it`, async () => {
      const { status, error, calls } = await run({ collectCosts: fail(name) });
      assert.deepEqual([status, error], ['FAILED', name]);
      const { failure, costsKey } = recordOf(calls);
      assert.deepEqual([failure?.state, failure?.error, costsKey], ['CollectCosts', name, null]);
      assert.equal(calls.publishOutcome.length, 1);
    });
  }

  test('that fails on its second collection keeps nothing of the first', async () => {
    const { status, error, calls } = await run({
      collectCosts: ({ requests }: Collect, call) =>
        call === 1 ? { costsKey: 'c-1', isPartial: true, requests: requests + 3 } : fail('AccessDeniedError')(),
    });
    assert.deepEqual([status, error], ['FAILED', 'AccessDeniedError']);
    const { isPartial, costsKey, requests } = recordOf(calls);
    assert.deepEqual([isPartial, costsKey, requests], [false, null, 3]);
  });

  test('records what it collected when the analysis fails', async () => {
    const { status, error, calls } = await run({ analyseCosts: fail('InvalidOutputError') });
    assert.deepEqual([status, error, recordOf(calls).costsKey], ['FAILED', 'InvalidOutputError', 'costs-1.json']);
  });

  test('is made without the causes when they cannot be asked for, and says so', async () => {
    const { status, calls } = await run({ explainAnomalies: fail('AccessDeniedError') });
    assert.equal(status, 'SUCCEEDED');
    const { causesFailure, wasteFailure, causes: reported } = recordOf(calls);
    assert.deepEqual([causesFailure, wasteFailure, reported], ['AccessDeniedError', null, []]);
    const asked = await run({ explainAnomalies: fail('AccessDeniedError') }, { input: { findWaste: true } });
    assert.deepEqual([asked.status, asked.calls.findWaste.length], ['SUCCEEDED', 0]);
    assert.equal(recordOf(asked.calls).wasteFailure, 'AccessDeniedError came before it');
  });

  test('reports that it could not be recorded, with what went wrong before', async () => {
    const { status, error, cause, calls } = await run({
      analyseCosts: fail('CostDataUnavailableError'),
      recordCostReport: fail('AccessDeniedError'),
    });
    assert.deepEqual([status, error], ['FAILED', 'CostDataUnavailableError']);
    assert.match(
      cause ?? '',
      /could not be recorded: AccessDeniedError; before it CostDataUnavailableError in Analyse/,
    );
    assert.equal(calls.publishOutcome.length, 1);
    const alone = await run({ recordCostReport: fail('AccessDeniedError') });
    assert.deepEqual([alone.status, alone.error], ['FAILED', 'AccessDeniedError']);
  });

  test('every transition was taken', () => assert.deepEqual(armsNotTaken(), []));
});
