import assert from 'node:assert/strict';
import type * as z from 'zod/mini';
import { StatesError } from '../../sandbox/asl/states-error.ts';
import type { TaskRunner } from '../../sandbox/asl/task-runner.ts';
import { sha256Of } from '../../shared/aws/sha256.ts';
import * as nightly from '../../shared/contracts/nightly-backup.ts';
import { NightOutcome, PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import { readMapResults } from '../../shared/evidence/map-results.ts';
import { fail, type TaskScripts, workflowBench } from './workflow-support.ts';

const contracts = {
  planFleet: [nightly.PlanFleetInput, nightly.PlanFleetOutput],
  recordFleet: [nightly.RecordFleetInput, nightly.RecordFleetOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;
type Scripts = TaskScripts<typeof contracts>;

const planned = (names: readonly string[]) =>
  names.map((database) => ({ database, executionName: `run-1-${database}` }));
/** What lies in the bucket: the plan, and what Step Functions writes of the Map's children. */
let objects = new Map<string, string>();
const store = {
  getText: async (key: string) => objects.get(key),
  put: async (key: string, body: string | Buffer) => void objects.set(key, String(body)),
};
const plan = (names: readonly string[], concurrency = 2): z.infer<typeof nightly.PlanFleetOutput> => {
  const text = JSON.stringify(planned(names));
  objects.set('plan.json', text);
  return {
    plan: { key: 'plan.json', sha256: sha256Of(text) },
    bucket: 'evidence',
    databases: names.length,
    concurrency,
  };
};
/** The runs that a call of recordFleet can read. */
const runsFor = async ({ resultsKey }: { resultsKey: string | null }) =>
  resultsKey === null ? [] : readMapResults(store, resultsKey);
const bench = workflowBench({
  workflow: 'nightly-backup',
  contracts,
  soundInput: {},
  soundRun: {
    planFleet: () => plan(['a', 'b', 'c']),
    recordFleet: async (input) => {
      const runs = await runsFor(input);
      return {
        isProven: input.failure === null && runs.length > 0 && runs.every(({ error }) => error === null),
        severity: runs.some(({ error }) => error === 'CostCapReached') ? ('P2' as const) : ('P4' as const),
        summary: 'reported',
        recordKey: 'record.json',
        recordSha256: 'a'.repeat(64),
        pageKey: 'report.html',
      };
    },
    publishOutcome: () => ({ messageId: 'message-1' }),
  },
});

type Started = { readonly StateMachineArn: unknown; readonly Name: string; readonly Input: { database: string } };
/** Ends as Step Functions reports it of a child that failed. */
const failed = (error: string, cause: string) =>
  new StatesError('States.TaskFailed', JSON.stringify({ Cause: cause, Error: error, Status: 'FAILED' }));

/** Runs a night; `backUp` is what the execution of one database does. */
async function run(
  scripts: Scripts = {},
  backUp: (database: string, call: number) => unknown = () => ({ Output: { verdict: 'exact' }, Status: 'SUCCEEDED' }),
) {
  const started: Started[] = [];
  objects = new Map();
  const others: TaskRunner = async (resource, given) => {
    const { Key, Body } = given as { Key: string; Body: string };
    if (resource.endsWith(':s3:getObject')) return { Body: objects.get(Key) };
    if (resource.endsWith(':s3:putObject')) return void objects.set(Key, Body);
    assert.equal(resource, 'arn:aws:states:::states:startExecution.sync:2');
    const execution = given as Started;
    started.push(execution);
    const { database } = execution.Input;
    return await backUp(database, started.filter(({ Input }) => Input.database === database).length);
  };
  return { ...(await bench.run(scripts, { others })), started };
}
type Calls = Awaited<ReturnType<typeof bench.run>>['calls'];
const outcomeOf = ({ publishOutcome: [first] }: Calls) => first && NightOutcome.parse(first.outcome);
const tail = ['RecordFleet', 'PublishOutcome', 'IsNightProven'];

describe('nightly-backup', () => {
  test('backs up every database of the plan by an execution of its own name, and succeeds', async () => {
    const { status, path, started, calls, children } = await run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path, ['PlanFleet', 'BackUpFleet', ...tail, 'NightProven']);
    assert.deepEqual(
      started.toSorted((one, other) => (one.Name < other.Name ? -1 : 1)),
      ['a', 'b', 'c'].map((database) => ({
        StateMachineArn: { Ref: 'BackupAndVerify' },
        Name: `run-1-${database}`,
        Input: { database, startedBy: 'schedule' },
      })),
    );
    assert.equal(children.length, 3);
    const [recorded] = calls.recordFleet;
    assert.equal(recorded?.plan?.key, 'plan.json');
    assert.deepEqual(
      await runsFor(recorded),
      ['a', 'b', 'c'].map((database) => ({ database, status: 'SUCCEEDED', error: null, cause: null })),
    );
  });

  test('two databases that fail differently do not stop the third; each is reported by its own error', async () => {
    const { status, error, cause, calls } = await run({}, (database) => {
      if (database === 'a') throw failed('CredentialsRejectedError', 'failed: wrong "password" (x)');
      if (database === 'b') throw new StatesError('States.Timeout', undefined);
      return { Status: 'SUCCEEDED' };
    });
    assert.deepEqual([status, error, cause], ['FAILED', 'BackupNotProven', 'reported (record.json)']);
    const [recorded] = calls.recordFleet;
    assert.ok(recorded);
    const runs = await runsFor(recorded);
    assert.deepEqual(
      runs.map((one) => [one.database, one.status, one.error]),
      [
        ['a', 'FAILED', 'CredentialsRejectedError'],
        ['b', 'FAILED', 'States.Timeout'],
        ['c', 'SUCCEEDED', null],
      ],
    );
    assert.equal(outcomeOf(calls)?.isProven, false);
  });

  test('never runs more databases at a time than the plan allows', async () => {
    let [running, most] = [0, 0];
    const names = Array.from({ length: 12 }, (_, index) => `database-${index}`);
    await run({ planFleet: () => plan(names, 3) }, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return {};
    });
    assert.equal(most, 3);
  });

  test('a start that is throttled is made again under the same name, six times in all', async () => {
    const throttled = new StatesError('StepFunctions.AWSStepFunctionsException', 'Rate exceeded');
    const survived = await run({}, (database, call) => {
      if (database === 'a' && call <= 5) throw throttled;
      return {};
    });
    assert.equal(survived.status, 'SUCCEEDED');
    assert.equal(new Set(survived.started.map(({ Name }) => Name)).size, 3);
    const lost = await run({}, (database) => {
      if (database === 'a') throw throttled;
      return {};
    });
    assert.equal(lost.started.filter(({ Input }) => Input.database === 'a').length, 6);
    assert.equal(lost.error, 'BackupNotProven');
  });

  test('a backup that failed is not started again', async () => {
    const { started } = await run({}, () => {
      throw failed('BackupNotProven', 'failed: rows differ');
    });
    assert.equal(started.length, 3);
  });

  test('the cause of a failure is cut', async () => {
    const { calls } = await run({}, () => {
      throw failed('BackupNotProven', 'x'.repeat(30_000));
    });
    const [recorded] = calls.recordFleet;
    assert.ok(recorded);
    const runs = await runsFor(recorded);
    assert.equal(runs.length, 3);
    assert.equal(runs[0]?.cause?.length, 600);
  });

  test('results that cannot be written leave the night to be recorded by its evidence', async () => {
    const result = await run({
      planFleet: () => ({ ...plan(['a']), plan: { key: 'gone.json', sha256: 'a'.repeat(64) } }),
    });
    assert.equal(result.error, 'BackupNotProven');
    const [recorded] = result.calls.recordFleet;
    assert.deepEqual([recorded?.resultsKey, recorded?.failure?.state], [null, 'BackUpFleet']);
  });

  test('a Map that cannot run is reported as the failure of the night', async () => {
    const { calls, path, error, started } = await run({
      planFleet: () => plan(['a'], 20_000),
    });
    assert.deepEqual([error, started], ['BackupNotProven', []]);
    assert.deepEqual(path, ['PlanFleet', 'BackUpFleet', ...tail, 'NightNotProven']);
    assert.equal(calls.recordFleet[0]?.failure?.state, 'BackUpFleet');
  });

  test('a night that cannot be planned is recorded and reported', async () => {
    const { path, error, calls } = await run({ planFleet: fail('InvalidOperationsError') });
    assert.deepEqual(path, ['PlanFleet', ...tail, 'NightNotProven']);
    assert.equal(error, 'BackupNotProven');
    assert.equal(calls.recordFleet[0]?.failure?.error, 'InvalidOperationsError');
    assert.equal(calls.recordFleet[0]?.plan, null);
  });

  test('a night that cannot be recorded is reported all the same, and is no success', async () => {
    const { path, cause, calls } = await run({ recordFleet: fail('AccessDeniedError') });
    assert.deepEqual(path, ['PlanFleet', 'BackUpFleet', ...tail, 'NightNotProven']);
    assert.equal(cause, 'the night could not be recorded: AccessDeniedError (none)');
    assert.equal(outcomeOf(calls)?.summary, 'the night could not be recorded: AccessDeniedError');
    assert.equal(outcomeOf(calls)?.severity, 'P1');
    const both = await run({ planFleet: fail('InvalidOperationsError'), recordFleet: fail('AccessDeniedError') });
    assert.match(both.cause ?? '', /AccessDeniedError; before it InvalidOperationsError in PlanFleet/);
  });

  test('a night is reported as severely as its record says, and one held by a cap is no success', async () => {
    const { error, calls } = await run({}, () => {
      throw failed('CostCapReached', 'not restored');
    });
    assert.equal(error, 'BackupNotProven');
    assert.deepEqual([outcomeOf(calls)?.isProven, outcomeOf(calls)?.severity], [false, 'P2']);
  });

  test('a night that cannot be reported is no success', async () => {
    const { status, error } = await run({ publishOutcome: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'AccessDeniedError']);
  });

  test('the tests above took every choice and every catcher of the definition, within the Map too', () => {
    assert.deepEqual(bench.armsNotTaken(), []);
  });
});
