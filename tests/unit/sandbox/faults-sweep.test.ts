import assert from 'node:assert/strict';
import { violationsOf } from '../../../sandbox/fault-sweep/invariants.ts';
import type { RunFacts } from '../../../sandbox/fault-sweep/run-facts.ts';
import { CallRecorder, planFaultSweep, sampleOf } from '../../../sandbox/fault-sweep/sweep-plan.ts';
import { callKinds } from '../../../sandbox/faults/fault.ts';
import { workflow } from '../../../sandbox/workflows/backup-and-verify/sweep.ts';

describe('the plan of a sweep', () => {
  const record = (...seen: (readonly [call: string, name: string, times: number, region?: string])[]) => {
    const recorder = new CallRecorder();
    recorder.start();
    for (const [call, physicalName, times, region = 'us-east-1'] of seen)
      for (let nth = 1; nth <= times; nth += 1) recorder.note({ call, physicalName, region }, nth);
    return recorder.points();
  };
  const kindsOf = (points: ReturnType<typeof record>) =>
    planFaultSweep(points, new Map(), 1, 'us-east-1').map(({ kind }) => kind);

  test('has every kind of a call at every call, and few rounds of what polls', () => {
    const points = record(
      ['rds:DescribeDBInstances', 'pg-gameday-dev-planRun', 1],
      ['rds:DescribeDBInstances', 'pg-gameday-dev-checkRestore', 30],
    );
    assert.deepEqual(
      points.map(({ function: name, nth }) => `${name}#${nth}`),
      ['planRun#1', 'checkRestore#1', 'checkRestore#2'],
    );
    assert.equal(kindsOf(points).length, 3 * callKinds.length + 2 * 2, 'what stays, and a cut, once for each function');
  });

  test('strikes requests from the first to the last, by what happens to sessions', () => {
    const points = record(['postgres:Request', 'pg-gameday-dev-verifyTables', 101]);
    assert.deepEqual(
      points.map(({ nth }) => nth),
      [1, 21, 41, 61, 81, 101],
    );
    assert.deepEqual([...new Set(kindsOf(points))], ['end-sessions', 'reset-sessions', 'freeze']);
  });

  test('loses, delays and repeats deliveries, known by the whole name of their rule', () => {
    const points = record(['events:Deliver', 'retention-dev', 1]);
    assert.equal(points[0]?.function, 'retention-dev');
    assert.deepEqual(kindsOf(points), ['lost', 'late', 'twice']);
  });

  test('cuts the link to another region', () => {
    const points = record(['rds:CopyDBSnapshot', 'pg-gameday-dev-copySnapshot', 1, 'us-west-2']);
    const cut = planFaultSweep(points, new Map(), 1, 'us-east-1').find(({ kind }) => kind === 'cut-link');
    assert.equal(cut?.target, 'us-east-1,us-west-2');
  });

  test('has nothing of what is called while nobody records', () => {
    const recorder = new CallRecorder();
    recorder.note({ call: 'rds:DescribeDBInstances', physicalName: 'x-y-planRun', region: 'us-east-1' }, 1);
    assert.deepEqual(recorder.points(), []);
  });

  test('a sample is chosen by its seed and keeps the order', () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    const sample = sampleOf(items, 10, 7);
    assert.deepEqual(sampleOf(items, 10, 7), sample);
    assert.notDeepEqual(sampleOf(items, 10, 8), sample);
    assert.deepEqual(
      [...sample].sort((a, b) => a - b),
      sample,
    );
    assert.equal(new Set(sample).size, 10);
  });
});

