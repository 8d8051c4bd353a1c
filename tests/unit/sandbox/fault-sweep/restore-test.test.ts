import assert from 'node:assert/strict';
import type { RunFacts } from '../../../../sandbox/fault-sweep/run-facts.ts';
import { workflow } from '../../../../sandbox/workflows/restore-test/sweep.ts';
import type { RestoreTestEvidence } from '../../../../shared/contracts/restore-test.ts';
import { restoreTestEvidence, triedPath } from '../../shared/domain/restore/restore-test-sample.ts';

const run = {
  workflow: 'restore-test',
  name: 'run-1',
  status: 'SUCCEEDED',
  error: null,
  cause: null,
  input: { database: 'fantasy' },
  output: null,
};
const failure = { state: 'StartRestore', error: 'X', cause: 'y' };
const bad = triedPath('snapshot', { verdict: 'failed', failure });

function violations(evidence: Partial<RestoreTestEvidence> | null, changes: Partial<RunFacts> = {}): string {
  const facts: RunFacts = {
    executions: [run],
    children: [],
    copies: [],
    evidence:
      evidence === null
        ? new Map()
        : new Map([['restore-test/fantasy/run-1/evidence.json', JSON.stringify(restoreTestEvidence(evidence))]]),
    written: '',
    refusals: [],
    wasCutOff: false,
    endedSessions: false,
    milliseconds: 1000,
    ...changes,
  };
  return (workflow.violations?.(facts) ?? []).join('; ');
}
const failed = { executions: [{ ...run, status: 'FAILED', error: 'RestorePathNotProven' }] };

describe('what must hold after a restore test', () => {
  test('holds after a good one, after an honest red one, and after one that could record nothing', () => {
    assert.equal(violations({}), '');
    assert.equal(violations({ isProven: false, verdict: 'failed', tried: [bad] }, failed), '');
    const unrecorded = [{ ...failed.executions[0], ...run, status: 'FAILED', cause: 'the test could not be recorded' }];
    assert.equal(violations(null, { executions: unrecorded }), '');
    assert.equal(violations(null, { ...failed, wasCutOff: true }), '');
    assert.equal(violations(null, { executions: [{ ...run, input: {} }] }), '', 'nothing was due');
    assert.equal(violations(null, { executions: [{ ...run, input: {}, output: {} }] }), 'SUCCEEDED without evidence');
  });

  for (const [title, found, expected] of [
    ['a success without evidence', violations(null), /^SUCCEEDED without evidence$/],
    ['a success that is not proven', violations({ isProven: false }), /^succeeded although not every path is proven$/],
    ['a green test without a path', violations({ tried: [] }), /^proven, and nothing was tried$/],
    ['green over a red path', violations({ tried: [bad] }), /^proven over a path that is not$/],
    [
      'green beside a path that should have been tried',
      violations({ notTried: [{ path: 'snapshot', kind: 'impossible', reason: 'r' }] }),
      /^proven over a path that is not$/,
    ],
    ['green over a failure', violations({ failure }), /^proven over a path that is not$/],
    [
      'a verdict over an unproven rung',
      violations({ tried: [triedPath('snapshot', { rungs: [{ name: 'tables', status: 'not run', summary: '' }] })] }),
      /^path 'snapshot' is proven with rungs that are not$/,
    ],
    [
      'a proof over a failure of its own',
      violations({ tried: [triedPath('snapshot', { cleanUpFailure: failure })] }),
      /^path 'snapshot' is proven over a failure$/,
    ],
    ['a silent copy', violations({}, { copies: ['gd-copy-1'] }), /^copy gd-copy-1 is left and nobody says so$/],
  ] as const)
    test(`does not after ${title}`, () => assert.match(found, expected));

  test('holds with a copy that the evidence itself names as left', () => {
    const tried = [triedPath('snapshot', { verdict: 'failed', cleanUpFailure: failure })];
    assert.equal(violations({ isProven: false, verdict: 'failed', tried }, { ...failed, copies: ['gd-copy-1'] }), '');
  });
});
