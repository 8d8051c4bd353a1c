import assert from 'node:assert/strict';
import { ask, type DeliveryLog, type Target } from '../../../../shared/alert/ask.ts';
import type { Deliveries } from '../../../../shared/contracts/alert/alert.ts';
import { ReceiverUnavailableError } from '../../../../shared/errors.ts';

const refused = () => new ReceiverUnavailableError('Slack answered 404', { isRefused: true });
const unclear = () => new ReceiverUnavailableError('Slack did not answer');

function makeLog(deliveries: Deliveries = {}): DeliveryLog & { deliveries: Deliveries } {
  const log = {
    deliveries,
    change: async (how: (before: Deliveries) => Deliveries | undefined) => {
      const changed = how(log.deliveries);
      if (changed !== undefined) log.deliveries = changed;
      return changed;
    },
  };
  return log;
}

/** What arrived at each address, and what each try came to. */
function makeTargets(
  outcomes: Readonly<Record<string, readonly (Error | 'arrives' | 'arrives and fails')[]>>,
  substitutes: readonly string[] = [],
) {
  const arrived: [string, readonly string[]][] = [];
  const left = Object.fromEntries(Object.entries(outcomes).map(([name, list]) => [name, [...list]]));
  const targets = Object.keys(outcomes).map(
    (address): Target => ({
      channel: address.startsWith('mail') ? 'email' : address === 'slack' ? 'slack' : 'pagerDuty',
      address,
      isSubstitute: substitutes.includes(address),
      async send(undelivered) {
        const outcome = left[address]?.shift() ?? 'arrives';
        if (typeof outcome === 'string') arrived.push([address, [...undelivered]]);
        if (outcome === 'arrives and fails') throw unclear();
        if (outcome !== 'arrives') throw outcome;
      },
    }),
  );
  return { targets, arrived };
}
const quick = { pause: async () => {}, warn: () => {} };
const askAll = (targets: readonly Target[], log: DeliveryLog) => ask('it is wrong', targets, log, quick);

describe('a question', () => {
  test('reaches every target once', async () => {
    const { targets, arrived } = makeTargets({ pagerDuty: [], slack: [], 'mail of anna': [] });
    const { delivered, failed } = await askAll(targets, makeLog());
    assert.deepEqual([delivered, failed], [['pagerDuty', 'slack', 'email'], []]);
    assert.deepEqual(
      arrived.map(([address]) => address),
      ['pagerDuty', 'slack', 'mail of anna'],
    );
  });

  test('says on the next channel whom it could not reach', async () => {
    const { targets, arrived } = makeTargets({ pagerDuty: [refused(), refused()], slack: [] });
    const { delivered, failed } = await askAll(targets, makeLog());
    assert.deepEqual([delivered, failed], [['slack'], ['pagerDuty']]);
    assert.deepEqual(arrived, [['slack', ['pagerDuty: Slack answered 404']]]);
  });

  test('goes to a substitute when nobody else was reached, and to none otherwise', async () => {
    const down = makeTargets({ slack: [refused(), refused()], mail: [] }, ['mail']);
    assert.deepEqual((await askAll(down.targets, makeLog())).delivered, ['email']);
    const up = makeTargets({ slack: [], mail: [] }, ['mail']);
    await askAll(up.targets, makeLog());
    assert.deepEqual(
      up.arrived.map(([address]) => address),
      ['slack'],
    );
  });

  test('that reaches nobody says so, by name', async () => {
    const { targets } = makeTargets({
      pagerDuty: [refused(), refused()],
      slack: [unclear(), unclear()],
      mail: [new Error('refused'), new Error('refused')],
    });
    await assert.rejects(askAll(targets, makeLog()), {
      name: 'NotificationUndeliveredError',
      message: /pagerDuty: .*; slack: .*; mail: refused/,
    });
  });

  test('that may have arrived twice is not asked a third time, whoever calls again', async () => {
    const { targets, arrived } = makeTargets({ slack: Array(10).fill('arrives and fails') });
    const log = makeLog();
    for (let call = 0; call < 4; call += 1)
      await assert.rejects(askAll(targets, log), { name: 'NotificationUndeliveredError' });
    assert.equal(arrived.length, 2);
  });

  test('that was surely refused is tried again by the next call', async () => {
    const { targets, arrived } = makeTargets({ slack: [refused(), refused(), refused(), refused()] });
    const log = makeLog();
    await assert.rejects(askAll(targets, log));
    await assert.rejects(askAll(targets, log));
    await askAll(targets, log);
    assert.equal(arrived.length, 1);
  });

  test('whose function is killed at any moment reaches nobody more than twice, and everybody in the end', async () => {
    for (let killAt = 1; killAt < 12; killAt += 1) {
      const { targets, arrived } = makeTargets({ pagerDuty: [], slack: [] });
      const log = makeLog();
      let steps = 0;
      const killed = new Error('killed');
      const mortal: DeliveryLog = {
        change: async (how) => {
          steps += 1;
          if (steps === killAt) throw killed;
          return log.change(how);
        },
      };
      await askAll(targets, mortal).catch(() => {});
      await askAll(targets, log);
      const counts = [...Map.groupBy(arrived, ([address]) => address).values()].map(({ length }) => length);
      assert.equal(counts.length, 2);
      assert.ok(Math.max(...counts) <= 2, `killed at ${killAt}`);
    }
  });
});
