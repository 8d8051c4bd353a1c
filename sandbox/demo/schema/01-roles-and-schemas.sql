-- Roles belong to the instance, not to the database: they may be there already.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['demo_owner', 'demo_app', 'demo_reader', 'demo_analyst', 'Démo Commissioner'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
end
$$;
alter role demo_app login;
grant demo_reader to demo_analyst;
-- Whoever makes something for another role must be able to become it. The master user stays a member, as on most
-- installations: so it may still change what is the owner's.
grant demo_owner to current_user;

create extension if not exists pg_trgm schema public;
create extension if not exists btree_gist schema public;
create extension if not exists citext schema public;

create schema league authorization demo_owner;
create schema fantasy authorization demo_owner;
create schema stats authorization demo_owner;
create schema audit authorization demo_owner;
create schema "Front Office" authorization demo_owner;
-- All that follows is the owner's: neither the master user nor the application has a table.
set local role demo_owner;

comment on schema league is 'the real sport: clubs, players, games';
comment on schema fantasy is 'the game that people play about it';
comment on schema "Front Office" is 'names that need quotes';
