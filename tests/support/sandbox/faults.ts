import path from 'node:path';
import type pg from 'pg';
import {
  flipBitInIndex,
  flipBitInRow,
  relationFile,
  truncateLastPage,
  zeroPage,
} from '../../../sandbox/postgres/damage.ts';
import type { RungName } from '../../../shared/contracts/verification.ts';
import { type BackupFixture, type Hook, invokes } from './backup.ts';

/** Where a fault strikes: the snapshot's files before they are restored, or the running copy before it is looked at. */
type Damage =
  | { readonly snapshot: (data: string, fileOf: (relation: string) => Promise<string>) => Promise<unknown> }
  | { readonly copy: string };

export type Fault = {
  readonly name: string;
  readonly damage: Damage;
  /** The rungs that must fail, and no others, each with an object that it must name. */
  readonly names: Partial<Record<RungName, string>>;
};

/** On the demo without writers, in a cluster without data checksums. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'one flipped bit in a heap page',
    damage: { snapshot: async (data, fileOf) => flipBitInRow(data, await fileOf('fantasy.rosters')) },
    names: { tables: 'fantasy.rosters' },
  },
  {
    name: 'one flipped bit in the last page of a partition',
    damage: {
      snapshot: async (data, fileOf) => flipBitInRow(data, await fileOf('stats.stat_lines_2025_01_h1'), 1),
    },
    names: { tables: 'stats.stat_lines_2025_01_h1' },
  },
  {
    name: 'one flipped bit in a value that is stored out of line',
    damage: { snapshot: async (data, fileOf) => flipBitInRow(data, await fileOf('toast of league.players')) },
    names: { tables: 'league.players' },
  },
  {
    name: 'one flipped bit in a materialised view',
    damage: { snapshot: async (data, fileOf) => flipBitInRow(data, await fileOf('stats.player_averages')) },
    names: { tables: 'stats.player_averages' },
  },
  {
    name: 'a zeroed page',
    damage: { snapshot: async (data, fileOf) => zeroPage(data, await fileOf('stats.stat_lines_2024_11')) },
    names: { tables: 'stats.stat_lines_2024_11' },
  },
  {
    name: 'a lost last page',
    damage: { snapshot: async (data, fileOf) => truncateLastPage(data, await fileOf('league.games')) },
    names: { tables: 'league.games' },
  },
  {
    name: 'one updated value',
    damage: { copy: 'update league.players set salary = salary + 0.01 where id = 7' },
    names: { tables: 'league.players' },
  },
  {
    name: 'one value that is equal and not the same',
    damage: {
      copy: 'update fantasy.leagues set points_scored = points_scored + 0.0000000000 where ctid = (select min(ctid) from fantasy.leagues)',
    },
    names: { tables: 'fantasy.leagues' },
  },
  {
    name: 'one deleted row',
    damage: { copy: 'delete from fantasy.draft_picks where ctid = (select max(ctid) from fantasy.draft_picks)' },
    names: { tables: 'fantasy.draft_picks' },
  },
  {
    name: 'a deleted large object',
    damage: { copy: 'select lo_unlink((select min(oid) from pg_largeobject_metadata))' },
    names: { schema: 'pg_catalog.pg_largeobject_metadata', tables: 'pg_catalog.pg_largeobject' },
  },
  {
    name: 'a missing table',
    damage: { copy: 'drop table "Front Office"."Salary Cap Notes"' },
    names: { schema: 'relation "Front Office"."Salary Cap Notes"', tables: '"Front Office"."Salary Cap Notes"' },
  },
  {
    name: 'a missing table without rows',
    damage: { copy: 'drop table stats.injury_reports' },
    names: {
      schema: 'relation stats.injury_reports',
      sequences: 'sequence stats.injury_reports_id_seq',
      tables: 'stats.injury_reports',
    },
  },
  {
    name: 'an emptied table',
    damage: { copy: 'truncate stats.feed_messages' },
    names: { schema: 'table stats.feed_messages', tables: 'stats.feed_messages' },
  },
  {
    name: 'a dropped index',
    damage: { copy: 'drop index league.games_season' },
    names: { schema: 'index league.games_season' },
  },
  {
    name: 'a sequence set back',
    damage: { copy: "select setval('league.players_id_seq', 1)" },
    names: { sequences: 'sequence league.players_id_seq' },
  },
  {
    name: 'a lost privilege',
    damage: { copy: 'revoke select on fantasy.teams from demo_reader' },
    names: { schema: 'relation fantasy.teams' },
  },
  {
    name: 'a lost privilege on a column',
    damage: { copy: 'revoke update (home_score) on league.games from demo_app' },
    names: { schema: 'column league.games.home_score' },
  },
  {
    name: 'a lost policy',
    damage: { copy: 'drop policy author_only on fantasy.private_notes' },
    names: { schema: 'policy fantasy.private_notes author_only' },
  },
  {
    name: 'one flipped bit in an index page',
    damage: { snapshot: async (data, fileOf) => flipBitInIndex(data, await fileOf('league.games_pkey')) },
    names: { structure: 'league.games_pkey' },
  },
  {
    name: 'one flipped bit in a key of an index',
    damage: { snapshot: async (data, fileOf) => flipBitInIndex(data, await fileOf('fantasy.users_pkey'), 'key') },
    names: { structure: 'fantasy.users_pkey' },
  },
];

/** One statement each, and what the schema rung must say of it. All of them strike one copy. */
export const LOST_OBJECTS: readonly (readonly [sql: string, object: string])[] = [
  ['drop function fantasy.touch() cascade', 'function fantasy.touch()'],
  ['alter table fantasy.trades disable trigger trades_audit', 'trigger fantasy.trades trades_audit'],
  ['alter table fantasy.trades drop constraint trades_check', 'constraint fantasy.trades trades_check'],
  ['alter table fantasy.teams alter wins drop default', 'column fantasy.teams.wins'],
  ['alter table fantasy.rosters alter slot drop not null', 'column fantasy.rosters.slot'],
  ['alter table fantasy.private_notes disable row level security', 'relation fantasy.private_notes'],
  ['drop view fantasy.standings', 'relation fantasy.standings'],
  [
    'create or replace view fantasy.active_users as select id, handle, joined_at from fantasy.users',
    'relation fantasy.active_users',
  ],
  ["comment on column league.players.body is 'as guessed'", 'comment column body of table league.players'],
  ['drop statistics league.players_position_salary', 'statistics league.players_position_salary'],
  ["alter type fantasy.trade_state add value 'expired'", 'type fantasy.trade_state'],
  [
    'alter domain fantasy.money_amount drop constraint money_amount_check',
    'constraint fantasy.money_amount money_amount_check',
  ],
  ['revoke usage on schema stats from demo_app', 'schema stats'],
  ['revoke demo_reader from demo_analyst granted by postgres', 'membership demo_analyst in demo_reader by postgres'],
  ['alter role demo_app reset statement_timeout', 'setting role demo_app database all'],
  [
    'alter default privileges for role demo_owner in schema fantasy revoke select on tables from demo_reader',
    'default privileges demo_owner fantasy r',
  ],
  ['alter sequence fantasy.waiver_priority no cycle', 'sequence fantasy.waiver_priority'],
  ['alter index league.players_lower_name set (fillfactor = 50)', 'index league.players_lower_name'],
];

/** The hook that lets a fault strike its run at the right moment, once. */
export function strike(fixture: BackupFixture, damage: Damage): Hook {
  let struck = false;
  return async (call, next, { snapshotId, copyId }) => {
    if (!struck && 'snapshot' in damage && call.operation === 'RestoreDBInstanceFromDBSnapshot') {
      struck = true;
      const data = path.join(fixture.sandbox.rds.inspect.snapshotDirectory(fixture.sandbox.region, snapshotId), 'data');
      await damage.snapshot(data, (relation) =>
        fixture.asSuperuser(fixture.source.instance, (client) => fileOf(client, relation)),
      );
    }
    if (!struck && 'copy' in damage && invokes(call, 'verifyServer')) {
      struck = true;
      await fixture.asSuperuser(copyId, (client) => client.query(damage.copy));
    }
    return next();
  };
}

async function fileOf(client: pg.Client, relation: string): Promise<string> {
  const table = /^toast of (.+)$/.exec(relation)?.[1];
  if (table === undefined) return relationFile(client, relation);
  const sql = 'select reltoastrelid::regclass::text as name from pg_class where oid = $1::regclass';
  const { rows } = await client.query<{ name: string }>(sql, [table]);
  return relationFile(client, rows[0]?.name ?? '');
}
