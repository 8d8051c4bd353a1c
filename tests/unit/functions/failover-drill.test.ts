import assert from 'node:assert/strict';
import type { Probe } from '../../../shared/contracts/failover-drill/failover-drill.ts';
import { AwsUnavailableError } from '../../../shared/errors.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { rehearseFailover } = await import('../../../functions/failover-drill/rehearse-failover.ts');

type Changed = {
  /** Executions that run, by their number of look-ups. */
  readonly running?: readonly { name: string; input: string }[];
  readonly isAsked?: boolean;
  readonly answer?: () => Promise<boolean>;
  /** The server never goes away. */
  readonly isSteady?: boolean;
};

/** An account whose client sees ten tries fail after RDS was asked. */
async function rehearse({ running = [], isAsked = false, answer, isSteady = false }: Changed = {}) {
  const calls: string[] = [];
  const kept = new Map<string, string>(isAsked ? [['failover-drill/fantasy/run-1/asked.txt', 'before']] : []);
  let time = 0;
  let left = 0;
  const tags = { 'pg-gameday:failover-drill': 'allowed' };
  const instance = { id: 'fantasy-dev', status: 'available', isMultiAz: true, zone: 'a', listens: false, tags };
  const deps = {
    parts: {
      rds: {
        find: async () => instance,
        findInstance: async () => ({ id: 'fantasy-dev', status: 'available', endpoint: { host: 'h', port: 1 } }),
        failOver: async () => {
          calls.push('failOver');
          if (!isSteady) left = 10;
          return answer === undefined ? true : await answer();
        },
      },
      secrets: { readDatabaseSecret: async () => ({ username: 'gameday', password: 'p' }) },
      ...{
        stage: 'dev',
        machines: new Map([['dr-promotion', 'arn']]),
        statesOf: () => ({ running: async () => running }),
      },
    },
    store: {
      putNew: async (key: string, body: string) => {
        if (kept.has(key)) return false;
        kept.set(key, body);
        return true;
      },
    },
    ...{ policy: operations(), stage: 'dev', now: () => time },
    client: {
      look: async () => ({ startedAt: calls.length === 0 ? 'before' : 'after', lsn: '0/1', slots: [] }),
      probe: async (): Promise<Probe> => {
        const reached = left > 0 ? 'nothing' : 'wrote';
        left -= 1;
        return { at: time, endedAt: time + 10, reached, error: null, lost: null };
      },
      pause: async (milliseconds: number) => {
        await new Promise((resolve) => setImmediate(resolve));
        time += milliseconds / 2;
      },
    },
  };
  const request = { database: 'fantasy', mode: 'rehearse' };
  const rehearsal = await quietly(() =>
    rehearseFailover.run({ executionName: 'run-1', request }, deps as never, aMinute),
  ).catch((thrown: Error) => thrown);
  return { rehearsal, calls, kept };
}

describe('the rehearsal of a fail-over', () => {
  test('asks once, and says what the client saw', async () => {
    const { rehearsal, calls, kept } = await rehearse();
    assert.ok(!(rehearsal instanceof Error), String(rehearsal));
    assert.deepEqual([calls, rehearsal.isMeasured, rehearsal.isNewServer], [['failOver'], true, true]);
    assert.ok(rehearsal.outage !== null && rehearsal.outage.seconds > 1);
    assert.deepEqual(
      [...kept.keys()].map((key) => key.split('/').at(-1)),
      ['asked.txt', 'client.json'],
    );
  });

  test('asks for nothing where another call has asked, and does not call it measured', async () => {
    const { rehearsal, calls } = await rehearse({ isAsked: true });
    assert.ok(!(rehearsal instanceof Error));
    assert.deepEqual([calls, rehearsal.isMeasured, rehearsal.outage], [[], false, null]);
  });

  test('begins nothing when a promotion has begun since the plan', async () => {
    for (const input of ['{"database":"fantasy"}', '{}', 'no JSON']) {
      const { rehearsal, calls, kept } = await rehearse({ running: [{ name: 'now', input }] });
      assert.ok(rehearsal instanceof Error);
      assert.deepEqual([rehearsal.name, calls, kept.size], ['FailoverRefusedError', [], 0]);
    }
    const { calls } = await rehearse({ running: [{ name: 'now', input: '{"database":"other"}' }] });
    assert.deepEqual(calls, ['failOver']);
  });

  test('watches on when nobody knows whether RDS was asked, and not when RDS refuses', async () => {
    const unknown = await rehearse({ answer: () => Promise.reject(new AwsUnavailableError('no answer')) });
    assert.ok(!(unknown.rehearsal instanceof Error));
    assert.equal(unknown.rehearsal.isMeasured, true);
    const refused = await rehearse({ answer: async () => false });
    assert.ok(refused.rehearsal instanceof Error);
    assert.equal(refused.rehearsal.name, 'InstanceBusyError');
  });

  test('gives up after eight minutes when the client was never cut off', async () => {
    const { rehearsal } = await rehearse({ isSteady: true });
    assert.ok(!(rehearsal instanceof Error));
    assert.deepEqual([rehearsal.isMeasured, rehearsal.outage], [true, null]);
  });
});
