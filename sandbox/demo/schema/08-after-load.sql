-- Indexes, triggers and views come after the rows: it is faster, and the triggers do not audit the load.
alter table stats.stat_lines add primary key (game_id, player_id, played_on);
alter table stats.stat_lines add foreign key (player_id) references league.players;
alter table stats.stat_lines add foreign key (game_id) references league.games;
create index stat_lines_player_day on stats.stat_lines (player_id, played_on desc) include (points);
create index stat_lines_day_brin on stats.stat_lines using brin (played_on);
create index feed_messages_payload on stats.feed_messages using gin (payload jsonb_path_ops);
create index feed_messages_received_brin on stats.feed_messages using brin (received_at);

create index players_search on league.players using gin (search);
create index players_family_name_trgm on league.players using gin (family_name gin_trgm_ops);
create index players_contract on league.players using gist (contract);
create index players_lower_name on league.players (lower(family_name), lower(given_name));
create index players_position_hash on league.players using hash (position);
create index games_season on league.games (season, played_on);

create unique index users_email on fantasy.users (lower(email));
create index users_active on fantasy.users (joined_at) where active;
create index users_address on fantasy.users using gist (last_address inet_ops);
create index teams_owner on fantasy.teams (owner_id);
create index trades_open on fantasy.trades (proposed_at) where state = 'proposed';
create index trades_league on fantasy.trades (league_id, id);
create index rosters_player on fantasy.rosters (player_id);
create index "Salary Cap Notes by Note" on "Front Office"."Salary Cap Notes" (note, "Season");
create statistics league.players_position_salary (dependencies, ndistinct, mcv)
  on position, salary from league.players;

create trigger teams_touch before update on fantasy.teams for each row execute function fantasy.touch();
create trigger trades_audit after insert or update or delete on fantasy.trades
  for each row execute function audit.record_change('trade');
create trigger games_audit after update of home_score, away_score on league.games
  for each row execute function audit.record_change('score');

create view fantasy.standings as
  select league_id, id as team_id, name, wins, losses, win_share, points,
         rank() over (partition by league_id order by wins desc, points desc) as place
    from fantasy.teams;
create view fantasy.active_users with (security_barrier) as
  select id, handle, joined_at from fantasy.users where active with check option;
create materialized view stats.player_averages as
  select player_id, count(*) as games, round(avg(points), 2) as points, round(avg(rebounds), 2) as rebounds,
         round(avg(assists), 2) as assists, sum(minutes) as minutes
    from stats.stat_lines group by player_id;
create unique index player_averages_player on stats.player_averages (player_id);

-- Only its owner may refresh it, and the application is none.
create function stats.refresh_averages() returns void language sql security definer set search_path = pg_catalog, pg_temp
  as 'refresh materialized view concurrently stats.player_averages';
revoke execute on function stats.refresh_averages() from public;
