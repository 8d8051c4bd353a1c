insert into stats.feed_messages (received_at, source, payload)
select g.tip_off + make_interval(mins => k * 10), (array['arena', 'press', 'scorer'])[1 + k % 3],
       jsonb_build_object('game', g.id, 'clock', 720 - k * 40, 'event', (array['rebound', 'shot', 'foul', 'timeout'])[1 + pg_temp.pick(g.id * 8 + k, 46, 4)],
                          'where', jsonb_build_array(pg_temp.pick(g.id * 8 + k, 47, 94), pg_temp.pick(g.id * 8 + k, 48, 50)), 'digest', md5((g.id * 8 + k)::text))
  from league.games g, generate_series(0, 3) k
 where g.id between current_setting('demo.first_game')::int and current_setting('demo.last_game')::int;

insert into audit.events (kind, happened_at, actor, subject, before, after)
select (array['trade', 'login', 'logout', 'score', 'score', 'export'])[1 + pg_temp.pick(g.id * 2 + k, 49, 6)], g.tip_off + make_interval(secs => k), 'demo_app', 'game ' || g.id,
       case when k = 0 then null else jsonb_build_object('home', 0, 'away', 0) end, jsonb_build_object('home', g.home_score, 'away', g.away_score, 'overtime', g.overtime)
  from league.games g, generate_series(0, 1) k
 where g.id between current_setting('demo.first_game')::int and current_setting('demo.last_game')::int;
