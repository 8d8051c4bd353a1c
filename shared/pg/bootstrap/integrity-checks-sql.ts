import pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';

/**
 * What the role may call of amcheck: only checks that lock no more than a reader does. `check_gin` needs PostgreSQL 18.
 *
 *     gameday.check_btree(index regclass, heapallindexed = true) returns void, raises what it finds
 *     gameday.check_gin(index regclass)                          returns void, raises what it finds
 *     gameday.check_heap(relation regclass, on_error_stop = true, check_toast = true, startblock = null,
 *       endblock = null) returns table (blkno, offnum, attnum, msg), a row for each finding
 *
 * They run as the master user, because EXECUTE on amcheck's own functions is not ours to give: the extension belongs
 * to `rdsadmin`, and the master user may call them without a grant option.
 */
const CHECKS = [
  {
    name: 'check_btree',
    parameters: 'index regclass, heapallindexed boolean default true',
    types: 'regclass, boolean',
    returns: 'void',
    calls: 'bt_index_check(regclass, boolean)',
    body: 'select %I.bt_index_check(index, heapallindexed)',
  },
  {
    name: 'check_gin',
    parameters: 'index regclass',
    types: 'regclass',
    returns: 'void',
    calls: 'gin_index_check(regclass)',
    body: 'select %I.gin_index_check(index)',
  },
  {
    name: 'check_heap',
    parameters:
      'relation regclass, on_error_stop boolean default true, check_toast boolean default true, startblock bigint default null, endblock bigint default null',
    types: 'regclass, boolean, boolean, bigint, bigint',
    returns: 'table (blkno bigint, offnum integer, attnum integer, msg text)',
    calls: 'verify_heapam(regclass, boolean, boolean, text, bigint, bigint)',
    body: `select v.blkno, v.offnum, v.attnum, v.msg
  from %I.verify_heapam(relation, on_error_stop => on_error_stop, check_toast => check_toast, skip => 'none',
                        startblock => startblock, endblock => endblock) v`,
  },
] as const;

/** Schema of the extension: it may have been there before us, in a place of its owner's choice. */
const AMCHECK_SCHEMA = `(select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'amcheck')`;

export function integrityChecks(role: string): readonly BootstrapStep[] {
  return CHECKS.map((check) => {
    const signature = `gameday.${check.name}(${check.types})`;
    const original = `pg_catalog.to_regprocedure(pg_catalog.format('%I.${check.calls}', ${AMCHECK_SCHEMA}))`;
    return {
      title: `function gameday.${check.name}`,
      why: 'amcheck reads below the level of privileges, so it is closed to PUBLIC; the role gets its harmless checks only',
      // An older amcheck lacks the GIN check: then there is nothing to do.
      check: `select ${AMCHECK_SCHEMA} is not null and (${original} is null or exists (
  select from pg_catalog.pg_proc p join pg_catalog.pg_roles r on r.rolname = ${pg.escapeLiteral(role)}
   where p.pronamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'gameday')
     and p.proname = '${check.name}' and pg_catalog.oidvectortypes(p.proargtypes) = '${check.types}' and pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
     and pg_catalog.has_function_privilege(p.proowner, ${original}, 'EXECUTE')
     and p.prosecdef and p.proconfig = array['search_path=pg_catalog, pg_temp']
     and pg_catalog.btrim(p.prosrc, e'\\n') = pg_catalog.format($format$${check.body}$format$, ${AMCHECK_SCHEMA})
     and not exists (select from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where a.grantee = 0)))`,
      sql: `do $bootstrap$
begin
  if ${original} is null then
    return;
  end if;
  execute pg_catalog.format($format$create or replace function gameday.${check.name}(${check.parameters}) returns ${check.returns}
 language sql security definer set search_path = pg_catalog, pg_temp as $check$
${check.body}
$check$ $format$, ${AMCHECK_SCHEMA});
  revoke all on function ${signature} from public;
  grant execute on function ${signature} to ${pg.escapeIdentifier(role)};
end
$bootstrap$`,
      optional: false,
    };
  });
}
