import assert from 'node:assert/strict';
import { ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { after, order, run } from './prove-snapshot-support.ts';

test('every task gets what was ordered and what the tasks before it found out', async () => {
  const { calls } = await run();
  const verification = {
    database: 'fantasy',
    instanceId: 'copy-1',
    witnessKey: 'witness-1',
    witness: order.witness,
    evidencePrefix: 'runs/run-1',
  };
  const digestsOf = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [`runs/run-1/rungs/${name}-of-witness-1`, 'd'.repeat(64)]));
  const before = {
    verifyTables: digestsOf('server', 'schema'),
    verifyStructure: digestsOf('server', 'schema', 'tables'),
  };
  assert.deepEqual(calls.startRestore, [{ executionName: 'run-1', order }]);
  assert.deepEqual(calls.checkRestore, [{ instanceId: 'copy-1' }]);
  for (const task of ['verifyServer', 'verifySchema', 'verifyTables', 'verifyStructure', 'verifyAssertions'] as const)
    assert.deepEqual(
      calls[task],
      [
        task === 'verifyTables' || task === 'verifyStructure'
          ? {
              ...verification,
              ...(task === 'verifyTables' ? { backup: order.backup } : {}), // which moment it is of
              part: 1,
              digests: before[task],
            }
          : task === 'verifyServer'
            ? { ...verification, backup: order.backup }
            : verification,
      ],
      task,
    );
  assert.deepEqual(calls.removeCopy, [{ executionName: 'run-1', database: 'fantasy', attempt: 1, region: null }]);
});

for (const [task, state] of [
  ['verifyTables', 'VerifyTables'],
  ['verifyStructure', 'VerifyStructure'],
] as const) {
  test(`a call of ${state} gets the digest of what the calls before it left, and the result has them all`, async () => {
    const left = (part: number) => ({ [`${task}.part-${part}`]: String(part).repeat(64) });
    const result = await run(after(task, 2, ({ part }) => ({ rungsKey: null, statuses: {}, digests: left(part) })));
    const given = result.calls[task].map(({ digests }) => Object.keys(digests).filter((key) => key.includes('.part-')));
    assert.deepEqual(given, [[], [`${task}.part-1`], [`${task}.part-1`, `${task}.part-2`]]);
    const { digests } = ProveSnapshotOutput.parse(result.output);
    assert.equal(Object.keys(digests).length, 7);
    assert.equal(digests[`${task}.part-2`], '2'.repeat(64));
  });
}
