import assert from 'node:assert/strict';
import type pg from 'pg';
import { FenceLeaksError, untilNobody } from '../../../../shared/pg/fence/until-nobody.ts';

describe('sessions of a role without LOGIN', () => {
  /** What the looks find in turn, the last one again and again; and between them it was waited. */
  const looking = async (...finds: number[]) => {
    let pauses = 0;
    const query = async () => {
      pauses += 1;
    };
    const client = { query } as unknown as pg.Client;
    let look = 0;
    const found = await untilNobody(client, async () => finds[Math.min(look++, finds.length - 1)] ?? 0);
    assert.equal(pauses, found.length - 1, 'it waits between two looks');
    return found;
  };

  test('are gone after two looks in a row that find none: a login that was under way shows later', async () => {
    assert.deepEqual(await looking(0), [0, 0]);
    assert.deepEqual(await looking(3, 0, 1, 0, 0, 9), [3, 0, 1, 0, 0]);
  });

  test('that come back as fast as they are ended are an error and no endless loop', async () => {
    await assert.rejects(looking(1), FenceLeaksError);
    await assert.rejects(looking(...Array.from({ length: 60 }, (_, index) => index % 2)), /after 50 rounds/);
  });
});
