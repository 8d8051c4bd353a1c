import assert from 'node:assert/strict';
import { scopeTags } from '../../../shared/domain/dr/drill-scope.ts';
import type { Tags } from '../../../shared/domain/resource/throw-away.ts';
import { isRowThere, writeAndReadBack } from '../../../shared/pg/replication/client-row.ts';
import { drillFacts, scope } from '../../support/drill/drill-facts.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { startDrillPrimary } = await import('../../../functions/dr-drill/start-drill-primary.ts');
const { startDrillReplica } = await import('../../../functions/dr-drill/start-drill-replica.ts');
const { pointDrillName } = await import('../../../functions/dr-drill/point-drill-name.ts');
const { checkDrillName } = await import('../../../functions/dr-drill/check-drill-name.ts');
const { fenceDrill } = await import('../../../functions/dr-drill/fence-drill.ts');
const { prepareDrill } = await import('../../../functions/dr-drill/prepare-drill.ts');
const { takeDrillLease } = await import('../../../functions/dr-drill/take-drill-lease.ts');
const { promoteDrillReplica } = await import('../../../functions/dr-drill/promote-drill-replica.ts');
const { openDrillReplica } = await import('../../../functions/dr-drill/open-drill-replica.ts');
const { confirmDrill } = await import('../../../functions/dr-drill/confirm-drill.ts');
const { cleanUpDrill } = await import('../../../functions/dr-drill/clean-up-drill.ts');

const asked = { executionName: 'run-1', database: 'fantasy' };
const now = () => new Date('2026-11-30T12:00:00Z');
const own = scopeTags(scope, 'fantasy', now());
const others: Tags = { ...own, 'pg-gameday:execution': 'run-2' };
const common = {
  ...{
    policy: operations(),
    stage: 'dev' as const,
    config: { stage: 'dev', region: 'us-west-2', evidenceBucket: 'b' },
  },
  ...{ securityGroupIds: [], now },
};
const host = (id: string) => `${id}.sandbox.us-west-2.rds.amazonaws.com`;
const found = (tags: Tags, more: object = {}) => ({ id: 'x', arn: 'arn', status: 'available', tags, ...more });
type Task = { run(input: never, deps: never, run: typeof aMinute): Promise<unknown> };
const run = <T = Record<string, unknown>>(task: Task, input: object, deps: object) =>
  quietly(() => task.run({ ...asked, ...input } as never, { ...common, ...deps } as never, aMinute)) as Promise<T>;
const notInScope = { name: 'NotInScopeError' };

describe('the instances of a drill', () => {
  const placed = { snapshotId: 'gd-backup-1', instanceClass: 'db.t3.micro', parameterGroup: 'group' };
  const starting = (tags: Tags, isNew: boolean) => {
    const made: { instanceId: string; tags: Tags }[] = [];
    const make = async (one: { instanceId: string; tags: Tags }) => made.push(one) > 0 && isNew;
    return {
      made,
      deps: {
        instances: { restorePrimary: make, createReplica: make },
        rds: { findInstance: async () => found(tags) },
      },
    };
  };

  test('are named and tagged as the scope says', async () => {
    const { made, deps } = starting(own, true);
    await run(startDrillPrimary, placed, deps);
    await run(startDrillReplica, { instanceClass: 'db.t3.micro' }, deps);
    assert.deepEqual(
      made.map(({ instanceId, tags }) => [instanceId, tags['pg-gameday:scope'], tags['pg-gameday:purpose']]),
      [
        [scope.primaryId, scope.id, 'throw-away copy'],
        [scope.replicaId, scope.id, 'throw-away copy'],
      ],
    );
  });

  test('that are there already are taken when they are of this scope, and never when they are of another one', async () => {
    const mine = starting(own, false);
    assert.deepEqual(await run(startDrillPrimary, placed, mine.deps), { instanceId: scope.primaryId });
    await assert.rejects(run(startDrillPrimary, placed, starting(others, false).deps), notInScope);
    await assert.rejects(run(startDrillReplica, { instanceClass: 'c' }, starting(others, true).deps), notInScope);
  });
});

