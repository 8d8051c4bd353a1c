import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { Playground } from './playground.ts';
import type { Random } from './random.ts';

/**
 * A transaction that stays open for two to three seconds, with a subtransaction: it starts before a snapshot and ends
 * after it often enough. It works in a league of its own. A stop makes it commit at once.
 */
export async function runLongTransaction(
  context: { readonly client: ClientBase; readonly random: Random; readonly demo: Playground },
  signal: AbortSignal,
): Promise<void> {
  const { client, random, demo } = context;
  await client.query('begin');
  await client.query('update fantasy.teams set wins = wins + 1 where league_id = $1', [demo.quietLeague]);
  await delay(random.between(1_000, 1_500), undefined, { signal }).catch(() => undefined);
  await client.query('savepoint half_time');
  await client.query(
    `insert into audit.events (kind, happened_at, subject, after)
     select 'season', clock_timestamp(), 'league ' || $1::int, jsonb_build_object('round', k) from generate_series(1, 20) k`,
    [demo.quietLeague],
  );
  await delay(random.between(1_000, 1_500), undefined, { signal }).catch(() => undefined);
  await client.query('update fantasy.leagues set points_scored = points_scored + 1.5 where id = $1', [
    demo.quietLeague,
  ]);
  await client.query('commit');
}

export async function refreshAverages(client: ClientBase): Promise<void> {
  await client.query('refresh materialized view concurrently stats.player_averages');
}
