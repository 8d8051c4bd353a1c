import pg from 'pg';

export type FenceFunction = {
  readonly name: string;
  readonly parameters: string;
  /** As `oidvectortypes` writes them. */
  readonly types: string;
  readonly returns: string;
  readonly language: 'sql' | 'plpgsql';
  /** Called by the role of the fence; the others by these alone. */
  readonly isCalled: boolean;
  readonly body: string;
};

const state = `table (now timestamptz, epoch bigint, valid_until timestamptz, fenced_epoch bigint, mode text, by_person boolean,
  accepts boolean, fenced name[], dead_man_at timestamptz)`;

/** The condition of `acceptsWrites` in shared/domain/lease/validity.ts. */
const accepts = 'l.epoch > l.fenced_epoch and clock_timestamp() < l.valid_until';

/**
 * The fence inside the database. ALTER ROLE … NOLOGIN wants CREATEROLE and ADMIN OPTION, so these run as the master user who
 * made them: on the roles that are written into `fence_roles` and on no others. Every one locks the row of the lease first:
 * a renewal, a fence and the dead-man come one after the other.
 */
export const fenceFunctions = (roles: readonly string[]): readonly FenceFunction[] => [
  {
    name: 'fence_roles',
    parameters: '',
    types: '',
    returns: 'name[]',
    language: 'sql',
    isCalled: false,
    body: `select array[${roles.map((role) => pg.escapeLiteral(role)).join(', ')}]::name[]`,
  },
  {
    // A role is saved once: a second fence must not take NOLOGIN for what it was.
    name: 'put_up_fence',
    parameters: '',
    types: '',
    returns: 'void',
    language: 'plpgsql',
    isCalled: false,
    body: `declare
  wanted name;
  found_role record;
begin
  foreach wanted in array gameday.fence_roles() loop
    begin
      select rolcanlogin, rolconnlimit into found_role from pg_roles where rolname = wanted;
      if found and (found_role.rolcanlogin or found_role.rolconnlimit <> 0) then
        insert into gameday.fenced_role (role, can_login, connection_limit)
          values (wanted, found_role.rolcanlogin, found_role.rolconnlimit) on conflict (role) do nothing;
        execute format('alter role %I nologin connection limit 0', wanted);
      end if;
    exception when others then
      -- One role that cannot be kept out lets none of the others in.
      raise warning 'role % is not fenced: %', wanted, sqlerrm;
    end;
  end loop;
end`,
  },
  {
    name: 'take_down_fence',
    parameters: '',
    types: '',
    returns: 'void',
    language: 'plpgsql',
    isCalled: false,
    body: `declare
  saved record;
begin
  for saved in select * from gameday.fenced_role order by role loop
    if exists (select from pg_roles where rolname = saved.role) then
      execute format('alter role %I %s connection limit %s', saved.role,
        case when saved.can_login then 'login' else 'nologin' end, saved.connection_limit);
    end if;
    delete from gameday.fenced_role where role = saved.role;
  end loop;
end`,
  },
  {
    name: 'read_lease',
    parameters: '',
    types: '',
    returns: state,
    language: 'sql',
    isCalled: true,
    body: `select clock_timestamp(), l.epoch, l.valid_until, l.fenced_epoch, l.mode, l.by_person, ${accepts},
  array(select f.role from gameday.fenced_role f order by f.role), l.dead_man_at from gameday.lease l`,
  },
  {
    name: 'fence_faults',
    parameters: '',
    types: '',
    returns: 'table (role name, problem text)',
    language: 'sql',
    isCalled: true,
    body: `with wanted as (
  select w.role, r.oid, r.rolsuper, r.rolcreaterole from unnest(gameday.fence_roles()) w (role) left join pg_roles r on r.rolname = w.role),
administrators as (select oid from pg_roles where rolname = 'rds_superuser')
select role, case when oid is null then 'does not exist'
    when rolsuper or rolcreaterole or exists (select from administrators a where pg_has_role(wanted.oid, a.oid, 'member')) then 'administers the instance'
    when not (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) then format('%I, whose function fences it, has no CREATEROLE', current_user)
    else format('%I, whose function fences it, has no ADMIN OPTION on it', current_user) end
  from wanted
 where oid is null or rolsuper or rolcreaterole or exists (select from administrators a where pg_has_role(wanted.oid, a.oid, 'member'))
    or not (select rolcreaterole or rolsuper from pg_roles where rolname = current_user)
    or (current_setting('server_version_num')::int >= 160000 and not pg_has_role(current_user, oid, 'member with admin option'))
union all
select wanted.role, format('%I logs in with its privileges and is not named', m.rolname)
  from wanted join pg_roles m on m.rolcanlogin and m.oid <> wanted.oid and m.rolname <> all (gameday.fence_roles())
   and m.rolname <> session_user and not m.rolsuper and not m.rolcreaterole
   and m.rolname !~ '^gameday(_|$)'
   and pg_has_role(m.oid, wanted.oid, case when current_setting('server_version_num')::int >= 160000 then 'set, usage' else 'member' end)`,
  },
  {
    // Returns how many it found: NOLOGIN keeps out who comes later than its commit, so it is called again until there is none.
    name: 'end_sessions',
    parameters: 'of_master boolean',
    types: 'boolean',
    returns: 'integer',
    language: 'sql',
    isCalled: true,
    body: `select count(pg_terminate_backend(a.pid))::integer from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
 where a.pid <> pg_backend_pid() and (r.rolname in (select f.role from gameday.fenced_role f) or (of_master and r.rolname = current_user))`,
  },
  {
    // extend() of validity.ts. Only a lease that is held turns the dead-man on; it is turned off at once.
    name: 'extend_lease',
    parameters: 'of_epoch bigint, until timestamptz, wanted_mode text',
    types: 'bigint, timestamp with time zone, text',
    returns: 'boolean',
    language: 'plpgsql',
    isCalled: true,
    body: `declare
  is_held boolean;
  l gameday.lease;
begin
  if until > clock_timestamp() + interval '10 minutes' then
    raise exception using errcode = 'invalid_parameter_value',
      message = format('lease is to be valid until %s, at most ten minutes from now are required', until);
  end if;
  select * into strict l from gameday.lease for update;
  is_held := of_epoch is not null and of_epoch > l.fenced_epoch and of_epoch >= l.epoch;
  if is_held then
    update gameday.lease set epoch = of_epoch, valid_until = case when of_epoch = l.epoch then greatest(l.valid_until, until) else until end;
  end if;
  if is_held or wanted_mode <> 'enforce' then
    update gameday.lease set mode = wanted_mode;
  end if;
  select * into strict l from gameday.lease;
  if not l.by_person and (${accepts} or l.mode <> 'enforce') then
    perform gameday.take_down_fence();
  end if;
  return ${accepts};
end`,
  },
  {
    name: 'fence',
    parameters: 'of_epoch bigint, of_person boolean',
    types: 'bigint, boolean',
    returns: 'table (roles name[], ended integer)',
    language: 'plpgsql',
    isCalled: true,
    body: `begin
  perform from gameday.lease for update;
  update gameday.lease set fenced_epoch = greatest(fenced_epoch, of_epoch), by_person = by_person or of_person;
  perform gameday.put_up_fence();
  return query select array(select f.role from gameday.fenced_role f order by f.role), gameday.end_sessions(false);
end`,
  },
  {
    // Each call also ends whoever came in before the commit of the last one.
    name: 'fence_when_stale',
    parameters: '',
    types: '',
    returns: 'boolean',
    language: 'plpgsql',
    isCalled: true,
    body: `declare
  l gameday.lease;
begin
  select * into strict l from gameday.lease for update;
  update gameday.lease set dead_man_at = clock_timestamp();
  if l.by_person or (l.mode = 'enforce' and not (${accepts})) then
    perform gameday.put_up_fence();
    perform gameday.end_sessions(false);
    return true;
  end if;
  return false;
end`,
  },
  {
    name: 'lift_fence',
    parameters: 'of_epoch bigint',
    types: 'bigint',
    returns: 'name[]',
    language: 'plpgsql',
    isCalled: true,
    body: `declare
  l gameday.lease;
  lifted name[];
begin
  select * into strict l from gameday.lease for update;
  if l.fenced_epoch <> of_epoch then
    raise exception using errcode = 'object_not_in_prerequisite_state',
      message = format('fence is of epoch %s, the one to be lifted of %s', l.fenced_epoch, of_epoch);
  end if;
  update gameday.lease set by_person = false;
  if l.mode = 'enforce' and not (${accepts}) then
    return array[]::name[];
  end if;
  lifted := array(select f.role from gameday.fenced_role f order by f.role);
  perform gameday.take_down_fence();
  return lifted;
end`,
  },
];
