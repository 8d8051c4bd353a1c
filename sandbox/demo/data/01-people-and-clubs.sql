insert into league.clubs (abbreviation, city, nickname, founded, arena_capacity, colours, payroll)
select upper(left(city, 3)), city, nickname, date '1946-06-06' + (n * 997)::int,
       15000 + pg_temp.pick(n, 1, 6000)::int, array[colour, 'white'], (90000000 + pg_temp.pick(n, 2, 90000000))::numeric::money
  from unnest(
    array['Aldermoor', 'Brightwater', 'Castlebay', 'Dunhollow', 'Eastmarch', 'Fairhaven', 'Greyford', 'Hartsville',
          'Ironbridge', 'Juniper Falls', 'Kestrel Point', 'Lakeshore', 'Marrowby', 'Northgate', 'Oakhaven', 'Pinecrest',
          'Quarry Hill', 'Ravenport', 'São Telmo', 'Thornbury', 'Umberton', 'Västervik', 'Whitecliff', 'Xanthe',
          'Yellowknoll', 'Zürichberg', 'Ashdown', 'Bellmere', 'Copperton', 'Duskfield'],
    array['Herons', 'Comets', 'Foxes', 'Gulls', 'Lanterns', 'Miners', 'Otters', 'Pilots', 'Rockets', 'Sparrows',
          'Tides', 'Wolves', 'Anvils', 'Badgers', 'Cyclones', 'Drummers', 'Engines', 'Falcons', 'Giants', 'Hornets',
          'Icebreakers', 'Jackals', 'Knights', 'Lynxes', 'Mariners', 'Nomads', 'Owls', 'Pioneers', 'Quakes', 'Rams'],
    array['red', 'blue', 'grün', 'gold', 'purple', 'teal', 'black', 'orange', 'silver', 'navy',
          'red', 'blue', 'green', 'gold', 'purple', 'teal', 'black', 'orange', 'silver', 'navy',
          'red', 'blue', 'green', 'gold', 'purple', 'teal', 'black', 'orange', 'silver', 'navy']
  ) with ordinality as club (city, nickname, colour, n);

insert into league.players (id, club_id, given_name, family_name, born, position, also_plays, body, salary, contract,
                            biography, portrait, updated_at)
select n, case when n % 40 <> 0 then 1 + (n % 30) end,
       (array['Ade', 'Björn', 'Carlos', 'Dušan', 'Emre', 'Felix', 'Goran', 'Hiro', 'Ivan', 'Jamal', 'Kofi', 'Łukasz',
              'Marcus', 'Nikos', 'Omar', 'Paulo', 'Quincy', 'Rémi', 'Sandro', 'Tariq'])[1 + pg_temp.pick(n, 3, 20)],
       (array['Adeyemi', 'Brandt', 'Castellano', 'Dragović', 'Eriksen', 'Fontaine', 'Grigoryan', 'Halloran', 'Ishikawa',
              'Jankowski', 'Karlsson', 'Lindqvist', 'Mbeki', 'Nakamura', 'O''Rourke', 'Petrov', 'Quintero', 'Rasmussen',
              'Søndergaard', 'Tanaka', 'Ünal', 'Vasquez', 'Whitlock', 'Yilmaz', 'Živković'])[1 + pg_temp.pick(n, 4, 25)],
       date '1984-01-01' + pg_temp.pick(n, 5, 7300)::int,
       (enum_range(null::league.position))[1 + pg_temp.pick(n, 6, 5)],
       case when n % 3 = 0 then array['SG', 'SF']::league.position[] else '{}' end,
       case when n % 11 <> 0 then
         row(180 + pg_temp.pick(n, 7, 45), 75 + pg_temp.pick(n, 8, 6000) / 100.0, 185 + pg_temp.pick(n, 9, 50))::league.measurements
       end,
       1000000 + pg_temp.pick(n, 10, 4500000000) / 100.0,
       daterange(date '2021-07-01' + (pg_temp.pick(n, 11, 4) * 365)::int, date '2026-07-01' + (pg_temp.pick(n, 12, 4) * 365)::int),
       case when n % 4 = 0 then repeat('Played for ' || pg_temp.pick(n, 13, 9) || ' clubs; known for quiet defence. ', 1 + pg_temp.pick(n, 14, 60)::int) end,
       -- 3,200 bytes that do not compress: stored out of line.
       case when n % 5 = 0 then (select string_agg(sha256(int8send(n * 1000 + k)), '' order by k) from generate_series(1, 100) k) end,
       timestamptz '2025-06-30 12:00+00' - make_interval(mins => pg_temp.pick(n, 15, 500000)::int)
  from generate_series(1, 600) n;
select setval(pg_get_serial_sequence('league.players', 'id'), 600);

insert into league.transactions (happened_on, player_id, note)
select date '2024-07-01' + pg_temp.pick(n, 16, 360)::int, 1 + pg_temp.pick(n, 17, 600), 'waived, then claimed by another club'
  from generate_series(1, 150) n;
insert into league.free_agent_signings (happened_on, player_id, note, agent_fee)
select date '2024-07-01' + pg_temp.pick(n, 18, 360)::int, 1 + pg_temp.pick(n, 19, 600), 'signed as a free agent', pg_temp.pick(n, 20, 9000000) / 100.0
  from generate_series(1, 90) n;

insert into "Front Office"."Salary Cap"
select 2000 + n, 35500000 * power(1.06, n)::numeric, 29 + n % 2, time with time zone '19:30:00+01' + make_interval(mins => n),
       case n % 3 when 0 then true when 1 then false end, 'a "quoted" \ value' || chr(10) || 'on two lines'
  from generate_series(1, 26) n;
insert into "Front Office"."Größenwahn's ""Dream Team""" ("名前", "ordre d'arrivée")
select given_name || ' “' || family_name || '”', nullif(id % 7, 0) from league.players where id % 9 = 0 order by id;
insert into "Front Office"."Salary Cap Notes"
select md5(n::text)::uuid, 2001 + n % 26, 'Über den Deckel: ' || repeat('§', n) from generate_series(1, 52) n;
select setval('"Front Office"."Ticket #"', 4711);
