const beat = `create table gameday.heartbeat (name text primary key, beat bigint not null, at timestamptz not null,
  lsn pg_lsn not null, xid xid8 not null)`;
const spy = `create function public.spy() returns trigger language plpgsql as 'begin return new; end'`;
/** What a stranger has made, or has led the master user to make, before or after the bootstrap. */
export const strangers: readonly {
  readonly title: string;
  readonly as: 'mallory' | 'master' | 'superuser';
  readonly sql: string;
  readonly problem: RegExp;
  /** Made after a bootstrap. */
  readonly later?: boolean;
}[] = [
  { title: 'a schema', as: 'mallory', sql: 'create schema gameday', problem: /schema gameday belongs to mallory/ },
  {
    title: 'a schema and a table of that name',
    as: 'master',
    sql: `create schema gameday; create table gameday.heartbeat(id int primary key, v text);
          create table gameday.other(a int)`,
    problem: /table gameday\.heartbeat has other columns.*table other in schema gameday was not made by the bootstrap/,
  },
  {
    title: 'a table of the same columns with a trigger',
    as: 'mallory',
    sql: `create schema gameday; ${beat}; ${spy};
          create trigger spy before insert on gameday.heartbeat for each row execute function public.spy()`,
    problem: /table gameday\.heartbeat has trigger spy/,
  },
  {
    title: 'a view',
    as: 'master',
    sql: `create schema gameday; create view gameday.heartbeat as select ''::text as name`,
    problem: /is no ordinary table of its own/,
  },
  {
    title: 'a partitioned table',
    as: 'master',
    sql: `create schema gameday; ${beat} partition by hash (name)`,
    problem: /is no ordinary table of its own/,
  },
  {
    title: 'a function beside ours',
    as: 'master',
    sql: `create schema gameday; create function gameday.check_all() returns void language sql as 'select'`,
    problem: /function gameday\.check_all\(\) in schema gameday was not made by the bootstrap/,
  },
  {
    title: 'an owner of the table',
    as: 'superuser',
    later: true,
    sql: 'alter table gameday.heartbeat owner to mallory',
    problem: /table heartbeat in schema gameday belongs to mallory/,
  },
  {
    title: 'an owner of a function that our role calls',
    as: 'superuser',
    later: true,
    sql: 'alter function gameday.check_btree owner to mallory',
    problem: /function gameday\.check_btree\(regclass,boolean\) in schema gameday belongs to mallory/,
  },
  {
    title: 'a trigger',
    as: 'master',
    later: true,
    sql: `${spy}; create trigger t after update on gameday.heartbeat for each row execute function public.spy()`,
    problem: /has trigger t,/,
  },
  {
    title: 'a foreign key on the table',
    as: 'master',
    later: true,
    sql: 'create table public.follower (name text references gameday.heartbeat)',
    problem: /has trigger "RI_ConstraintTrigger/,
  },
  {
    title: 'a rule',
    as: 'master',
    later: true,
    sql: 'create rule quiet as on insert to gameday.heartbeat do also notify heard',
    problem: /has rule quiet,/,
  },
  {
    title: 'a policy',
    as: 'master',
    later: true,
    sql: 'create policy p on gameday.heartbeat using (true)',
    problem: /has policy p,/,
  },
  {
    title: 'row-level security',
    as: 'master',
    later: true,
    sql: 'alter table gameday.heartbeat enable row level security',
    problem: /has row-level security/,
  },
  {
    title: 'a column with a default',
    as: 'master',
    later: true,
    sql: 'alter table gameday.heartbeat add column more text default now()::text',
    problem: /has other columns/,
  },
  {
    title: 'a check',
    as: 'master',
    later: true,
    sql: 'alter table gameday.heartbeat add constraint small check (beat > -1)',
    problem: /has constraint small/,
  },
  {
    title: 'an index on an expression',
    as: 'master',
    later: true,
    sql: 'create index on gameday.heartbeat (lower(name))',
    problem: /another index beside it/,
  },
  {
    title: 'a child',
    as: 'master',
    later: true,
    sql: 'create table public.child () inherits (gameday.heartbeat)',
    problem: /is no ordinary table of its own/,
  },
  {
    title: 'a grant to write',
    as: 'master',
    later: true,
    sql: 'grant update on gameday.heartbeat to mallory',
    problem: /table gameday\.heartbeat grants UPDATE to mallory/,
  },
  {
    title: 'a grant to write one column',
    as: 'master',
    later: true,
    sql: 'grant update (lsn) on gameday.heartbeat to public',
    problem: /table gameday\.heartbeat grants UPDATE to PUBLIC/,
  },
  {
    title: 'a grant of our own role that is too wide',
    as: 'master',
    later: true,
    sql: 'grant trigger on gameday.heartbeat to gameday',
    problem: /table gameday\.heartbeat grants TRIGGER to gameday/,
  },
  {
    title: 'a grant to create in the schema',
    as: 'master',
    later: true,
    sql: 'grant create on schema gameday to shop',
    problem: /schema gameday grants CREATE to shop/,
  },
  {
    title: 'a grant of a check of ours',
    as: 'master',
    later: true,
    sql: 'grant execute on function gameday.check_heap to shop',
    problem: /function gameday\.check_heap\(.*\) grants EXECUTE to shop/,
  },
];
