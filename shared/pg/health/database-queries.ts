import { all, changedIn, type HealthQuery } from './health-query.ts';
import { seconds } from './instance-queries.ts';

export const countersQuery: HealthQuery = {
  id: 'counters',
  of: 'database',
  cycle: 'fast',
  kind: 'counter',
  unit: 'blocks, deadlocks, failures',
  means: 'what the database has counted since its statistics were reset',
  cost: '0.1 ms',
  variants: all(`/* pg-gameday:health-counters */
select d.datid::pg_catalog.int8::pg_catalog.float8 as oid, ${seconds('d.stats_reset')} as "resetAt", d.blks_hit::pg_catalog.float8 as "blocksHit",
       d.blks_read::pg_catalog.float8 as "blocksRead", d.deadlocks::pg_catalog.float8 as deadlocks,
       d.checksum_failures::pg_catalog.float8 as "checksumFailures"
  from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()`),
};

/** By the view of locks: a row lock is waited for as a transaction, which is of no database; whose it is the session says. */
export const lockWaitsQuery: HealthQuery = {
  id: 'lock waits',
  of: 'database',
  cycle: 'fast',
  kind: 'gauge',
  unit: 'seconds',
  means: 'how long each session waits for a lock that another one holds',
  cost: '0.3 ms with 100 sessions',
  variants: all(`/* pg-gameday:health-lock-waits */
select coalesce(pg_catalog.array_agg(${seconds('pg_catalog.clock_timestamp() - l.waitstart')} order by l.waitstart), '{}') as waits
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where not l.granted and l.waitstart is not null and a.datname = pg_catalog.current_database()`),
};

const option = (name: string, otherwise: string) =>
  `coalesce((select pg_catalog.max(o.option_value) from pg_catalog.pg_options_to_table(c.reloptions) o where o.option_name = '${name}')::pg_catalog.float8, ${otherwise})`;
const server = (name: string) => `pg_catalog.current_setting('${name}')::pg_catalog.float8`;

/**
 * When autovacuum begins, as autovacuum.c has it, by the options of the table. A table that it leaves alone by an option
 * waits for nothing. Dead rows are looked at first, by two functions: the views of statistics cost ten times as much.
 */
const overdue = (trigger: string) => `/* pg-gameday:health-vacuum */
select pg_catalog.format('%I.%I', n.nspname, t.relname) as "table", t.vacuums, p.progress
  from (select c.oid, c.relname, c.relnamespace,
               (pg_catalog.pg_stat_get_vacuum_count(c.oid) + pg_catalog.pg_stat_get_autovacuum_count(c.oid))::pg_catalog.float8 as vacuums
          from pg_catalog.pg_class c
         where c.relkind in ('r', 'm', 't') and c.relpersistence <> 't'
           and pg_catalog.pg_stat_get_dead_tuples(c.oid) > least(${server('autovacuum_vacuum_threshold')}, 50)
           and pg_catalog.pg_stat_get_dead_tuples(c.oid) > ${trigger}
           and coalesce((select pg_catalog.max(o.option_value) from pg_catalog.pg_options_to_table(c.reloptions) o
             where o.option_name = 'autovacuum_enabled'), 'true')::pg_catalog.bool
         order by pg_catalog.pg_stat_get_dead_tuples(c.oid) desc limit 50) t
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
  left join lateral (select pg_catalog.format('%s:%s %s %s %s', v.pid, v.phase, v.heap_blks_scanned, v.heap_blks_vacuumed, v.index_vacuum_count) as progress
     from pg_catalog.pg_stat_progress_vacuum v where v.relid = t.oid and v.datname = pg_catalog.current_database() limit 1) p on true`;

const trigger = `${option('autovacuum_vacuum_threshold', server('autovacuum_vacuum_threshold'))}
             + ${option('autovacuum_vacuum_scale_factor', server('autovacuum_vacuum_scale_factor'))} * greatest(c.reltuples, 0)`;
const cap = option('autovacuum_vacuum_max_threshold', server('autovacuum_vacuum_max_threshold'));

export const overdueQuery: HealthQuery = {
  id: 'vacuum',
  of: 'database',
  cycle: 'fast',
  kind: 'gauge',
  unit: 'tables',
  means: 'tables with more dead rows than autovacuum lets be, and how far a vacuum of them has come',
  cost: '15 ms on 2,000 tables',
  // -1 switches the cap off.
  variants: changedIn(
    18,
    overdue(trigger),
    overdue(`case when ${cap} < 0 then ${trigger} else least(${cap}, ${trigger}) end`),
  ),
};

/** Largest value of a column's type; of others nobody knows a limit. */
const most = `case a.atttypid when 'pg_catalog.int2'::pg_catalog.regtype then 32767 when 'pg_catalog.int4'::pg_catalog.regtype then 2147483647 end::pg_catalog.numeric`;
const least = `case a.atttypid when 'pg_catalog.int2'::pg_catalog.regtype then -32768 when 'pg_catalog.int4'::pg_catalog.regtype then -2147483648 end::pg_catalog.numeric`;

/**
 * A sequence ends where its own limit is or that of the column which takes its values: by ownership, or by the column's
 * default. One that cycles never ends, unless its column is too narrow for it.
 */
