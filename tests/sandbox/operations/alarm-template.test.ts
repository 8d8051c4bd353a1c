import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageStage } from '../../../sandbox/package/package-stage.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import type { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import { publishBackupMetrics } from '../../../shared/metrics/backup.ts';
import { evidenceWith } from '../../support/evidence-sample.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { captureLog } from '../../unit/shared/lambda/capture-log.ts';

const region = 'us-east-1';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 03:20, when a nightly run might end. */
const night = Date.UTC(2026, 10, 22, 3, 20);

describe('the alarms of backup-and-verify', () => {
  let directory: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sandbox-alarm-template-'));
    await chmod(directory, 0o755);
    await packageStage('dev', path.join(directory, 'package'));
  });
  afterAll(async () => await rm(directory, { recursive: true }));
  const start = async (): Promise<void> => {
    const dataDirectory = path.join(directory, 'data');
    sandbox = await startSandbox({
      packageDirectory: path.join(directory, 'package'),
      dataDirectory,
      region,
      speed: 1000,
    });
  };
  afterEach(async () => {
    await sandbox.stop();
    await rm(path.join(directory, 'data'), { recursive: true });
  });

  /** What recordEvidence writes to its log at the end of a run, with the time of the test in it. */
  async function runEnds(at: number, verdict: 'exact' | 'failed' | 'held', database = 'fantasy'): Promise<void> {
    const sample = { ...evidenceWith((place) => place), database };
    const held = { state: 'PlanRun', error: 'CostCapReached', cause: 'not restored' };
    const evidence: Evidence =
      verdict === 'held'
        ? { ...sample, verdict: 'failed', failure: held, cleanUpFailure: null }
        : { ...sample, verdict };
    const { lines } = await captureLog(async () => publishBackupMetrics(evidence));
    const [line] = lines;
    assert.ok(line);
    const message = JSON.stringify({ ...line, _aws: { ...(line['_aws'] as object), Timestamp: at } });
    sandbox.logs.append(region, '/aws/lambda/record-evidence', 'stream', [{ at, message }]);
  }
  /** Those of the runs: what else nobody measures here would start its workflows, too. */
  const evaluate = (at: number) => sandbox.alarms.evaluateAt(new Date(at), { only: /backup-and-verify/ });
  const stateOf = (name: string) => sandbox.alarms.find(region, `backup-and-verify-${name}-dev`)?.state.value;
  const executionAlarm = () => sandbox.alarms.find(region, 'pg-gameday-backup-and-verify-failed-dev')?.state.value;
  const reported = () => {
    const topics = sandbox.template.topics.filter(({ name }) => /^pg-gameday-p\d-dev$/.test(name));
    assert.equal(topics.length, 4);
    return topics
      .flatMap(({ arn }) => sandbox.sns.messages(arn))
      .map(({ subject = '' }) => subject.replace(/^(\w+): "(.*)" in .*/, '$1 $2'));
  };
  /** What people are asked about by the workflow alert, which the event of an alarm has started. */
  const asked = async (): Promise<string[]> => {
    const asOperator = { region, caller: sandbox.credentials.operator.caller };
    const machine = sandbox.template.stateMachines.find(({ name }) => name === 'alert-dev');
    const { executions } = (await sandbox.dispatch(
      'states',
      'ListExecutions',
      { stateMachineArn: machine?.arn },
      asOperator,
    )) as { executions: { executionArn: string }[] };
    const inputs = await Promise.all(
      executions.map(async ({ executionArn }) => {
        const { input } = (await sandbox.dispatch('states', 'DescribeExecution', { executionArn }, asOperator)) as {
          input: string;
        };
        return JSON.parse(input) as { detail: { alarmName: string; state: { value: string } } };
      }),
    );
    return inputs.map(({ detail }) => `${detail.state.value} ${detail.alarmName}`);
  };

  test('page for a failed verification until a backup is verified', async () => {
    await start();
    await runEnds(night, 'failed');
    await evaluate(night + MINUTE);
    assert.equal(stateOf('failed-fantasy'), 'ALARM');
    for (const hours of [1, 12, 23]) {
      await evaluate(night + hours * HOUR);
      assert.equal(stateOf('failed-fantasy'), 'ALARM', 'nothing has run since');
    }
    await runEnds(night + 24 * HOUR, 'exact');
    await evaluate(night + 24 * HOUR + MINUTE);
    assert.equal(stateOf('failed-fantasy'), 'OK');
    assert.deepEqual(
      reported().filter((subject) => subject.endsWith(' backup-and-verify-failed-fantasy-dev')),
      ['ALARM backup-and-verify-failed-fantasy-dev', 'OK backup-and-verify-failed-fantasy-dev'],
    );
  });

  test('do not page for a verified backup, nor for the failure of another database', async () => {
    await start();
    await runEnds(night, 'exact');
    await runEnds(night, 'failed', 'own');
    await evaluate(night + MINUTE);
    assert.equal(stateOf('failed-fantasy'), 'OK');
    assert.ok(!reported().includes('ALARM backup-and-verify-failed-fantasy-dev'));
  });

  test('page when the last verified backup is more than 26 whole hours old, whatever ran since', async () => {
    await start();
    await runEnds(night, 'exact');
    await runEnds(night + 24 * HOUR, 'failed');
    const hour = Date.UTC(2026, 10, 22, 3);
    await evaluate(hour + 26 * HOUR);
    assert.equal(stateOf('overdue-fantasy'), 'OK');
    await evaluate(hour + 27 * HOUR - MINUTE);
    assert.equal(stateOf('overdue-fantasy'), 'OK', 'the hour is not over');
    await evaluate(hour + 27 * HOUR);
    assert.equal(stateOf('overdue-fantasy'), 'ALARM');
    assert.ok(reported().includes('ALARM backup-and-verify-overdue-fantasy-dev'));
  });

  test('do not page for a restore that a cap on money left out, until the last verified backup is too old', async () => {
    await start();
    await runEnds(night, 'exact');
    await evaluate(night + MINUTE);
    await runEnds(night + 24 * HOUR, 'held');
    await evaluate(night + 24 * HOUR + MINUTE);
    assert.deepEqual([stateOf('failed-fantasy'), stateOf('overdue-fantasy')], ['OK', 'OK']);
    await evaluate(Date.UTC(2026, 10, 22, 3) + 27 * HOUR);
    assert.deepEqual([stateOf('failed-fantasy'), stateOf('overdue-fantasy')], ['OK', 'ALARM']);
    await runEnds(night + 30 * HOUR, 'failed');
    await evaluate(night + 30 * HOUR + MINUTE);
    await runEnds(night + 48 * HOUR, 'held');
    await evaluate(night + 48 * HOUR + MINUTE);
    assert.equal(stateOf('failed-fantasy'), 'ALARM', 'what has failed is not mended by a proof that was left out');
  });

  test('page when not one backup was ever verified', async () => {
    await start();
    await evaluate(night);
    assert.equal(stateOf('overdue-fantasy'), 'ALARM');
    await runEnds(night, 'exact');
    await evaluate(night + HOUR);
    assert.equal(stateOf('overdue-fantasy'), 'OK');
  });

  test('ask people about an instance whose health nobody measures, once for all that is not measured', async () => {
    await start();
    const at = Math.ceil(Date.now() / MINUTE) * MINUTE;
    await sandbox.alarms.evaluateAt(new Date(at + 6 * MINUTE));
    const raised = sandbox.alarms
      .list(region)
      .filter(
        ({ definition, state }) =>
          /^pg-gameday-(?!lease-|dr-targets-).*-fantasy(-dev)?-dev$/.test(definition.name) && state.value === 'ALARM',
      );
    assert.deepEqual(
      raised.map(({ definition }) => definition.name),
      ['pg-gameday-silent-critical-fantasy-dev-dev'],
    );
    const silent = 'ALARM pg-gameday-silent-critical-fantasy-dev-dev';
    await waitUntil('people are asked', async () => (await asked()).includes(silent));
    assert.equal((await asked()).filter((one) => one === silent).length, 1);
    assert.ok(!reported().includes(silent), 'nobody is called twice');
  });

  test('ask people about an execution that failed, and not about one that a person ended', async () => {
    await start();
    const stateMachineArn = sandbox.template.stateMachines.find(({ name }) => name === 'backup-and-verify-dev')?.arn;
    const asOperator = { region, caller: sandbox.credentials.operator.caller };
    const execute = async (): Promise<string> => {
      const input = { stateMachineArn, input: '{}' };
      const answer = await sandbox.dispatch('states', 'StartExecution', input, asOperator);
      return (answer as { executionArn: string }).executionArn;
    };
    /** The first whole minute after now. */
    const soon = () => Math.ceil((Date.now() + 1) / MINUTE) * MINUTE;
    const stopped = await execute();
    await sandbox.dispatch('states', 'StopExecution', { executionArn: stopped }, asOperator);
    assert.equal((await sandbox.states.waitForEnd(stopped)).status, 'ABORTED');
    await evaluate(soon());
    assert.equal(executionAlarm(), 'OK');

    const failed = await execute();
    assert.equal((await sandbox.states.waitForEnd(failed)).status, 'FAILED');
    await evaluate(soon());
    assert.equal(executionAlarm(), 'ALARM');
    const failure = 'ALARM pg-gameday-backup-and-verify-failed-dev';
    await waitUntil('people are asked', async () => (await asked()).includes(failure));
    // Out of the evaluation range: until then its data point is the newest.
    await evaluate(soon() + 20 * MINUTE);
    assert.equal(executionAlarm(), 'OK');
  });
});
