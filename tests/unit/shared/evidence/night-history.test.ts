import assert from 'node:assert/strict';
import type { NightLine } from '../../../../shared/contracts/nightly-backup.ts';
import { rememberNight } from '../../../../shared/evidence/night-history.ts';

function storeOf(objects: Map<string, string>) {
  return {
    put: async (key: string, body: string | Buffer) => void objects.set(key, String(body)),
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    getText: async (key: string) => objects.get(key),
  };
}
const night = (day: number): NightLine => ({
  schemaVersion: 1,
  startedAt: new Date(Date.UTC(2026, 0, day, 8, 30)).toISOString(),
  isProven: true,
  proven: 3,
  databases: 3,
  pageKey: `nightly-backup/night-${day}/report.html`,
});

test('the newest thirty nights are answered in order, whatever order they were noted in', async () => {
  const store = storeOf(new Map());
  for (let day = 40; day > 0; day -= 1) await rememberNight(store, `night-${day}`, night(day));
  const nights = await rememberNight(store, 'night-41', night(41));
  assert.deepEqual(
    nights,
    Array.from({ length: 30 }, (_, index) => night(12 + index)),
  );
});

test('a second call for a night leaves one line of it, and a later night is not in the page of an earlier one', async () => {
  const objects = new Map<string, string>();
  const store = storeOf(objects);
  await rememberNight(store, 'night-1', { ...night(1), isProven: false });
  await rememberNight(store, 'night-2', night(2));
  assert.deepEqual(await rememberNight(store, 'night-1', night(1)), [night(1)]);
  assert.equal(objects.size, 2);
});
