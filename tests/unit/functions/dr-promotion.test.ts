import assert from 'node:assert/strict';
import type { ReplicaInstance, Replicas } from '../../../shared/aws/rds/standby/replicas.ts';
import { AccessDeniedError, DatabaseUnreachableError } from '../../../shared/errors.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { fencePrimary } = await import('../../../functions/dr-promotion/fence-primary.ts');
const { claimPromotion } = await import('../../../functions/dr-promotion/claim-promotion.ts');
const { promoteReplica } = await import('../../../functions/dr-promotion/promote-replica.ts');
const { checkPromoted } = await import('../../../functions/dr-promotion/check-promoted.ts');
const { hardenPromoted } = await import('../../../functions/dr-promotion/harden-promoted.ts');

const primary = { region: 'us-east-1', instanceId: 'fantasy-dev' };
const own = { 'pg-gameday:replica-of': 'fantasy' };
const ours = { ...own, 'pg-gameday:promoted-by': 'run-1' };
const replica = (change: Partial<ReplicaInstance> = {}): ReplicaInstance => ({
  ...{ id: 'fantasy-dr', arn: 'arn', status: 'available', tags: own, isMultiAz: false },
  ...{ backupRetentionDays: 0, isDeletionProtected: false },
  sourceId: 'arn:aws:rds:us-east-1:123456789012:db:fantasy-dev',
  ...change,
});
const withoutSource = ({ sourceId: _, ...rest }: ReplicaInstance): ReplicaInstance => rest;

function account(found: ReplicaInstance | undefined, refusal?: Error) {
  const calls: string[] = [];
  const replicas = {
    find: async () => found,
    tag: async (_: string, tags: object) => void calls.push(`tag ${JSON.stringify(tags)}`),
    promote: async (id: string, days: number) => {
      calls.push(`promote ${id} ${days}`);
      if (refusal !== undefined) throw refusal;
    },
    harden: async (_: string, change: object) => void calls.push(`harden ${JSON.stringify(change)}`),
  } satisfies Partial<Replicas>;
  return { calls, replicas };
}
const refused = (name: string) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } });
const promoting = async (found: ReplicaInstance | undefined, refusal?: Error) => {
  const { calls, replicas } = account(found, refusal);
  const input = {
    executionName: 'run-1',
    database: 'fantasy',
    primary,
    replicaId: 'fantasy-dr',
    snapshot: '740:742:740,741',
  };
  const deps = { replicas };
  const error = await quietly(() => promoteReplica.run(input, deps, aMinute)).then(
    () => undefined,
    (thrown: Error) => thrown.name,
  );
  return { calls, error };
};