describe('the name of a drill', () => {
  test('is one of its own, and leads to the instances of the scope', async () => {
    const pointed: unknown[] = [];
    const names = { point: async (...all: unknown[]) => void pointed.push(all) };
    await run(pointDrillName, { to: 'primary' }, { names });
    await run(pointDrillName, { to: 'replica' }, { names });
    const name = `${scope.label}.db.example.internal`;
    assert.deepEqual(pointed, [
      ['db.example.internal', name, host(scope.primaryId), 30],
      ['db.example.internal', name, host(scope.replicaId), 30],
    ]);
  });

  test('is there when a resolver answers with that, and not when nothing or the old one is answered', async () => {
    const { NameUnresolvedError } = await import('../../../shared/dns/resolve.ts');
    const looked = (target: () => Promise<string>) =>
      run<{ isThere: boolean; target: string | null }>(checkDrillName, { to: 'replica' }, { resolve: { target } });
    assert.equal((await looked(async () => host(scope.replicaId))).isThere, true);
    assert.equal((await looked(async () => host(scope.primaryId))).isThere, false);
    const none = await looked(() => Promise.reject(new NameUnresolvedError('none')));
    assert.deepEqual([none.isThere, none.target], [false, null]);
  });
});

describe('what a drill changes', () => {
  const session = () => assert.fail('a session was opened');
  const rds = (tags: Tags) => ({ findInstance: async () => found(tags) });

  test('is fenced, prepared and opened only when its tags are of the scope', async () => {
    for (const [task, input] of [
      [fenceDrill, {}],
      [prepareDrill, {}],
      [openDrillReplica, { lease: drillFacts.lease }],
    ] as const)
      await assert.rejects(run(task, input, { session, rds: rds(others), secrets: {} }), notInScope);
  });

  test('takes a lease under the key of the scope, and never under that of a database', async () => {
    const keys: string[] = [];
    const registerAt = (_: unknown, key: string) => {
      keys.push(key);
      let content = { epoch: 4, holder: `us-west-2/${scope.primaryId}` as string | null, counter: 3 };
      return {
        read: async () => ({ content, etag: 'e' }),
        write: async (next: typeof content) => {
          content = next;
          return true;
        },
      };
    };
    const taken = await run(takeDrillLease, { fence: drillFacts.fence }, { registerAt });
    assert.deepEqual([taken['epoch'], taken['registers'], taken['holder']], [5, 3, `us-west-2/${scope.replicaId}`]);
    assert.deepEqual([...new Set(keys)], [scope.leaseKey]);
  });

  test('is promoted only as a replica of the primary of the scope, and once', async () => {
    const promoting = async (tags: Tags, sourceId?: string, status = 'available') => {
      const done: string[] = [];
      const replicas = {
        find: async () => found(tags, { id: scope.replicaId, status, ...(sourceId === undefined ? {} : { sourceId }) }),
        tag: async () => void done.push('tagged'),
        promote: async (id: string) => void done.push(id),
      };
      await run(promoteDrillReplica, {}, { replicas });
      return done;
    };
    assert.deepEqual(await promoting(own, scope.primaryId), ['tagged', scope.replicaId]);
    await assert.rejects(promoting(others, scope.primaryId), notInScope);
    await assert.rejects(promoting(own, 'fantasy-prod'), { name: 'ReplicaNotOursError' });
    await assert.rejects(promoting(own), { name: 'ReplicaNotOursError' });
    const marked = { ...own, 'pg-gameday:promoted-by': 'run-1' };
    assert.deepEqual(await promoting(marked, scope.primaryId, 'modifying'), []);
    assert.deepEqual(await promoting(marked), []);
  });
});

