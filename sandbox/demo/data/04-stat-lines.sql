-- Run once per block of games: demo.first_game to demo.last_game. Twenty-four players take part in a game.
insert into stats.stat_lines (game_id, player_id, played_on, minutes, points, rebounds, assists, steals, blocks, turnovers,
                              shot_chart, plus_minus, rating, comment, recorded_at)
select g.id, 1 + (g.id * 7 + k * 25) % 600, g.played_on, make_interval(secs => 300 + (h & 2047)::int), (h >> 11) % 45, (h >> 17) % 18,
       (h >> 22) % 15, (h >> 26) % 6, (h >> 29) % 6, (h >> 32) % 9,
       array[(h >> 35) & 15, (h >> 39) & 15, (h >> 43) & 15, (h >> 47) & 15]::smallint[], ((h >> 51) & 63) - 32,
       case when k % 9 <> 0 then ((h >> 13) & 65535) / 1000.0 end, case when h % 17 = 0 then 'Double-double in the first half, sat out the rest' end,
       g.tip_off + interval '150 minutes'
  from league.games g, generate_series(0, 23) k, lateral (select pg_temp.pick(g.id * 32 + k, 45, 9223372036854775807) as h) random
 where g.id between current_setting('demo.first_game')::int and current_setting('demo.last_game')::int;
