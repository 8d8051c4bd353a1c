alter table fantasy.private_notes enable row level security;
create policy author_only on fantasy.private_notes for all to public
  using (author::text = current_setting('demo.user_id', true));
create policy commissioner_reads on fantasy.private_notes for select to "Démo Commissioner" using (true);
create policy application_serves_everyone on fantasy.private_notes for all to demo_app using (true);
create policy short_notes on fantasy.private_notes as restrictive for insert with check (length(body) <= 2000);

grant usage on schema league, fantasy, stats to demo_app, demo_reader;
grant usage on schema "Front Office" to "Démo Commissioner";
grant select on all tables in schema league, fantasy, stats to demo_reader;
grant select, insert, update, delete on all tables in schema fantasy, stats to demo_app;
grant select, update (home_score, away_score, box) on league.games to demo_app;
grant select, update (portrait, updated_at) on league.players to demo_app;
grant usage on schema audit to demo_app;
grant insert on audit.events to demo_app;
grant execute on function stats.refresh_averages() to demo_app;
grant usage, select on all sequences in schema fantasy to demo_app;
grant select ("Season", "Größe der Liga") on "Front Office"."Salary Cap" to "Démo Commissioner" with grant option;
grant execute on function fantasy.touch() to demo_app;
revoke all on fantasy.users from demo_reader;
grant select (id, handle, joined_at) on fantasy.users to demo_reader;
revoke execute on function audit.record_change() from public;

alter default privileges in schema fantasy grant select on tables to demo_reader;
alter default privileges in schema fantasy grant usage on sequences to demo_app;
alter default privileges in schema audit revoke all on tables from public;
