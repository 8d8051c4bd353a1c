import assert from 'node:assert/strict';
import type { LeaseRegister } from '../../../../../shared/domain/lease/register.ts';
import { startStopped } from '../../../../../shared/remediation/instances.ts';
import { operations } from '../../policy/load-operations.ts';

const { remedyContext, remedyDeps } = await import('../../../../../shared/remediation/context.ts');

const here = { epoch: 4, holder: 'us-east-1/fantasy-dev', counter: 9 };
const there = { epoch: 5, holder: 'us-west-2/fantasy-dr', counter: 1 };
const unwritten = { epoch: 0, holder: null, counter: 0 };

/** A stopped instance of the stage that its owner has given, and what its registers say: undefined does not answer. */
function startedWith(contents: readonly (LeaseRegister | undefined)[], instanceId = 'fantasy-dev') {
  const calls: string[] = [];
  const tags = { 'pg-gameday:remediation': 'start-and-grow' };
  const reading = { id: instanceId, status: 'stopped', storageGb: 20, storageType: 'gp3', tags };
  const register = (content: LeaseRegister | undefined) => ({
    read: async () => ({ content: content ?? assert.fail('no answer'), etag: '1' }),
    write: async () => assert.fail('a register is written'),
  });
  const context = remedyContext(
    { remedy: 'start-stopped', mode: 'act', database: 'fantasy', instanceId },
    {
      ...remedyDeps(operations(), 'dev'),
      registersFor: () => new Map(contents.map((content, index) => [`region-${index}`, register(content)])),
      remedies: {
        find: async () => ({ ...reading, isMultiZone: false, growsByItself: false, pendingStorageGb: undefined }),
        start: async (id) => calls.push(id) > 0,
        grow: async () => assert.fail('it is grown'),
      },
    },
  );
  const target = { kind: 'instance', instanceId, status: 'stopped', storageGb: 20, toStorageGb: 20 } as const;
  return {
    looked: async () => JSON.stringify(await startStopped.look(context)),
    applied: async () => ({ ...(await startStopped.apply(context, target)), calls }),
  };
}

describe('a stopped primary', () => {
  test('is started while its own lease is the newest, whoever held one before, or nobody has one yet', async () => {
    for (const contents of [
      [here, here, here],
      [here, undefined, here],
      [unwritten, unwritten, unwritten],
    ]) {
      assert.match(await startedWith(contents).looked(), /"status":"stopped"/);
      assert.deepEqual((await startedWith(contents).applied()).calls, ['fantasy-dev']);
    }
    const late = { ...there, epoch: 3 };
    assert.equal((await startedWith([here, late, here]).applied()).isApplied, true);
  });

  test('is never started when another instance has taken the lease, be it in one register', async () => {
    for (const contents of [
      [here, there, there],
      [there, here, here],
      [undefined, there, there],
      [here, here, { ...there, epoch: 4 }],
    ]) {
      assert.match(await startedWith(contents).looked(), /is served by 'us-west-2\/fantasy-dr' since epoch [45]/);
      const { isApplied, calls } = await startedWith(contents).applied();
      assert.deepEqual([isApplied, calls], [false, []]);
    }
  });

  test('is not started while nobody knows who holds the lease', async () => {
    const { isApplied, reason, calls } = await startedWith([undefined, here, undefined]).applied();
    assert.deepEqual([isApplied, calls], [false, []]);
    assert.match(reason, /nobody knows .+ 'region-0', 'region-2' do not answer/);
  });

  test('of no database of the stage, or of one without a lease, asks no register', async () => {
    assert.equal((await startedWith([], 'another').applied()).isApplied, true);
    assert.equal((await startedWith([there, there, there], 'another').applied()).isApplied, true);
    assert.equal((await startedWith([]).applied()).isApplied, true);
  });
});
