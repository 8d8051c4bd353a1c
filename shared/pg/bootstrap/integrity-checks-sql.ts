import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';

/** The functions of amcheck that take no stronger lock than a reader. `gin_index_check` is new in PostgreSQL 18. */
const CHECK_FUNCTIONS = ['bt_index_check', 'gin_index_check', 'verify_heapam'] as const;

/**
 * EXECUTE on amcheck's functions, which is revoked from PUBLIC. The extension may be there already, in a schema of the
 * owner's choice, so the functions are found through the extension.
 */
export function grantIntegrityChecks(role: string): BootstrapStep {
  const names = CHECK_FUNCTIONS.map((name) => `'${name}'`).join(', ');
  const functions = `select p.oid, p.oid::regprocedure as signature from pg_extension e
  join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
  join pg_proc p on d.classid = 'pg_proc'::regclass and d.objid = p.oid
 where e.extname = 'amcheck' and p.proname in (${names})`;
  const grantee = `(select oid from pg_roles where rolname = ${pg.escapeLiteral(role)})`;

  return {
    title: `EXECUTE on ${CHECK_FUNCTIONS.join(', ')}`,
    why: 'the checks read at page level and are not open to PUBLIC; the parent checks are left out, they block writers',
    check: `select count(*) > 0 and coalesce(bool_and(has_function_privilege(${grantee}, f.oid, 'EXECUTE')), false)
 from (${functions}) f`,
    // A GRANT by a role without the grant option is a warning, not an error: look at what came of it.
    sql: `do $bootstrap$
declare
  f record;
begin
  for f in ${functions} loop
    if not has_function_privilege(${grantee}, f.oid, 'EXECUTE') then
      execute format('grant execute on function %s to %I', f.signature, ${pg.escapeLiteral(role)});
    end if;
    if not has_function_privilege(${grantee}, f.oid, 'EXECUTE') then
      raise exception using errcode = 'insufficient_privilege',
        message = format('role %L may not give %L the right to call %s', current_user, ${pg.escapeLiteral(role)}, f.signature),
        hint = 'Drop the extension amcheck, and let the master user create it by this bootstrap.';
    end if;
  end loop;
end
$bootstrap$`,
    optional: false,
  };
}