describe('what must hold after a run', () => {
  const run = {
    workflow: 'backup-and-verify',
    name: 'r',
    status: 'SUCCEEDED',
    error: null,
    cause: null,
    input: {},
    output: null,
  };
  const evidence = {
    schemaVersion: 1,
    workflow: 'backup-and-verify',
    execution: { name: 'r', arn: 'a', startedAt: 's', recordedAt: 't' },
    stage: 'dev',
    request: {},
    database: 'fantasy',
    source: null,
    snapshot: {
      id: 'gd-backup-1',
      createdAt: 'c',
      s1At: '1',
      s2At: '2',
      newestHeartbeatAt: null,
      attempt: 1,
    },
    proof: null,
    verdict: 'exact',
    summary: 'all is equal',
    rungs: [{ name: 'tables', status: 'passed', summary: '', findings: [] }],
    tables: [],
    failure: null,
    cleanUpFailure: null,
    phases: [],
  };
  const failure = { state: 'DeleteCopy', error: 'X', cause: 'y' };
  const factsOf = (changes: Partial<RunFacts>, ofEvidence: object | null = {}): RunFacts => ({
    executions: [run],
    children: [],
    copies: [],
    evidence:
      ofEvidence === null
        ? new Map()
        : new Map([['backup-and-verify/fantasy/r/evidence.json', JSON.stringify({ ...evidence, ...ofEvidence })]]),
    written: 'nothing secret',
    refusals: [],
    wasCutOff: false,
    endedSessions: false,
    milliseconds: 1000,
    ...changes,
  });
  const violations = (changes: Partial<RunFacts>, ofEvidence?: object | null) => {
    const facts = factsOf(changes, ofEvidence);
    return [...violationsOf(facts, ['pa55word']), ...(workflow.violations?.(facts) ?? [])];
  };
  const ended = (status: string, error: string | null = null) => [{ ...run, status, error }];

  test('holds after a good run and after an honest failure', () => {
    assert.deepEqual(violations({}), []);
    assert.deepEqual(violations({ executions: ended('FAILED', 'X') }, { verdict: 'failed' }), []);
  });

  for (const [title, found, expected] of [
    ['a run without end', violations({ executions: ended('RUNNING') }), /still running/],
    ['an abort', violations({ executions: ended('ABORTED') }), /ended as ABORTED/],
    ['a failure without a name', violations({ executions: ended('FAILED') }), /without an error name/],
    ['a success without evidence', violations({}, null), /SUCCEEDED without evidence/],
    ['a success that nothing proved', violations({}, { verdict: 'failed' }), /succeeded with verdict 'failed'/],
    ['a success with a left copy', violations({}, { cleanUpFailure: failure }), /although the clean-up failed/],
    ['a proof over a failure', violations({}, { failure }), /verdict 'exact' with failure X/],
    [
      'a verdict over an unproven rung',
      violations({}, { rungs: [{ name: 'tables', status: 'not run', summary: '', findings: [] }] }),
      /with unproven tables/,
    ],
    [
      'a proof that reports nothing',
      violations({ children: [{ ...run, workflow: 'prove-snapshot', status: 'FAILED', error: 'E' }] }),
      /prove-snapshot reports nothing: it failed with E/,
    ],
    ['a silent copy', violations({ copies: ['gd-copy-1'] }), /gd-copy-1 is left and nobody says so/],
    ['a refusal', violations({ refusals: ['rds:X on y is refused to z'] }), /is refused to z/],
    ['a reported password', violations({ written: 'password=pa55word' }), /a password is in/],
  ] as const) {
    test(`${title} is a violation`, () => assert.match(found.join('; '), expected));
  }

  test('a copy that the execution itself names as left is none', () => {
    const reported = { verdict: 'failed', cleanUpFailure: failure };
    assert.deepEqual(violations({ executions: ended('FAILED', 'X'), copies: ['gd-copy-1'] }, reported), []);
  });

  test('a run that was cut off may fail without evidence, and not succeed without', () => {
    const lost = { wasCutOff: true, copies: ['gd-copy-1'] };
    assert.deepEqual(violations({ ...lost, executions: ended('FAILED', 'X') }, null), []);
    assert.match(violations(lost, null).join(), /SUCCEEDED without evidence/);
  });

  test('a snapshot is good when its evidence says so, and only then', () => {
    assert.deepEqual(workflow.goodSnapshots?.(factsOf({})), ['gd-backup-1']);
    assert.deepEqual(workflow.goodSnapshots?.(factsOf({}, { verdict: 'unbracketed' })), []);
  });
});
