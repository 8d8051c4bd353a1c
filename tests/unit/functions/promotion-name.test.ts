import assert from 'node:assert/strict';
import { commitAndReadBack } from '../../../shared/pg/replication/confirm.ts';
import type { ConnectionTarget } from '../../../shared/pg/session/connect.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { switchName } = await import('../../../functions/dr-promotion/switch-name.ts');
const { confirmByClient } = await import('../../../functions/dr-promotion/confirm-by-client.ts');
const { promotedEpoch } = await import('../../../shared/rules/dns.ts');

const second = 'fantasy-dr.sandbox.us-west-2.rds.amazonaws.com';
const first = 'fantasy-dev.sandbox.us-east-1.rds.amazonaws.com';
const asked = { executionName: 'run-1', database: 'fantasy', epoch: 5 };
const common = (region = 'us-west-2') => ({ policy: operations(), config: { stage: 'dev', region } });

describe('the name of a promoted database', () => {
  const switching = async (target: string, here?: string) => {
    const written: string[] = [];
    const published: number[] = [];
    const store = { putNew: async (key: string) => written.push(key) > 0 };
    const publish = (_: string, epoch: number) => void published.push(epoch);
    const deps = { store, publish, resolve: { target: async () => target }, ...common(here) };
    return { ...(await quietly(() => switchName.run(asked, deps as never, aMinute))), written, published };
  };

  test('is asked to turn by a metric, once what was verified is written down, and has turned when it leads there', async () => {
    const turned = await switching(second);
    assert.deepEqual(
      [turned.name, turned.isSwitched, turned.published, turned.written],
      ['fantasy.db.example.internal', true, [5], ['dr-promotion/fantasy/verified/epoch-000005.txt']],
    );
    assert.equal((await switching(first)).isSwitched, false);
  });

  test('comes home without a word of the first region: the agent of the second one says that it keeps nothing', async () => {
    const home = await switching(first, 'us-east-1');
    assert.deepEqual([home.isSwitched, home.published, home.written], [true, [], []]);
    assert.equal((await switching(second, 'us-east-1')).isSwitched, false);
  });

  test('follows a verified promotion for as long as that holds its lease', () => {
    const pass = { did: 'renewed' as const, accepts: true, epoch: 5, reason: null };
    assert.deepEqual(
      [promotedEpoch(pass, true), promotedEpoch(pass, false), promotedEpoch(undefined, true)],
      [5, 0, 0],
    );
    for (const did of ['standby', 'fenced'] as const)
      assert.equal(promotedEpoch({ ...pass, did, accepts: false }, true), 0, did);
  });

  test('stays where it is while nobody knows whether the lease is kept, and while a person keeps the applications out', () => {
    const pass = { accepts: false, epoch: 5, reason: null };
    for (const did of ['failed', 'waited', 'fenced by a person', 'none'] as const)
      assert.equal(promotedEpoch({ ...pass, did }, true), undefined, did);
    assert.equal(promotedEpoch({ ...pass, did: 'standby', reason: 'two registers are silent' }, true), undefined);
  });
});

describe('a client that confirms a promotion', () => {
  const confirming = (target: string) => {
    const logins: ConnectionTarget[] = [];
    const deps = {
      rds: { findInstance: async () => ({ endpoint: { host: '127.0.0.1', port: 5433 } }) },
      secrets: { readDatabaseSecret: async () => ({ username: 'demo_app', password: 'a word' }) },
      resolve: { target: async () => target, address: async () => '192.0.2.1' },
      confirm: async (login: ConnectionTarget) => {
        logins.push(login);
        return { transaction: '800', at: '2026-11-30T05:00:00.000Z' };
      },
      ...common(),
    };
    const run = () => confirmByClient.run({ ...asked, replicaId: 'fantasy-dr' }, deps as never, aMinute);
    return { logins, confirmed: quietly(run) };
  };

  test('connects to what the name leads to, and wants its certificate to name that', async () => {
    const { logins, confirmed } = confirming(second);
    assert.deepEqual([(await confirmed).role, (await confirmed).target], ['demo_app', second]);
    assert.deepEqual(
      logins.map(({ host, serverName, port, user }) => [host, serverName, port, user]),
      [['192.0.2.1', second, 5433, 'demo_app']],
    );
  });

  test('writes nothing to the old primary', async () => {
    const { logins, confirmed } = confirming(first);
    await assert.rejects(confirmed, { name: 'PromotionNotConfirmedError', message: /leads to 'fantasy-dev/ });
    assert.deepEqual(logins, []);
  });

  test('believes a transaction that another connection knows as committed, and no other', async () => {
    const committing = (status: string | null) => {
      let connections = 0;
      return commitAndReadBack((work) => {
        connections += 1;
        const query = async (text: string) => ({
          rows: text.includes('pg_xact_status')
            ? [{ status, now: new Date(connections * 1000) }]
            : text.includes('pg_current_xact_id')
              ? [{ id: '800' }]
              : [],
        });
        return work({ query } as never);
      });
    };
    assert.deepEqual(await committing('committed'), { transaction: '800', at: '1970-01-01T00:00:02.000Z' });
    for (const status of ['aborted', 'in progress', null])
      await assert.rejects(committing(status), { name: 'PromotionNotConfirmedError' });
  });
});
