import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { Playground } from './playground.ts';
import type { Random } from './random.ts';

/**
 * A transaction that stays open for two to three seconds, with a subtransaction: it starts before a snapshot and ends
 * after it often enough. It works in a league of its own; only the games it writes about are shared, by key locks that
 * nobody waits for: the others' locks on the same rows become multixacts. A stop makes it commit at once.
 */
export async function runLongTransaction(
  context: { readonly client: ClientBase; readonly random: Random; readonly demo: Playground },
  signal: AbortSignal,
): Promise<void> {
  const { client, random, demo } = context;
  await client.query('begin');
  await client.query('update fantasy.teams set wins = wins + 1 where league_id = $1', [demo.quietLeague]);
  await client.query(
    `insert into stats.stat_lines (game_id, player_id, played_on, minutes, points, rebounds, assists, steals, blocks,
       turnovers, shot_chart, plus_minus, recorded_at)
     select game, $1, date '2025-09-01', interval '1 minute', 0, 0, 0, 0, 0, 0, '{}', 0, clock_timestamp()
       from generate_series(1, 5) game on conflict do nothing`,
    [random.between(1, demo.players)],
  );
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
  await client.query('select stats.refresh_averages()');
}
