import assert from 'node:assert/strict';
import { whoseFault } from '../../../../../shared/domain/verification/whose-fault.ts';
import { textOf } from '../../../../repository/files.ts';

const failed = (problem: string) => ({
  status: 'failed' as const,
  findings: [{ object: 'public.t', status: 'failed' as const, problem }],
});

/** What somebody has to look at, by what the evidence holds. */
const cases: readonly (readonly [
  title: string,
  evidence: Parameters<typeof whoseFault>,
  blamed: string | undefined,
  severity: string | undefined,
])[] = [
  ['nothing', [[{ status: 'passed', findings: [] }], [], null], undefined, undefined],
  ['a row that is missing', [[failed('1 row is missing')], [], null], 'the backup', 'P1'],
  [
    'a table that is missing',
    [[], [{ status: 'failed', reason: 'is missing from the copy' }], null],
    'the backup',
    'P1',
  ],
  [
    'an index that is damaged on the copy alone',
    [[failed('item order invariant violated')], [], null],
    'the backup',
    'P1',
  ],
  [
    'an index that is damaged in the source, too',
    [[failed('damaged in the source, too: item order')], [], null],
    'the source',
    'P2',
  ],
  [
    'one of each',
    [[failed('damaged in the source, too: item order'), failed('1 row is missing')], [], null],
    'the backup',
    'P1',
  ],
  [
    'a table that the source cannot read',
    [[failed('the source cannot read it: invalid page')], [], null],
    'the source',
    'P2',
  ],
  [
    'a damaged copy whose clean-up failed',
    [[failed('1 row is missing')], [], { error: 'AccessDeniedError' }],
    'the backup',
    'P1',
  ],
  ...(
    [
      ['LoginRefusedError', 'the source', 'P2'],
      ['TableLockedError', 'the source', 'P2'],
      ['CredentialsRejectedError', 'the environment', 'P1'],
      ['CapacityUnavailableError', 'the environment', 'P1'],
      ['StorageQuotaExceededError', 'the environment', 'P1'],
      ['RunTimedOut', 'the environment', 'P1'],
      ['AwsUnavailableError', 'the environment', 'P1'],
      ['InvalidOutputError', 'ours', 'P1'],
      ['States.Timeout', 'ours', 'P1'],
    ] as const
  ).map(([error, blamed, severity]): (typeof cases)[number] => [error, [[], [], { error }], blamed, severity]),
];

describe('whose fault it is', () => {
  for (const [title, evidence, blamed, severity] of cases) {
    test(`of ${title}: ${blamed ?? 'nobody'}`, () => {
      const blame = whoseFault(...evidence);
      assert.deepEqual([blame?.blamed, blame?.severity], [blamed, severity]);
      if (blame !== undefined) assert.ok(blame.remedy.length > 20);
    });
  }

  test('is documented for every name that it knows', () => {
    const known = [...textOf('shared/domain/verification/whose-fault.ts').matchAll(/^ {2}'(\w+)',$/gm)].map(
      ([, name]) => String(name),
    );
    assert.ok(known.length > 20);
    const docs = textOf('docs/errors.md');
    assert.deepEqual(
      known.filter((name) => !docs.includes(`### ${name}\n`)),
      [],
    );
  });
});
