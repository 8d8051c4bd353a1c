create table fantasy.users (
  id uuid primary key,
  handle fantasy.handle not null unique,
  email text not null,
  joined_at timestamptz not null,
  last_address inet,
  last_seen_within interval,
  favourite_clubs smallint[] not null default '{}',
  preferences jsonb not null default '{}',
  legacy_profile json,
  password_digest bytea not null,
  active boolean not null default true
);

create table fantasy.leagues (
  id integer generated always as identity primary key,
  name text not null,
  commissioner uuid not null references fantasy.users,
  season smallint not null,
  salary_band fantasy.salary_range not null,
  draft_window tstzrange not null,
  blackout_dates datemultirange not null default '{}',
  trades_made bigint not null default 0,
  points_scored numeric not null default 0
);
comment on column fantasy.leagues.trades_made is 'a hot counter: every accepted trade of the league adds one';

create table fantasy.scoring_rules (
  league_id integer not null references fantasy.leagues on delete cascade,
  statistic text not null,
  points numeric(6, 3) not null,
  primary key (league_id, statistic)
);

create table fantasy.teams (
  id integer generated always as identity primary key,
  league_id integer not null references fantasy.leagues on delete cascade,
  owner_id uuid not null references fantasy.users,
  name text not null,
  motto text,
  budget fantasy.money_amount not null,
  wins integer not null default 0,
  losses integer not null default 0,
  points numeric(14, 3) not null default 0,
  win_share numeric generated always as (
    case when wins + losses = 0 then 0 else round(wins::numeric / (wins + losses), 4) end
  ) stored,
  updated_at timestamptz not null default now(),
  unique (league_id, name)
);

create table fantasy.rosters (
  team_id integer not null references fantasy.teams on delete cascade,
  player_id integer not null references league.players,
  slot text not null default 'bench',
  acquired_at timestamptz not null,
  price fantasy.money_amount not null,
  primary key (team_id, player_id)
);

create table fantasy.trades (
  id bigint generated always as identity primary key,
  league_id integer not null references fantasy.leagues,
  from_team integer not null references fantasy.teams,
  to_team integer not null references fantasy.teams,
  player_id integer not null references league.players,
  state fantasy.trade_state not null default 'proposed',
  proposed_at timestamptz not null,
  decided_at timestamptz,
  terms jsonb not null default '{}',
  check (from_team <> to_team)
);

create table fantasy.draft_picks (
  league_id integer not null references fantasy.leagues on delete cascade,
  round smallint not null,
  pick smallint not null,
  team_id integer not null references fantasy.teams,
  player_id integer references league.players,
  primary key (league_id, round, pick)
);

-- One statement per key under ON CONFLICT: the row that everybody updates.
create table fantasy.counters (
  name text primary key,
  value bigint not null
) with (fillfactor = 50);

create table fantasy.private_notes (
  id bigint generated always as identity primary key,
  author uuid not null references fantasy.users,
  team_id integer not null references fantasy.teams on delete cascade,
  body text not null,
  written_at timestamptz not null
);

create sequence fantasy.invitation_numbers start 1000 increment 7 cache 20;
create sequence fantasy.waiver_priority as smallint maxvalue 32000 cycle;
create sequence fantasy.season_countdown increment -1 minvalue -1000000 maxvalue 0 start 0;
