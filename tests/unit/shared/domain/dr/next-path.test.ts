import assert from 'node:assert/strict';
import { RestoreRequest } from '../../../../../shared/contracts/restore/restore.ts';
import { nextPath } from '../../../../../shared/domain/dr/next-path.ts';

const now = new Date('2026-03-01T05:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const place = { database: 'fantasy', region: 'us-west-2', account: '123456789012', stage: 'prod' };
const of = (snapshot: number | null, restorable: number | null) =>
  nextPath(
    place,
    {
      snapshot: snapshot === null ? null : { id: 'gd-fantasy-1', takenAt: ago(snapshot) },
      restorableUntil: restorable === null ? null : ago(restorable),
    },
    now,
  );
const orderIn = (text: string) => RestoreRequest.parse(JSON.parse(/--input '(\{.+\})'/.exec(text)?.[1] ?? '{}'));

describe('the way that is left where no replica can be promoted', () => {
  test('is the copy that lacks least, as an order that restore takes', () => {
    const moment = of(7200, 300);
    assert.match(moment, /lacks the last 300 s: aws stepfunctions start-execution --region us-west-2 .*:restore-prod/);
    assert.deepEqual(orderIn(moment).from, { at: 'latest' });
    const snapshot = of(7200, 90_000);
    assert.match(snapshot, /proven snapshot 'gd-fantasy-1', which lacks the last 7200 s/);
    assert.deepEqual(orderIn(snapshot).from, { snapshot: 'gd-fantasy-1' });
    assert.deepEqual(orderIn(of(7200, null)).from, { snapshot: 'gd-fantasy-1' });
    assert.deepEqual(orderIn(of(null, 90_000)).from, { at: 'latest' });
  });

  test('is none where this region holds none, and that is said', () => {
    assert.match(of(null, null), /^us-west-2 holds neither a proven snapshot nor automated backups/);
  });
});