export const sequencesQuery: HealthQuery = {
  id: 'sequences',
  of: 'database',
  cycle: 'slow',
  kind: 'gauge',
  unit: 'percent',
  means: 'how much of its range a sequence has used, by its own limit and by the type of its column',
  cost: '130 ms on 2,000 sequences',
  variants: all(`/* pg-gameday:health-sequences */
with columns as (
  select d.objid as sequence, d.refobjid as relation, d.refobjsubid::pg_catalog.int2 as number from pg_catalog.pg_depend d
   where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     and d.refobjsubid > 0 and d.deptype in ('a', 'i')
  union all
  select d.refobjid, f.adrelid, f.adnum from pg_catalog.pg_depend d join pg_catalog.pg_attrdef f on f.oid = d.objid
   where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass),
limits as (
  select c.sequence, pg_catalog.min(${most}) as most, pg_catalog.max(${least}) as least
    from columns c join pg_catalog.pg_attribute a on a.attrelid = c.relation and a.attnum = c.number group by 1),
sequences as (
  select pg_catalog.format('%I.%I', n.nspname, c.relname) as sequence, s.seqincrement > 0 as ascends, s.seqmin::pg_catalog.numeric as first, s.seqmax::pg_catalog.numeric as last,
         least(s.seqmax, l.most) as most, greatest(s.seqmin, l.least) as least, s.seqcycle,
         pg_catalog.has_sequence_privilege(c.oid, 'select, usage') as readable,
         case when pg_catalog.has_sequence_privilege(c.oid, 'select, usage') then pg_catalog.pg_sequence_last_value(c.oid) end as value
    from pg_catalog.pg_sequence s join pg_catalog.pg_class c on c.oid = s.seqrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join limits l on l.sequence = s.seqrelid where c.relpersistence = 'p'),
worst as (
  select s.sequence, (100 * case when s.ascends then (s.value - s.first) / nullif(s.most - s.first, 0)
           else (s.last - s.value) / nullif(s.last - s.least, 0) end)::pg_catalog.float8 as used
    from sequences s where s.value is not null and not (s.seqcycle and s.most = s.last and s.least = s.first)
   order by 2 desc nulls last limit 20)
select (select pg_catalog.count(*) from sequences s where not s.readable)::pg_catalog.int4 as unreadable,
       coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('sequence', w.sequence, 'usedPercent', w.used)) from worst w), '[]') as worst`),
};

/**
 * The largest tables by what the catalogue says of their pages, and of the largest of those the pages themselves. The view
 * shows statistics of readable columns only, so that a table without them is not assessed, and none is called clean.
 */
export const bloatQuery: HealthQuery = {
  id: 'bloat',
  of: 'database',
  cycle: 'slow',
  kind: 'gauge',
  unit: 'pages, rows',
  means: 'pages of the largest tables, and what their live rows would take',
  cost: '23 ms on 2,000 tables',
  variants: all(`/* pg-gameday:health-bloat */
with largest as (
  select c.oid, c.relname, c.relnamespace, c.reloptions, c.relnatts, pg_catalog.pg_relation_size(c.oid) / 8192 as pages,
         -- Neither vacuumed nor analysed: the statistics were reset, and what they count is what has changed since.
         case when coalesce(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid),
           pg_catalog.pg_stat_get_last_vacuum_time(c.oid), pg_catalog.pg_stat_get_last_autovacuum_time(c.oid)) is null
           then greatest(pg_catalog.pg_stat_get_live_tuples(c.oid), c.reltuples::pg_catalog.int8) else pg_catalog.pg_stat_get_live_tuples(c.oid) end as live
    from (select t.* from pg_catalog.pg_class t where t.relkind in ('r', 'm') and t.relpersistence <> 't'
           order by greatest(t.relpages, (pg_catalog.pg_stat_get_live_tuples(t.oid) + pg_catalog.pg_stat_get_dead_tuples(t.oid)) / 200) desc limit 100) c)
select pg_catalog.format('%I.%I', n.nspname, l.relname) as "table", l.pages::pg_catalog.float8 as pages, l.live::pg_catalog.float8 as "liveRows",
       w.bytes as "rowBytes", l.relnatts::pg_catalog.int4 as columns, coalesce(w.nulls, false) as "hasNulls",
       coalesce((select pg_catalog.max(o.option_value) from pg_catalog.pg_options_to_table(l.reloptions) o where o.option_name = 'fillfactor'), '100')::pg_catalog.int4 as fillfactor
  from largest l join pg_catalog.pg_namespace n on n.oid = l.relnamespace
  left join lateral (select pg_catalog.sum((1 - s.null_frac) * s.avg_width)::pg_catalog.float8 as bytes, pg_catalog.bool_or(s.null_frac > 0) as nulls
     from pg_catalog.pg_stats s where s.schemaname = n.nspname and s.tablename = l.relname and not s.inherited) w on true
 where l.pages is not null`),
};

/** One that is being built, or rebuilt beside the one in use, is not invalid yet. */
export const invalidIndexesQuery: HealthQuery = {
  id: 'invalid-indexes',
  of: 'database',
  cycle: 'slow',
  kind: 'gauge',
  unit: 'indexes',
  means: 'indexes that no query uses and every write maintains: what a failed CREATE INDEX CONCURRENTLY leaves',
  cost: '2 ms on 6,000 indexes',
  variants: all(`/* pg-gameday:health-invalid-indexes */
select pg_catalog.count(*)::pg_catalog.int4 as count from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
 where not i.indisvalid and c.relkind = 'i' and not exists (
   select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid
      or (p.relid = i.indrelid and p.datname = pg_catalog.current_database()))`),
};
