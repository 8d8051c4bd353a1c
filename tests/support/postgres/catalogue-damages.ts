import { readFileSync } from 'node:fs';

/** One of nearly every kind of object; loaded by the superuser, for what a master user may not make. */
export const kitchenSql = (): string => readFileSync(new URL('../../cases/kitchen.sql', import.meta.url), 'utf8');

/** A change that a copy alone has seen, and the object that the evidence must name. All of them strike one copy. */
export const CATALOGUE_DAMAGES: readonly (readonly [sql: string, object: RegExp])[] = [
  ['alter table k.child disable trigger all', /^trigger "RI_ConstraintTrigger_\w+" on k\.child$/],
  ["alter server srv options (set host 'db2')", /^server srv$/],
  ["alter foreign data wrapper fdw options (set debug 'true')", /^foreign-data wrapper fdw$/],
  ["alter foreign table k.ft options (set remote 'other')", /^foreign table k\.ft$/],
  ["alter user mapping for k_owner server srv options (set password 'q')", /^user mapping k_owner on server srv$/],
  ['alter subscription sub set (binary = true)', /^subscription sub$/],
  ['alter publication pub set table k.t where (id > 11)', /^publication relation k\.t in publication pub$/],
  ['alter publication pubcols set table k.child (id, t_id)', /^publication relation k\.child in publication pubcols$/],
  ['alter publication pubschema drop tables in schema k', /^pg_catalog\.pg_publication_namespace$/],
  ['alter language plpythonu_dummy owner to k_owner', /^language plpythonu_dummy$/],
  ['drop transform for int language sql', /^transform for integer language sql$/],
  ['drop conversion k.conv', /^conversion k\.conv$/],
  ['drop text search parser k.tsp', /^text search parser k\.tsp$/],
  ['drop access method heap_two', /^access method heap_two$/],
  [
    'alter operator family k.ofam using btree add operator 1 < (int8, int8)',
    /^operator of access method .* of k\.ofam USING btree$/,
  ],
  ["update pg_collation set collicurules = '&a < h' where collname = 'collrules'", /^collation k\.collrules$/],
  ['alter statistics k.st set statistics 60', /^statistics object k\.st$/],
  ['alter index k.k_i alter column 1 set statistics 66', /^index column k\.k_i\.expr$/],
  ['alter table k.toasted set (toast.autovacuum_enabled = true)', /^toast of table k\.toasted$/],
  ["comment on database own is 'changed'", /^comment on database own$/],
  ['comment on role k_owner is null', /^comment on a shared object role k_owner$/],
  ["comment on schema public is 'theirs'", /^comment on schema public$/],
  ['revoke set on parameter log_min_messages from k_reader', /^pg_catalog\.pg_parameter_acl$/],
  ['alter large object 900001 owner to k_owner', /^large object 900001$/],
  ['revoke select on large object 900002 from k_reader', /^large object 900002$/],
  [
    'grant execute on function pg_catalog.pg_sleep(double precision) to public',
    /^function pg_catalog\.pg_sleep\(double precision\)$/,
  ],
  ['grant k_reader to k_member with inherit false', /^membership of role k_member$/],
  [
    "set local allow_system_table_mods = on; insert into pg_seclabel values ('k.t'::regclass, 'pg_class'::regclass, 0, 'mine', 'secret')",
    /^security label of table k\.t$/,
  ],
  ['create role intruder superuser', /^role intruder$/],
  ['create trigger evil before insert on k.t for each row execute function k.trg()', /^trigger evil on k\.t$/],
  ['create policy deny on k.rls as restrictive using (false)', /^policy deny on k\.rls$/],
  ['create rule nothing as on insert to k.child do instead nothing', /^rule nothing on k\.child$/],
  ['alter function k.f(int) owner to k_owner', /^function k\.f\(integer\)$/],
  [
    "update pg_aggregate set agginitval = '1' where aggfnoid = 'k.agg(int)'::regprocedure",
    /^aggregate k\.agg\(integer\)$/,
  ],
  ["update pg_operator set oprcanhash = false where oprname = '==='", /^operator k\.===\(integer,integer\)$/],
  ["update pg_type set typcollation = 'pg_catalog.\"POSIX\"'::regcollation where typname = 'dc'", /^type k\.dc$/],
  ["alter role k_owner in database own set work_mem = '1MB'", /^setting of role k_owner$/],
  ["alter database own set statement_timeout = '1min'", /^setting role all database own$/],
  [
    'alter default privileges for role k_owner in schema k grant insert on tables to k_reader',
    /^default acl for role k_owner in schema k on tables$/,
  ],
  ['alter role k_reader connection limit 5', /^role k_reader$/],
  ['alter table k.usesdomain replica identity full', /^table k\.usesdomain$/],
  ['alter event trigger et disable', /^event trigger et$/],
  ['alter table k.ctid_swap alter b set (n_distinct = 5)', /^table column k\.ctid_swap\.b$/],
  ["update pg_constraint set conenforced = true where conname = 'chk'", /^table constraint chk on k\.ne$/],
];
