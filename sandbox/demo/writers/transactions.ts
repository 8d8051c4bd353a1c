import type { ClientBase } from 'pg';
import type { Playground } from './playground.ts';
import type { Random } from './random.ts';

export type TransactionContext = { readonly client: ClientBase; readonly random: Random; readonly demo: Playground };

/** `rolled back`: the transaction changed its mind, as the application would. */
export type TransactionOutcome = 'committed' | 'rolled back';

export type TransactionKind = {
  readonly name: string;
  /** Share of the mix, in parts of the sum of all weights. */
  readonly weight: number;
  readonly run: (context: TransactionContext) => Promise<TransactionOutcome>;
};

/** Games and players in the news: everybody writes about the same few, so that their rows are locked together. */
const LIVE_GAMES = 20;
const TEAMS_PER_LEAGUE = 10;
/** Two trades in a thousand lock their teams in the wrong order; a deadlock costs its victims a second. */
const WRONG_ORDER = 0.002;

/**
 * The mix of the season: mostly short inserts into partitions and updates of hot rows; some trades of several
 * statements; some deletes, rollbacks, savepoints, row locks and rewrites of out-of-line values.
 */
export const TRANSACTION_KINDS: readonly [TransactionKind, ...TransactionKind[]] = [
  { name: 'stat line', weight: 30, run: upsertStatLine },
  { name: 'score', weight: 20, run: updateScore },
  { name: 'counter', weight: 12, run: countUp },
  { name: 'feed', weight: 10, run: insertFeedMessages },
  { name: 'trade', weight: 10, run: tradePlayer },
  { name: 'savepoints', weight: 5, run: fillWithSavepoints },
  { name: 'share lock', weight: 4, run: reportInjury },
  { name: 'delete', weight: 4, run: deleteSettled },
  { name: 'rollback', weight: 3, run: reconsider },
  { name: 'sequence', weight: 2, run: drawNumbers },
  { name: 'large value', weight: 2, run: replacePortrait },
];

