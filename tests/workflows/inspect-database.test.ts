import assert from 'node:assert/strict';
import { InspectDatabaseInput, InspectDatabaseOutput } from '../../shared/contracts/inspect-database.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { fail, workflowBench } from './workflow-support.ts';

const sound = {
  database: 'fantasy',
  instanceId: 'fantasy-dev',
  failure: null,
  server: { version: '18.4', role: 'gameday', isMaster: false, bootstrapVersion: 2 },
  foreign: [],
  selfStarting: [],
  steps: [{ title: 'schema gameday', why: 'one place', optional: false, satisfied: true, subject: null }],
};
const bench = workflowBench({
  workflow: 'inspect-database',
  contracts: { inspectDatabase: [InspectDatabaseInput, InspectDatabaseOutput] },
  soundRun: { inspectDatabase: () => sound },
  soundInput: { database: 'fantasy' },
});

describe('inspect-database', () => {
  test('reports what the function found', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { inspection: sound, failure: null });
    assert.deepEqual(calls.inspectDatabase, [{ executionName: 'run-1', request: { database: 'fantasy' } }]);
  });

  test('reports why the function could not look', async () => {
    const { status, output } = await bench.run({ inspectDatabase: fail('UnknownDatabaseError') });
    assert.equal(status, 'SUCCEEDED');
    const { inspection, failure } = output as { inspection: unknown; failure: { state: string; error: string } };
    assert.equal(inspection, null);
    assert.deepEqual([failure.state, failure.error], ['InspectDatabase', 'UnknownDatabaseError']);
  });

  test('refuses an input of 130,000 characters, and says so', async () => {
    const { output, calls } = await bench.run(
      { inspectDatabase: ({ request }) => assert.fail(new InvalidInputError(String(JSON.stringify(request).length))) },
      { input: { database: '"'.repeat(130_000) } },
    );
    assert.deepEqual(Object.keys(calls.inspectDatabase[0]?.request as object), ['tooLong', 'most', 'begins']);
    assert.equal((output as { failure: { error: string } }).failure.error, 'InvalidInputError');
  });

  test('asks again when AWS is busy', async () => {
    const { output, calls } = await bench.run(bench.after('inspectDatabase', 3, fail('AwsUnavailableError')));
    assert.deepEqual(output, { inspection: sound, failure: null });
    assert.equal(calls.inspectDatabase.length, 4);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
