/**
 * Kinds of objects that belong to no table: each returns `identity`, `definition`, `key` and `version`, as those of `schema-objects.ts` do.
 * A catalogue's comparison finds every change; these give a name to what is gone from the copy.
 */
export function kindsBesideTables({
  userSchema,
  name,
  joined,
  acl,
  row,
  rowAt,
}: {
  userSchema(schema: string): string;
  name(schema: string, object: string): string;
  joined(...parts: string[]): string;
  acl(column: string): string;
  row(alias: string, ...xmins: string[]): string;
  rowAt(key: string, ...xmins: string[]): string;
}): Record<string, string> {
  return {
    language: `select quote_ident(l.lanname) as identity, ${joined('l.lanowner::regrole', 'l.lanpltrusted', 'l.lanplcallfoid::regprocedure', 'l.laninline::regprocedure', 'l.lanvalidator::regprocedure', acl('l.lanacl'))} as definition, ${row('l')}
from pg_language l`,

    transform: `select 'for ' || t.trftype::regtype || ' language ' || quote_ident(l.lanname) as identity, ${joined('t.trffromsql::regprocedure', 't.trftosql::regprocedure')} as definition, ${row('t')}
from pg_transform t join pg_language l on l.oid = t.trflang`,

    conversion: `select ${name('n', 'c.conname')} as identity, ${joined('c.conowner::regrole', 'c.conforencoding', 'c.contoencoding', 'c.conproc::regproc', 'c.condefault')} as definition, ${row('c')}
from pg_conversion c join pg_namespace n on n.oid = c.connamespace where ${userSchema('n')}`,

    'text search parser': `select ${name('n', 'p.prsname')} as identity, ${joined('p.prsstart', 'p.prstoken', 'p.prsend', 'p.prsheadline', 'p.prslextype')} as definition, ${row('p')}
from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where ${userSchema('n')}`,

    'text search template': `select ${name('n', 't.tmplname')} as identity, ${joined('t.tmplinit', 't.tmpllexize')} as definition, ${row('t')}
from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where ${userSchema('n')}`,

    'access method': `select quote_ident(m.amname) as identity, ${joined('m.amhandler', 'm.amtype')} as definition, ${row('m')} from pg_am m`,

    'operator family': `select ${name('n', 'f.opfname')} || ' ' || m.amname as identity, ${joined(
      'f.opfowner::regrole',
      "(select string_agg(concat_ws(' ', o.amopstrategy, o.amopopr::regoperator, o.amoppurpose), ',' order by o.amopstrategy, o.amopopr::regoperator::text) from pg_amop o where o.amopfamily = f.oid)",
      "(select string_agg(concat_ws(' ', s.amprocnum, s.amproc::regprocedure), ',' order by s.amprocnum, s.amproc::regprocedure::text) from pg_amproc s where s.amprocfamily = f.oid)",
    )} as definition, ${row('f', "(select string_agg(xmin::text, ',') from pg_amop where amopfamily = f.oid)", "(select string_agg(xmin::text, ',') from pg_amproc where amprocfamily = f.oid)")}
from pg_opfamily f join pg_am m on m.oid = f.opfmethod join pg_namespace n on n.oid = f.opfnamespace where ${userSchema('n')}`,

    'foreign-data wrapper': `select quote_ident(w.fdwname) as identity, ${joined('w.fdwowner::regrole', 'w.fdwhandler::regproc', 'w.fdwvalidator::regproc', acl('w.fdwacl'), 'w.fdwoptions')} as definition, ${row('w')}
from pg_foreign_data_wrapper w`,

    // The view shows options to their owner only; both sides are read by the same role.
    'user mapping': `select 'for ' || quote_ident(m.usename) || ' on server ' || quote_ident(m.srvname) as identity, ${joined('m.umoptions')} as definition, ${rowAt("concat_ws('.', m.srvid, m.umuser)")}
from pg_user_mappings m`,

    subscription: `select quote_ident(s.subname) as identity, ${joined('s.subowner::regrole', 's.subenabled', 's.subbinary', 's.subslotname', 's.subsynccommit', 's.subpublications')} as definition, ${row('s')}
from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())`,

    'publication relation': `select quote_ident(p.pubname) || ' of ' || r.prrelid::regclass as identity, ${joined("to_jsonb(r) ->> 'prqual'", "to_jsonb(r) ->> 'prattrs'")} as definition, ${row('r')}
from pg_publication_rel r join pg_publication p on p.oid = r.prpubid`,

    tablespace: `select quote_ident(t.spcname) as identity, ${joined('t.spcowner::regrole', acl('t.spcacl'), 't.spcoptions')} as definition, ${row('t')}
from pg_tablespace t`,

    'comment on a shared object': `select pg_describe_object(d.classoid, d.objoid, 0) as identity, d.description as definition, ${rowAt("concat_ws('.', d.classoid, d.objoid)", 'd.xmin')}
from pg_shdescription d where pg_describe_object(d.classoid, d.objoid, 0) is not null`,

    'comment on a system schema': `select quote_ident(n.nspname) as identity, d.description as definition, ${rowAt("concat_ws('.', d.classoid, d.objoid)", 'd.xmin')}
from pg_description d join pg_namespace n on n.oid = d.objoid where d.classoid = 'pg_namespace'::regclass and d.objoid < 16384`,

    'security label': `select concat_ws(' ', l.provider, l.objtype, l.objname) as identity, l.label as definition, ${rowAt("concat_ws('.', l.provider, l.objoid, l.objsubid)")} from pg_seclabels l`,
  };
}