async function upsertStatLine({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  await client.query({
    name: 'stat-line',
    text: `insert into stats.stat_lines (game_id, player_id, played_on, minutes, points, rebounds, assists, steals,
             blocks, turnovers, shot_chart, plus_minus, recorded_at)
           values ($1, $2, date '2025-05-01' + $3::int, interval '12 minutes', $4, 1, 2, 0, 0, 1, '{1,2}', -0.5, clock_timestamp())
           on conflict (game_id, player_id, played_on) do update
             set points = least(99, stat_lines.points + excluded.points), recorded_at = excluded.recorded_at`,
    // 90 days from May: two monthly partitions and, for July, the default one.
    values: [liveGame(random), random.between(1, demo.players), random.between(0, 89), random.between(0, 9)],
  });
  return 'committed';
}

async function updateScore({ client, random }: TransactionContext): Promise<TransactionOutcome> {
  await client.query({
    name: 'score',
    text: `update league.games set home_score = (home_score + $2) % 200, box = jsonb_set(box, '{last}', to_jsonb($2::int))
            where id = $1`,
    values: [liveGame(random), random.between(1, 3)],
  });
  return 'committed';
}

async function countUp({ client, random }: TransactionContext): Promise<TransactionOutcome> {
  await client.query({
    name: 'counter',
    text: `insert into fantasy.counters (name, value) values ('counter ' || $1::int, 1)
           on conflict (name) do update set value = counters.value + 1`,
    values: [random.between(1, 40)],
  });
  return 'committed';
}

async function insertFeedMessages({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  await client.query({
    name: 'feed',
    text: `insert into stats.feed_messages (received_at, source, payload)
           select clock_timestamp(), 'arena', jsonb_build_object('game', $1::int, 'clock', k, 'event', 'shot')
             from generate_series(1, $2::int) k`,
    values: [random.between(1, demo.games), random.between(1, 8)],
  });
  return 'committed';
}

/** Moves one player between two teams of a league, and counts it. Locks both teams first, lower number first. */
async function tradePlayer({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  const league = random.between(1, demo.leagues);
  const place = random.between(0, TEAMS_PER_LEAGUE - 1);
  const from = (league - 1) * TEAMS_PER_LEAGUE + 1 + place;
  const to =
    (league - 1) * TEAMS_PER_LEAGUE + 1 + ((place + random.between(1, TEAMS_PER_LEAGUE - 1)) % TEAMS_PER_LEAGUE);
  const locked = random.chance(WRONG_ORDER)
    ? [Math.max(from, to), Math.min(from, to)]
    : [Math.min(from, to), Math.max(from, to)];
  await client.query('begin');
  for (const team of locked) {
    await client.query({
      name: 'lock-team',
      text: 'select budget from fantasy.teams where id = $1 for update',
      values: [team],
    });
  }
  const left = await client.query<{ player_id: number }>({
    name: 'leave-roster',
    text: `delete from fantasy.rosters where team_id = $1 and player_id =
             (select player_id from fantasy.rosters r where team_id = $1
               and not exists (select from fantasy.rosters o where o.team_id = $2 and o.player_id = r.player_id)
              order by acquired_at limit 1) returning player_id`,
    values: [from, to],
  });
  const player = left.rows[0]?.player_id;
  if (player === undefined) {
    await client.query('rollback');
    return 'rolled back';
  }
  await client.query({
    name: 'join-roster',
    text: `insert into fantasy.rosters (team_id, player_id, acquired_at, price) values ($1, $2, clock_timestamp(), 1.50)`,
    values: [to, player],
  });
  await client.query({
    name: 'record-trade',
    text: `insert into fantasy.trades (league_id, from_team, to_team, player_id, state, proposed_at, decided_at)
           values ($1, $2, $3, $4, 'accepted', now(), clock_timestamp())`,
    values: [league, from, to, player],
  });
  await client.query({
    name: 'count-trade',
    text: 'update fantasy.leagues set trades_made = trades_made + 1 where id = $1',
    values: [league],
  });
  await client.query({
    name: 'pay',
    text: 'update fantasy.teams set points = points + 0.125 where id = $1',
    values: [to],
  });
  await client.query('commit');
  return 'committed';
}

/** A block of attempts, as an application does with savepoints: the first is taken back, the others stand. */
async function fillWithSavepoints({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  const league = random.between(1, demo.leagues);
  await client.query('begin');
  await client.query('savepoint attempt');
  await client.query({
    name: 'offer-pick',
    text: 'update fantasy.draft_picks set player_id = null where league_id = $1 and round = $2',
    values: [league, random.between(1, 13)],
  });
  await client.query('rollback to savepoint attempt');
  await client.query('savepoint outer_attempt');
  await client.query({
    name: 'write-note',
    text: `insert into fantasy.private_notes (author, team_id, body, written_at)
           select owner_id, id, 'watch player ' || $2::int, clock_timestamp() from fantasy.teams where id = $1`,
    values: [teamOf(league, random), random.between(1, demo.players)],
  });
  await client.query('savepoint inner_attempt');
  await client.query({
    name: 'same-points',
    text: `update fantasy.scoring_rules set points = points where league_id = $1 and statistic = 'blocks'`,
    values: [league],
  });
  await client.query('release savepoint outer_attempt');
  await client.query('commit');
  return 'committed';
}

/** FOR SHARE on a player in the news, held over a second statement: several holders make a multixact. */
async function reportInjury({ client, random }: TransactionContext): Promise<TransactionOutcome> {
  const player = random.between(1, 5);
  await client.query('begin');
  await client.query({
    name: 'share-player',
    text: 'select id from league.players where id = $1 for share',
    values: [player],
  });
  await client.query({
    name: 'live-score',
    text: `update stats.live_scores set clock = clock - interval '1 second', home_score = (home_score + 1) % 150 where game_id = $1`,
    values: [random.between(1, 30)],
  });
  await client.query('commit');
  return 'committed';
}

async function deleteSettled({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  const text = random.of([
    `delete from fantasy.trades where id in (select id from fantasy.trades where league_id = $1 order by id limit 2 for update skip locked)`,
    `delete from fantasy.counters where name = 'counter ' || (20 + $1::int % 20)`,
    `delete from fantasy.private_notes where id in (select id from fantasy.private_notes where team_id = $1 limit 1)`,
    `delete from fantasy.draft_picks where league_id = $1 and player_id is null and round = 13 and pick = 1`,
  ]);
  await client.query(text, [random.between(1, demo.leagues)]);
  return 'committed';
}

async function reconsider({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  await client.query('begin');
  await client.query({
    name: 'reconsider',
    text: `update fantasy.rosters set slot = 'bench', price = price + 1 where team_id = $1`,
    values: [teamOf(random.between(1, demo.leagues), random)],
  });
  await client.query('rollback');
  return 'rolled back';
}

async function drawNumbers({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  await client.query({
    name: 'numbers',
    text: `insert into audit.events (kind, happened_at, subject, after)
           values ('invitation', clock_timestamp(), 'league ' || $1::int, jsonb_build_object(
             'number', nextval('fantasy.invitation_numbers'), 'priority', nextval('fantasy.waiver_priority')))`,
    values: [random.between(1, demo.leagues)],
  });
  return 'committed';
}

async function replacePortrait({ client, random, demo }: TransactionContext): Promise<TransactionOutcome> {
  await client.query({
    name: 'portrait',
    text: `update league.players set updated_at = clock_timestamp(),
             portrait = (select string_agg(sha256(int8send($2::bigint + k)), '') from generate_series(1, 80) k) where id = $1`,
    values: [random.between(6, demo.players), random.between(1, 1_000_000)],
  });
  return 'committed';
}

function liveGame(random: Random): number {
  return random.between(1, LIVE_GAMES);
}

function teamOf(league: number, random: Random): number {
  return (league - 1) * TEAMS_PER_LEAGUE + random.between(1, TEAMS_PER_LEAGUE);
}
