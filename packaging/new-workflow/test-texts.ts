import type { Names } from './names.ts';

/** The machine as it stands is tested whole: its way through, and each of its catches. */
export const workflowTestText = ({ name, task, state }: Names) => `import assert from 'node:assert/strict';
import { ${state}Input, ${state}Output } from '../../shared/contracts/${name}.ts';
import { fail, workflowBench } from './workflow-support.ts';

const sound = { database: 'fantasy' };
const bench = workflowBench({
  workflow: '${name}',
  contracts: { ${task}: [${state}Input, ${state}Output] },
  soundRun: { ${task}: () => sound },
  soundInput: { database: 'fantasy' },
});

describe('${name}', () => {
  test('reports what its task found', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { report: sound, failure: null });
    assert.deepEqual(calls.${task}, [{ executionName: 'run-1', request: { database: 'fantasy' } }]);
  });

  test('reports why its task failed', async () => {
    const { status, output } = await bench.run({ ${task}: fail('UnknownDatabaseError') });
    assert.equal(status, 'SUCCEEDED');
    const { report, failure } = output as { report: unknown; failure: { state: string; error: string } };
    assert.equal(report, null);
    assert.deepEqual([failure.state, failure.error], ['${state}', 'UnknownDatabaseError']);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
`;

export const unwrittenTestText = ({ name }: Names) => `import assert from 'node:assert/strict';

test('${name} decides by a pure function in shared/domain, whose every branch is tried here', () => {
  assert.fail('unwritten: the decision of ${name}');
});
`;

export const exampleTestText = ({ name }: Names) => `import assert from 'node:assert/strict';

test('${name} finds on a real server what was put there, and nothing on a sound one', () => {
  assert.fail('unwritten: ${name} in the sandbox');
});
`;
