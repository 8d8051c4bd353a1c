import type { FenceFunction } from './fence-functions.ts';

/**
 * Keeps one role of `fence_roles` out because its password leaked, whatever the lease says. Each locks the row of the lease, as the
 * fence does: it saves a role that is kept out here as one without LOGIN, and so does not let it in when it is lifted.
 */
export const isolationFunctions: readonly FenceFunction[] = [
  {
    name: 'isolation',
    parameters: 'of_role name',
    types: 'name',
    returns:
      'table (oid oid, is_named boolean, can_login boolean, is_isolated boolean, is_fenced boolean, sessions integer)',
    language: 'sql',
    isCalled: true,
    body: `select r.oid, r.rolname = any (gameday.fence_roles()), r.rolcanlogin,
  exists (select from gameday.isolated_role i where i.role = r.rolname), exists (select from gameday.fenced_role f where f.role = r.rolname),
  (select count(*)::integer from pg_stat_activity a where a.usesysid = r.oid and a.pid <> pg_backend_pid())
 from pg_roles r where r.rolname = of_role`,
  },
  {
    // Returns how many sessions it ended, null where nothing was done. NOLOGIN keeps out who comes later than its commit: called again.
    name: 'isolate_role',
    parameters: 'of_role name',
    types: 'name',
    returns: 'integer',
    language: 'plpgsql',
    isCalled: true,
    body: `declare
  found_role record;
  ended integer;
begin
  perform from gameday.lease for update;
  select oid, rolcanlogin into found_role from pg_roles where rolname = of_role and rolname = any (gameday.fence_roles());
  if not found or exists (select from gameday.fenced_role f where f.role = of_role) then
    return null;
  end if;
  if found_role.rolcanlogin then
    insert into gameday.isolated_role (role) values (of_role) on conflict (role) do update set since = clock_timestamp();
    execute format('alter role %I nologin password null', of_role);
  elsif not exists (select from gameday.isolated_role i where i.role = of_role) then
    return null;
  end if;
  select count(pg_terminate_backend(a.pid)) into ended from pg_stat_activity a
    where a.usesysid = found_role.oid and a.pid <> pg_backend_pid();
  return ended;
end`,
  },
  {
    // By a person, after the password was changed. A role that is kept out by the fence is let in by nobody else.
    name: 'release_role',
    parameters: 'of_role name',
    types: 'name',
    returns: 'boolean',
    language: 'plpgsql',
    isCalled: true,
    body: `begin
  perform from gameday.lease for update;
  if exists (select from gameday.fenced_role f where f.role = of_role) then
    raise exception using errcode = 'object_not_in_prerequisite_state', message = format('role %L is kept out by the fence', of_role),
      hint = 'Lift the fence first.';
  end if;
  delete from gameday.isolated_role i where i.role = of_role;
  if not found or not exists (select from pg_roles where rolname = of_role) then
    return false;
  end if;
  execute format('alter role %I login', of_role);
  return true;
end`,
  },
];
