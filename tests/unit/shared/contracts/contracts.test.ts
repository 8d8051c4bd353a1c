import assert from 'node:assert/strict';
import * as backup from '../../../../shared/contracts/backup-and-verify.ts';
import * as instances from '../../../../shared/contracts/instances.ts';
import * as verification from '../../../../shared/contracts/verification.ts';
import * as witness from '../../../../shared/contracts/witness.ts';

type Schema = {
  readonly def: {
    readonly type: string;
    readonly shape: object;
    readonly catchall?: { readonly def: { type: string } };
  };
};
const isObjectSchema = (entry: [string, unknown]): entry is [string, Schema] => {
  const [, value] = entry;
  return typeof value === 'object' && value !== null && 'def' in value && (value as Schema).def.type === 'object';
};

describe('every contract', () => {
  const exported: [string, unknown][] = Object.entries({ ...backup, ...instances, ...verification, ...witness });
  const schemas = exported.filter(isObjectSchema);

  test('is closed: a field that it does not name is refused', () => {
    assert.ok(schemas.length > 25);
    const open = schemas.filter(([, schema]) => schema.def.catchall?.def.type !== 'never').map(([name]) => name);
    assert.deepEqual(open, []);
  });

  test('of a task comes as input and output', () => {
    const names = schemas.map(([name]) => name);
    for (const name of names.filter((one) => /Input$/.test(one) && one !== 'VerificationInput')) {
      assert.ok(names.includes(name.replace(/Input$/, 'Output')), name);
    }
  });
});

test('a name that Step Functions would not give an execution is refused', () => {
  const plan = { executionName: 'run-1', request: {}, startedAt: '2026-03-01T08:30:00.000Z', attempt: 1, phases: [] };
  assert.ok(backup.PlanRunInput.safeParse(plan).success);
  for (const executionName of ['', 'a b', 'a/b', '../x', 'x'.repeat(81)]) {
    assert.ok(!backup.PlanRunInput.safeParse({ ...plan, executionName }).success, executionName);
  }
});

test('a third attempt is refused', () => {
  const known = { executionName: 'run-1', database: 'a', sourceInstanceId: 'b', evidencePrefix: 'c' };
  const input = { ...known, part: 1, digests: {} };
  assert.ok(backup.TakeWitnessInput.safeParse({ ...input, attempt: 2 }).success);
  assert.ok(!backup.TakeWitnessInput.safeParse({ ...input, attempt: 3 }).success);
});
