import type pg from 'pg';
import type { SequenceState } from '../../contracts/witness.ts';
import { coerceError } from '../../errors.ts';
import type { Row } from '../session/exported-snapshot.ts';
import { isAnyOf, isMoving, type PatientQuery, readPatiently, type UnreadObject } from './patient-read.ts';

const ofUsers = `from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
where c.relpersistence in ('p', 'u') and n.nspname not in ('pg_catalog', 'information_schema')`;

/** Sequences with their last value, which is null while nothing was drawn; and of unlogged ones who draws from them. */
const sequencesOf = (keys?: readonly string[]) => `/* pg-gameday:sequences */
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as sequence, pg_sequence_last_value(c.oid)::text as "lastValue",
       s.seqincrement::text as increment, s.seqcache::text as cache, s.seqcycle as cycles,
       c.relpersistence = 'u' as unlogged,
       case when c.relpersistence = 'u' then array(
         select distinct quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || quote_ident(a.attname)
         from (select df.adrelid as relation, df.adnum as number
               from pg_depend d join pg_attrdef df on df.oid = d.objid
               where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
               union
               select d.refobjid, d.refobjsubid from pg_depend d
               where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
                 and d.deptype in ('a', 'i') and d.refobjsubid > 0) as used
         join pg_class t on t.oid = used.relation
         join pg_namespace tn on tn.oid = t.relnamespace
         join pg_attribute a on a.attrelid = used.relation and a.attnum = used.number
         order by 1) end as columns
${ofUsers} and ${isAnyOf('c.oid::text', keys)}
order by 1`;

const query: PatientQuery = {
  keysSql: `select c.oid::text as key, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name ${ofUsers}`,
  rowsSql: sequencesOf,
};

/** So many sequences are read by one statement. */
const readAtOnce = 200;

/**
 * Every sequence that can be read; `unread` names the others. Of those that nothing was drawn from, the relation itself
 * reports where they stand. Values of sequences belong to no snapshot: they are of this moment.
 */
export async function readSequences(
  client: pg.Client,
  snapshotId: string | undefined,
  until: number,
): Promise<{ readonly sequences: SequenceState[]; readonly unread: readonly UnreadObject[] }> {
  const { rows, unread } = await readPatiently(client, snapshotId, query, until);
  const states = rows.map(stateOf).sort((left, right) => (left.sequence < right.sequence ? -1 : 1));
  const waiting = states.filter(({ lastValue, unlogged }) => lastValue === null && unlogged === undefined);
  const standing = new Map<string, Standing>();
  for (let start = 0; start < waiting.length; start += readAtOnce) {
    for (const found of await readStanding(client, waiting.slice(start, start + readAtOnce))) {
      standing.set(found.sequence, found);
    }
  }
  const sequences = states.map((state) => {
    const found = standing.get(state.sequence);
    if (found === undefined) return state;
    return found.called ? { ...state, lastValue: found.value } : { ...state, first: found.value };
  });
  return { sequences, unread };
}

function stateOf(row: Row): SequenceState {
  const state: SequenceState = {
    sequence: String(row['sequence']),
    lastValue: row['lastValue'] === null ? null : String(row['lastValue']),
    increment: String(row['increment']),
    cache: String(row['cache']),
    cycles: row['cycles'] === true,
  };
  return row['unlogged'] === true ? { ...state, unlogged: row['columns'] as string[] } : state;
}

type Standing = { readonly sequence: string; readonly value: string; readonly called: boolean };

async function readStanding(client: pg.Client, states: readonly SequenceState[]): Promise<Standing[]> {
  const parts = states.map(
    ({ sequence }, index) =>
      `select ${index} as index, last_value::text as value, is_called as called from ${sequence}`,
  );
  try {
    const { rows } = await client.query<{ index: number; value: string; called: boolean }>(
      `/* pg-gameday:sequences */ ${parts.join(' union all ')}`,
    );
    return rows.map(({ index, value, called }) => ({ sequence: states[index]?.sequence ?? '', value, called }));
  } catch (thrown) {
    // Dropped or locked meanwhile: the others are read one by one, and nothing is said of this one.
    if (!isMoving(thrown)) throw coerceError(thrown);
    if (states.length === 1) return [];
    const halves = [states.slice(0, states.length >> 1), states.slice(states.length >> 1)];
    const [left = [], right = []] = [
      await readStanding(client, halves[0] ?? []),
      await readStanding(client, halves[1] ?? []),
    ];
    return [...left, ...right];
  }
}
