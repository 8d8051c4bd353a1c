-- Partitioned by month of play; one month is partitioned again, by hash, and what fits nowhere has a place.
create table stats.stat_lines (
  game_id integer not null,
  player_id integer not null,
  played_on date not null,
  minutes interval not null,
  points stats.made_count not null,
  rebounds stats.made_count not null,
  assists stats.made_count not null,
  steals stats.made_count not null,
  blocks stats.made_count not null,
  turnovers stats.made_count not null,
  shot_chart smallint[] not null,
  plus_minus real not null,
  rating double precision,
  comment text,
  recorded_at timestamptz not null
) partition by range (played_on);

do $$
declare
  month date;
begin
  for month in select generate_series(date '2024-10-01', date '2025-06-01', interval '1 month') loop
    if month = date '2025-01-01' then
      execute format('create table stats.stat_lines_%s partition of stats.stat_lines for values from (%L) to (%L)
        partition by hash (player_id)', to_char(month, 'YYYY_MM'), month, month + interval '1 month');
      for part in 0..2 loop
        execute format('create table stats.stat_lines_%s_h%s partition of stats.stat_lines_%s
          for values with (modulus 3, remainder %s)', to_char(month, 'YYYY_MM'), part, to_char(month, 'YYYY_MM'), part);
      end loop;
    else
      execute format('create table stats.stat_lines_%s partition of stats.stat_lines for values from (%L) to (%L)',
        to_char(month, 'YYYY_MM'), month, month + interval '1 month');
    end if;
  end loop;
end
$$;
create table stats.stat_lines_other partition of stats.stat_lines default;

-- No primary key: a log of what the feed sent.
create table stats.feed_messages (
  received_at timestamptz not null,
  source text not null,
  payload jsonb not null
);
create unlogged table stats.live_scores (
  game_id integer primary key,
  home_score smallint not null,
  away_score smallint not null,
  clock interval not null
);
create table stats.injury_reports (
  id bigint generated always as identity primary key,
  player_id integer not null references league.players,
  out_until date,
  severity numrange not null
);
comment on table stats.injury_reports is 'empty: nobody is hurt';
