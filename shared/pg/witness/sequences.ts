import type { SequenceState } from '../../contracts/witness.ts';

export const sequencesSql = `/* pg-gameday:sequences */
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as sequence, pg_sequence_last_value(c.oid)::text as "lastValue",
       s.seqincrement::text as increment, s.seqcache::text as cache, s.seqcycle as cycles
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
where c.relpersistence = 'p' and n.nspname not in ('pg_catalog', 'information_schema')
order by 1`;

export type SequenceRow = SequenceState;
