import assert from 'node:assert/strict';
import { measuredPromotionKey, promotionPrefix } from '../../../../shared/evidence/keys.ts';
import { readRecoveries } from '../../../../shared/evidence/recoveries.ts';

const at = (day: number) => new Date(Date.UTC(2026, 2, day, 5)).toISOString();

function bucket() {
  const objects = new Map<string, string>();
  let reads = 0;
  const promotion = (executionName: string, startedAt: string, change: object = {}) => {
    objects.set(measuredPromotionKey('fantasy', startedAt, executionName), 'a key');
    objects.set(
      `${promotionPrefix('fantasy', executionName)}/record.json`,
      JSON.stringify({
        ...{ workflow: 'dr-promotion', execution: { name: executionName, startedAt }, database: 'fantasy' },
        ...{ result: 'promoted', rtoSeconds: 60, lossSeconds: 2, phases: [], more: 'of another release', ...change },
      }),
    );
  };
  const store = {
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    getText: async (key: string) => {
      reads += 1;
      return objects.get(key);
    },
  };
  return { objects, promotion, store, reads: () => reads };
}

describe('the promotions and drills of a database', () => {
  test('are found by their time, oldest first, and plans are none of them', async () => {
    const { promotion, store, objects } = bucket();
    promotion('z-first', at(1));
    promotion('a-second', at(2), { lossSeconds: 0 });
    objects.set('dr-promotion/fantasy/a-plan/record.json', '{}');
    const { found, unread } = await readRecoveries(store, 'fantasy');
    assert.deepEqual(
      found.map(({ executionName, rpoSeconds }) => [executionName, rpoSeconds]),
      [
        ['z-first', 2],
        ['a-second', 0],
      ],
    );
    assert.deepEqual(unread, []);
  });

  test('are the newest twenty, however many there were', async () => {
    const { promotion, store, reads } = bucket();
    for (let day = 1; day <= 25; day += 1) promotion(`run-${day}`, at(day));
    const { found } = await readRecoveries(store, 'fantasy');
    assert.deepEqual([found.length, found[0]?.executionName, found.at(-1)?.executionName], [20, 'run-6', 'run-25']);
    assert.ok(reads() <= 20);
  });

  test('lose none of the others when one is missing, unreadable, of another form or changed', async () => {
    const { promotion, store, objects } = bucket();
    promotion('sound', at(1));
    for (const name of ['missing', 'broken', 'other', 'denied']) promotion(name, at(2));
    objects.delete('dr-promotion/fantasy/missing/record.json');
    objects.set('dr-promotion/fantasy/broken/record.json', '{');
    objects.set('dr-promotion/fantasy/other/record.json', '{"workflow": "restore"}');
    const denied = {
      ...store,
      getText: async (key: string) => {
        if (key.includes('/denied/')) throw Object.assign(new Error('no'), { name: 'AccessDeniedError' });
        return store.getText(key);
      },
    };
    const { found, unread } = await readRecoveries(denied, 'fantasy');
    assert.deepEqual(
      found.map(({ executionName }) => executionName),
      ['sound'],
    );
    assert.equal(unread.length, 4, unread.join('\n'));
    assert.match(unread.join('\n'), /missing\/record\.json is not there/);
    assert.match(unread.join('\n'), /other\/record\.json has another form/);
  });

  test('are said to be unknown when nobody answers for them', async () => {
    const store = {
      listKeys: () => Promise.reject(Object.assign(new Error('no'), { name: 'AwsUnavailableError' })),
      getText: async () => undefined,
    };
    const { found, unread } = await readRecoveries(store, 'fantasy');
    assert.deepEqual(found, []);
    assert.match(unread.join(), /^promotions: .+,drills: /);
  });
});
