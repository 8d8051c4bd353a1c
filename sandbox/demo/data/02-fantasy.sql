insert into fantasy.users (id, handle, email, joined_at, last_address, last_seen_within, favourite_clubs, preferences,
                           legacy_profile, password_digest, active)
select md5('user ' || n)::uuid, 'Coach_' || n, 'coach' || n || '@example.com',
       timestamptz '2020-01-01 00:00+00' + make_interval(secs => pg_temp.pick(n, 21, 170000000)::int),
       case when n % 4 = 0 then ('2001:db8::' || to_hex(n))::inet else ('10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256)::inet end,
       make_interval(days => pg_temp.pick(n, 22, 300)::int, secs => pg_temp.pick(n, 23, 86400)::int),
       array[1 + pg_temp.pick(n, 24, 30), 1 + pg_temp.pick(n, 25, 30)]::smallint[],
       jsonb_build_object('theme', case when n % 2 = 0 then 'dark' else 'light' end, 'email', jsonb_build_object('weekly', n % 3 = 0, 'trades', true), 'pins', pg_temp.pick(n, 26, 10000)),
       case when n % 10 = 0 then ('{"b":  1.50, "a": [1,2 , 3], "b": ' || n || '}')::json end,
       sha256(int8send(n)), n % 13 <> 0
  from generate_series(1, current_setting('demo.users')::int) n;

insert into fantasy.leagues (name, commissioner, season, salary_band, draft_window, blackout_dates)
select 'League ' || n || case when n % 5 = 0 then ' – Élite' else '' end, md5('user ' || n)::uuid, 2025,
       fantasy.salary_range(100 + pg_temp.pick(n, 27, 100), 250.50 + pg_temp.pick(n, 28, 100)),
       tstzrange(timestamptz '2024-09-20 18:00+00' + make_interval(hours => n::int % 200), timestamptz '2024-09-30 18:00+00', '[)'),
       case when n % 2 = 0 then '{[2024-12-24,2024-12-27),[2025-02-14,2025-02-17)}'::datemultirange else '{}' end
  from generate_series(1, current_setting('demo.users')::int / 10) n;

insert into fantasy.scoring_rules (league_id, statistic, points)
select l.id, rule.statistic, rule.points + l.id % 3 * 0.125
  from fantasy.leagues l, (values ('points', 1), ('rebounds', 1.2), ('assists', 1.5), ('steals', 3), ('blocks', 3), ('turnovers', -1)) rule (statistic, points);

-- Ten teams in a league, each owned by a user of its own.
insert into fantasy.teams (league_id, owner_id, name, motto, budget, wins, losses, points, updated_at)
select l.id, md5('user ' || (1 + ((l.id - 1) * 10 + k) % current_setting('demo.users')::int))::uuid,
       (array['Airballs', 'Brickmasters', 'Cherrypickers', 'Dunkin’ Grannies', 'Full Court Stress', 'Hoop Dreams', 'Net Gains', 'Rim Reapers', 'Zone Offence', 'Ärger & Söhne'])[k + 1],
       case when k % 2 = 0 then 'never ''foul'' a shooter' end, 200 - pg_temp.pick(l.id * 10 + k, 29, 9000) / 100.0,
       pg_temp.pick(l.id * 10 + k, 30, 40)::int, pg_temp.pick(l.id * 10 + k, 31, 40)::int, pg_temp.pick(l.id * 10 + k, 32, 9000000) / 1000.0,
       timestamptz '2025-06-30 12:00+00'
  from fantasy.leagues l, generate_series(0, 9) k order by l.id, k;

-- Thirteen players to a team; nobody plays for two teams of one league.
insert into fantasy.rosters (team_id, player_id, slot, acquired_at, price)
select t.id, 1 + ((t.id - 1) % 10 * 13 + k + t.league_id * 7) % 600, (array['PG', 'SG', 'SF', 'PF', 'C', 'bench'])[1 + least(k, 5)],
       timestamptz '2024-10-01 00:00+00' + make_interval(hours => k), 1 + pg_temp.pick(t.id * 20 + k, 33, 6000) / 100.0
  from fantasy.teams t, generate_series(0, 12) k;

insert into fantasy.draft_picks (league_id, round, pick, team_id, player_id)
select t.league_id, k + 1, 1 + (t.id - 1) % 10, t.id, case when k < 12 then 1 + ((t.id - 1) % 10 * 13 + k + t.league_id * 7) % 600 end
  from fantasy.teams t, generate_series(0, 12) k;

insert into fantasy.trades (league_id, from_team, to_team, player_id, state, proposed_at, decided_at, terms)
select t.league_id, t.id, t.id + case when t.id % 10 = 0 then -1 else 1 end, 1 + pg_temp.pick(t.id * 3 + k, 34, 600),
       (enum_range(null::fantasy.trade_state))[1 + pg_temp.pick(t.id * 3 + k, 35, 5)],
       timestamptz '2024-11-01 00:00+00' + make_interval(mins => (t.id * 3 + k)::int % 300000),
       case when k > 0 then timestamptz '2024-11-02 00:00+00' + make_interval(mins => (t.id * 3 + k)::int % 300000) end,
       jsonb_build_object('cash', round(pg_temp.pick(t.id * 3 + k, 36, 5000) / 100.0, 2), 'picks', jsonb_build_array(k, k + 1))
  from fantasy.teams t, generate_series(0, 2) k;

insert into fantasy.counters (name, value)
select 'counter ' || n, 0 from generate_series(1, 20) n;
insert into fantasy.private_notes (author, team_id, body, written_at)
select t.owner_id, t.id, 'trade bait: ' || 1 + pg_temp.pick(t.id, 37, 600), timestamptz '2025-01-05 09:00+00' from fantasy.teams t where t.id % 3 = 0;
select setval('fantasy.invitation_numbers', 1000 + 7 * current_setting('demo.users')::bigint);
