-- Roles belong to the instance, not to the database: they may be there already.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['demo_app', 'demo_reader', 'demo_analyst', 'Démo Commissioner'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
end
$$;
grant demo_reader to demo_analyst;

create extension if not exists pg_trgm schema public;
create extension if not exists btree_gist schema public;
create extension if not exists citext schema public;

create schema league;
create schema fantasy;
create schema stats;
create schema audit;
create schema "Front Office";
comment on schema league is 'the real sport: clubs, players, games';
comment on schema fantasy is 'the game that people play about it';
comment on schema "Front Office" is 'names that need quotes';
