import type pg from 'pg';
import { namedCode } from '../../domain/verification/foreign-code.ts';
import { coerceError } from '../../errors.ts';
import type { Relation } from '../witness/relations.ts';
import { attachedSql } from './foreign-code-sql.ts';
import { readForeignCode } from './read-foreign-code.ts';

/**
 * Stops a reading before it is planned when something that can hold code was attached to its relation since the catalogue
 * was read, or when another relation bears its name. Sent in one message with the reading; a reader has no lock that would
 * keep an index from being made in the milliseconds between the two.
 */
export type Guard = {
  /** A statement that fails when the relations are not what was looked at; undefined when there is nothing to guard. */
  sql(relations: readonly Relation[]): string | undefined;
  /** Looks again at a relation that was stopped: why a query of it must not be made, when it must not. */
  lookAgain(client: pg.Client, relation: Relation): Promise<string | undefined>;
};

const mark = 'pg-gameday:attached';

export const isStopped = (thrown: unknown): boolean => coerceError(thrown).message.includes(mark);

export function makeGuard(trusted: readonly string[], relations: readonly Relation[]): Guard {
  const known = new Map(relations.map(({ oid, attached = [] }) => [oid, attached]));
  return {
    sql(asked) {
      const users = asked.filter(({ kind }) => kind !== 'catalogue');
      if (users.length === 0) return undefined;
      const oids = `'{${users.map(({ oid }) => oid).join()}}'::oid[]`;
      const tags = users.flatMap(({ oid }) => known.get(oid) ?? []);
      const names = users.map(({ oid, table }) => `(${oid}, '${table.replaceAll("'", "''")}')`);
      return `/* pg-gameday:guard */
select ('${mark} ' || tag)::int4 from (
  select a.tag from (${attachedSql(oids)}) as a where a.tag <> all ('{${tags.join()}}'::text[])
  union all
  select v.name from (values ${names.join()}) as v(oid, name)
    where not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.oid = v.oid and c.relkind in ('r', 'm') and quote_ident(n.nspname) || '.' || quote_ident(c.relname) = v.name)
) as stranger`;
    },
    async lookAgain(client, { oid }) {
      const { tags = [], planned = [], written = [] } = (await readForeignCode(client, trusted, [oid])).get(oid) ?? {};
      known.set(oid, tags);
      const code = [...planned, ...written];
      return code.length === 0 ? undefined : `got foreign code between S1 and S2: ${namedCode(code)}`;
    },
  };
}