describe('the fence of a primary', () => {
  /** Answers the statements of a fence in turn, until the connection breaks at one of them. */
  const server = (breaksAt: RegExp) => ({
    async query(text: string) {
      if (breaksAt.test(text)) throw new DatabaseUnreachableError('the connection broke');
      if (text.includes('fence_faults')) return { rows: [] };
      if (text.includes('gameday.fence(')) return { rows: [{ roles: ['app'] }] };
      if (text.includes('end_sessions')) return { rows: [{ found: 0 }] };
      if (text.includes('read_lease')) return { rows: [{ epoch: 3, fenced: [] }] };
      if (text.includes('pg_current_wal_flush_lsn')) return { rows: [{ lsn: '0/30', now: new Date(0) }] };
      return { rows: [{ now: new Date(0) }] };
    },
  });
  const fencing = (breaksAt: RegExp, policy = operations()) => {
    const session = (_: unknown, __: unknown, ___: string, work: (client: never) => unknown) =>
      work(server(breaksAt) as never);
    const deps = { rdsIn: () => ({}), secrets: {}, session, policy, stage: 'dev' };
    return quietly(() =>
      fencePrimary.run({ executionName: 'run-1', database: 'fantasy', primary }, deps as never, aMinute),
    );
  };

  test('is of the epoch that the lease is in, and says where the log ended', async () => {
    const { epoch, roles, lsn } = await fencing(/never/);
    assert.deepEqual([epoch, roles, lsn], [3, ['app'], '0/30']);
  });

  test('has not begun where the connection broke before it, and may be up where it broke later', async () => {
    for (const before of [/fence_faults/, /read_lease/])
      await assert.rejects(fencing(before), { name: 'PrimaryUnreachableError' });
    for (const after of [/gameday\.fence\(/, /end_sessions/, /pg_current_wal_flush_lsn/])
      await assert.rejects(fencing(after), { name: 'FenceUncertainError' });
  });

  test('of a database for which nobody may put one up is out of reach, so that a person’s word counts', async () => {
    const { stages, ...common } = operations();
    const { fantasy } = stages.dev.databases;
    assert.ok(fantasy);
    const databases = { ...stages.dev.databases, fantasy: { ...fantasy, capabilities: {} } };
    const policy = { ...common, stages: { ...stages, dev: { ...stages.dev, databases } } };
    await assert.rejects(fencing(/never/, policy), { name: 'PrimaryUnreachableError', message: /capabilities\.fence/ });
  });
});

describe('RDS is asked to promote', () => {
  test('a replica of the primary that a person has allowed, once it bears the word of this execution', async () => {
    assert.deepEqual(await promoting(replica()), {
      calls: [
        'tag {"pg-gameday:promoted-by":"run-1","pg-gameday:parted-at":"740:742:740.741"}',
        'promote fantasy-dr 7',
      ],
      error: undefined,
    });
  });

  for (const [title, found] of [
    ['an instance that is gone', undefined],
    ['an instance that is no replica', withoutSource(replica())],
    [
      'one that another execution has promoted',
      withoutSource(replica({ tags: { ...own, 'pg-gameday:promoted-by': 'run-0' } })),
    ],
    ['a replica of another instance', replica({ sourceId: 'arn:aws:rds:us-east-1:123456789012:db:own-dev' })],
    [
      'a replica of an instance whose name ends alike',
      replica({ sourceId: 'arn:aws:rds:us-east-1:123456789012:db:other-fantasy-dev' }),
    ],
    [
      'a replica of an instance of that name elsewhere',
      replica({ sourceId: 'arn:aws:rds:eu-west-1:123456789012:db:fantasy-dev' }),
    ],
    ['a replica without the tag', replica({ tags: {} })],
    ['a replica that is of another database', replica({ tags: { 'pg-gameday:replica-of': 'own' } })],
  ] as const) {
    test(`never for ${title}`, async () => {
      assert.deepEqual(await promoting(found), { calls: [], error: 'ReplicaNotOursError' });
    });
  }

  test('not again when this execution has asked before', async () => {
    assert.deepEqual(await promoting(withoutSource(replica({ tags: ours }))), { calls: [], error: undefined });
    assert.deepEqual(await promoting(replica({ tags: ours, status: 'modifying' })), { calls: [], error: undefined });
  });

  test('and its refusal is the truth of the first call only', async () => {
    for (const refusal of [refused('InvalidDBInstanceState'), new AccessDeniedError('no')]) {
      assert.equal((await promoting(replica(), refusal)).error, 'PromotionRefusedError');
      assert.notEqual((await promoting(replica({ tags: ours }), refusal)).error, 'PromotionRefusedError');
    }
    assert.notEqual((await promoting(replica(), refused('Broken'))).error, 'PromotionRefusedError');
  });
});

describe('a promotion that was asked', () => {
  const checked = (found: ReplicaInstance | undefined) =>
    checkPromoted.run({ executionName: 'run-1', replicaId: 'fantasy-dr' }, account(found), aMinute);

  test('is done when the instance is no replica any more, and takes its first backup', async () => {
    for (const status of ['available', 'backing-up'])
      assert.equal((await checked(withoutSource(replica({ status })))).isPromoted, true, status);
    assert.equal((await checked(withoutSource(replica({ status: 'rebooting' })))).isPromoted, false);
    assert.equal((await checked(replica({ status: 'available' }))).isPromoted, false);
  });

  test('was not asked of a replica that bears no word of this execution', async () => {
    assert.equal((await checked(replica())).isUntouched, true);
    assert.equal((await checked(replica({ tags: ours }))).isUntouched, false);
    assert.equal((await checked(withoutSource(replica()))).isUntouched, false);
  });

  test('has failed when the instance is gone or will not come back', async () => {
    for (const found of [
      undefined,
      replica({ status: 'failed' }),
      withoutSource(replica({ status: 'incompatible-parameters' })),
    ])
      await assert.rejects(checked(found), { name: 'PromotionFailedError' });
  });
});

describe('a promoted instance', () => {
  const hardened = async (found: ReplicaInstance, isMultiAz = true) => {
    const { calls, replicas } = account(found);
    const { changed } = await hardenPromoted.run(
      { database: 'fantasy', replicaId: 'fantasy-dr', isMultiAz },
      { replicas },
      aMinute,
    );
    return { changed, calls };
  };

  test('gets what its primary had, and what it has already is not changed again', async () => {
    const promoted = withoutSource(replica({ tags: ours }));
    assert.deepEqual((await hardened(promoted)).changed, ['backupRetentionDays', 'isMultiAz', 'isDeletionProtected']);
    assert.deepEqual((await hardened(promoted, false)).changed, ['backupRetentionDays', 'isDeletionProtected']);
    const hard = { ...promoted, backupRetentionDays: 14, isMultiAz: true, isDeletionProtected: true };
    assert.deepEqual(await hardened(hard), { changed: [], calls: [] });
  });

  test('of another database is not touched', async () => {
    await assert.rejects(hardened(replica({ tags: {} })), { name: 'ReplicaNotOursError' });
  });
});

describe('the turn to promote', () => {
  const arn = (name: string) => `arn:aws:states:us-west-2:123456789012:execution:dr-promotion-dev:${name}`;
  const bucket = (objects: Record<string, string>, status = 'RUNNING') => ({
    objects,
    store: {
      listKeys: async (prefix: string) => Object.keys(objects).filter((key) => key.startsWith(prefix)),
      getText: async (key: string) => objects[key],
      putNew: async (key: string, body: string | Buffer) => {
        if (objects[key] !== undefined) return false;
        objects[key] = String(body);
        return true;
      },
    },
    states: {
      describe: async () => ({ status, input: '', output: undefined, error: undefined, cause: undefined }),
    },
  });
  const claim = (name: string, { store, states }: ReturnType<typeof bucket>) =>
    claimPromotion.run(
      { executionName: name, executionArn: arn(name), database: 'fantasy' },
      { store, states },
      aMinute,
    );
  const key = (number: number) => `dr-promotion/fantasy/claims/claim-00000${number}.txt`;

  test('is one execution’s for as long as it runs, and then the next one’s', async () => {
    const running = bucket({});
    assert.equal((await claim('run-1', running)).claimKey, key(1));
    assert.equal((await claim('run-1', running)).claimKey, key(1), 'a second call');
    await assert.rejects(claim('run-2', running), { name: 'PromotionClaimedError', message: /run-1/ });
    const ended = bucket(running.objects, 'FAILED');
    assert.equal((await claim('run-2', ended)).claimKey, key(2));
  });

  test('is taken by one of two that ask at once', async () => {
    const both = bucket({});
    const ended = await Promise.allSettled(['run-1', 'run-2'].map((name) => claim(name, both)));
    assert.deepEqual(ended.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  test('is taken over from an execution that nobody remembers', async () => {
    const forgotten = bucket({ [key(1)]: arn('long-ago') });
    const states = { describe: async () => Promise.reject(refused('ExecutionDoesNotExist')) };
    assert.equal((await claim('run-1', { ...forgotten, states } as never)).claimKey, key(2));
  });
});
