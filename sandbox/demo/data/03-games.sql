insert into league.games (id, season, played_on, tip_off, home_club, away_club, home_score, away_score, overtime, officials, box)
select n, 2025, day, (day + time '18:00' + make_interval(mins => n % 8 * 30)) at time zone 'UTC', 1 + n % 30, 1 + (n + 1 + n / 30 % 28) % 30,
       85 + pg_temp.pick(n, 38, 50), 85 + pg_temp.pick(n, 39, 50), case when n % 19 = 0 then interval '5 minutes' else interval '0' end,
       array['Referee ' || n % 60, 'Umpire ' || n % 59],
       jsonb_build_object('attendance', 12000 + pg_temp.pick(n, 40, 8000), 'quarters', jsonb_build_array(pg_temp.pick(n, 41, 40), pg_temp.pick(n, 42, 40), pg_temp.pick(n, 43, 40), pg_temp.pick(n, 44, 40)))
  from (select n, date '2024-10-01' + n % 270 as day from generate_series(1, current_setting('demo.games')::int) n) game;

insert into league.arena_bookings (club_id, game_id, during)
select home_club, id, tstzrange(timestamptz '2024-10-01 00:00+00' + make_interval(hours => 3 * id), timestamptz '2024-10-01 02:00+00' + make_interval(hours => 3 * id))
  from league.games where id <= 500;
insert into stats.live_scores (game_id, home_score, away_score, clock)
select id, home_score, away_score, make_interval(secs => 2880 - id) from league.games where id <= 30;