describe('the client of a drill', () => {
  const confirming = (target: string, isThere: boolean) => {
    const written: string[] = [];
    const deps = {
      rds: { findInstance: async () => ({ endpoint: { host: '127.0.0.1', port: 5433 } }) },
      secrets: { readDatabaseSecret: async () => ({ username: 'demo_app', password: 'a word' }) },
      resolve: { target: async () => target, address: async () => '192.0.2.1' },
      isThereAt: async () => isThere,
      writeAt: async (_: object, __: object, marker: string) => {
        written.push(marker);
        return '2026-11-30T12:10:00.000Z';
      },
    };
    return { written, confirmed: run(confirmDrill, { before: drillFacts.prepared.row }, deps) };
  };

  test('writes a row where the name leads to the promoted instance, and says whether the one of before is there', async () => {
    for (const isThere of [true, false]) {
      const { written, confirmed } = confirming(host(scope.replicaId), isThere);
      assert.equal((await confirmed)['isBeforeThere'], isThere);
      assert.deepEqual(written, [`${scope.label}-after`]);
    }
  });

  test('writes nothing where the name leads to the old primary still', async () => {
    const { written, confirmed } = confirming(host(scope.primaryId), true);
    await assert.rejects(confirmed, { name: 'PromotionNotConfirmedError' });
    assert.deepEqual(written, []);
  });

  const statements = { insert: 'insert $1', select: 'select $1' };
  /** Each work has a connection of its own. */
  const server = (keeps: boolean) => {
    const rows: string[] = [];
    const log: string[] = [];
    let connections = 0;
    const connected = <T>(work: (client: never) => Promise<T>): Promise<T> => {
      connections += 1;
      const number = connections;
      const query = async (text: string | { text: string; values: string[] }, values: string[] = []) => {
        const sql = typeof text === 'string' ? text : text.text;
        log.push(`${number}: ${sql.replace(/^.*\*\/ /, '')}`);
        if (sql.includes('insert') && keeps) rows.push(values[0] ?? '');
        if (typeof text !== 'string') return { rows: rows.includes(text.values[0] ?? '') ? [[text.values[0]]] : [] };
        return { rows: [{ now: now() }] };
      };
      return work({ query } as never);
    };
    return { connected, log };
  };

  test('commits its row and reads it back over another connection', async () => {
    const { connected, log } = server(true);
    assert.equal(await writeAndReadBack(connected, statements, 'm'), now().toISOString());
    const connectionOf = (sql: string) => log.filter((line) => line.endsWith(sql)).map((line) => line.split(':')[0]);
    assert.ok(log.indexOf('2: commit') > log.indexOf('2: insert $1'));
    assert.deepEqual([connectionOf('insert $1'), connectionOf('select $1')], [['2'], ['1', '3']]);
  });

  test('does not call a row written that is not read back', async () => {
    await assert.rejects(writeAndReadBack(server(false).connected, statements, 'm'), {
      name: 'PromotionNotConfirmedError',
      message: /row 'm' was committed and is not read back/,
    });
  });

  test('writes no second row when it is called again, and takes no other row for its own', async () => {
    const { connected, log } = server(true);
    await writeAndReadBack(connected, statements, 'm');
    await writeAndReadBack(connected, statements, 'm');
    assert.equal(log.filter((line) => line.endsWith('insert $1')).length, 1);
    assert.equal(await isRowThere(connected, statements, 'other'), false);
  });
});

describe('the clean-up of a drill', () => {
  const cleaning = async (tagsOf: (id: string) => Tags | undefined, status = 'available') => {
    const done: string[] = [];
    const deps = {
      rds: {
        findInstance: async (id: string) => {
          const tags = tagsOf(id);
          return tags === undefined ? undefined : found(tags, { status });
        },
        deleteInstance: async (id: string) => void done.push(id),
      },
      names: { remove: async (_: string, name: string) => done.push(name) > 0 },
      removeRegister: async ({ region }: { region: string }, key: string) => void done.push(`${region}/${key}`),
    };
    const result = await run<{ isGone: boolean; left: string[] }>(cleanUpDrill, {}, deps).catch(
      (error: Error) => error,
    );
    return { done, result };
  };

  test('removes instances, record and registers of the scope, and nothing else', async () => {
    const { done, result } = await cleaning(() => own);
    const regions = ['us-east-1', 'us-west-2', 'us-east-2'];
    assert.deepEqual(done, [
      ...[scope.replicaId, scope.primaryId, `${scope.label}.db.example.internal`],
      ...regions.map((region) => `${region}/${scope.leaseKey}`),
    ]);
    assert.deepEqual(result, { isGone: false, left: [scope.replicaId, scope.primaryId] });
  });

  test('deletes nothing twice, and is over when nothing is left', async () => {
    const { done } = await cleaning(() => own, 'deleting');
    assert.ok(!done.includes(scope.primaryId));
    assert.deepEqual((await cleaning(() => undefined)).result, { isGone: true, left: [] });
  });

  test('deletes no instance with the tags of somebody else, whatever its name is', async () => {
    const { done, result } = await cleaning((id) => (id === scope.replicaId ? others : own));
    assert.equal((result as Error).name, 'NotInScopeError');
    assert.deepEqual(done, []);
  });
});
