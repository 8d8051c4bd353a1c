import type pg from 'pg';
import { type ForeignCode, namedCode } from '../../domain/verification/foreign-code.ts';
import { coerceError } from '../../errors.ts';
import {
  attachedSql,
  castsSql,
  foreignCodeSql,
  foreignFunctionsSql,
  viewsSql,
} from '../foreign-code/foreign-code-sql.ts';
import { parseForeignCode } from '../foreign-code/read-foreign-code.ts';

export type AskedAssertion =
  | { readonly status: 'holds' }
  | { readonly status: 'gap' | 'failed'; readonly problem: string };

/**
 * Asks one assertion of operations.yml. Whoever wrote it is trusted; whoever owns what it reads is not, so it is not asked
 * when that would run foreign code: of its tables and views, which PREPARE locks without planning anything, or a function
 * that it names.
 */
export async function askAssertion(
  client: pg.Client,
  sql: string,
  trusted: readonly string[],
): Promise<AskedAssertion> {
  try {
    const code = await codeOf(client, sql, trusted);
    if (code.length > 0) return { status: 'gap', problem: `was not asked: ${namedCode(code)}` };
    const { rows } = await client.query<Record<string, unknown>>(sql);
    const problem = problemOf(rows);
    return problem === undefined ? { status: 'holds' } : { status: 'failed', problem };
  } catch (thrown) {
    return { status: 'failed', problem: `cannot be asked: ${coerceError(thrown).message}` };
  }
}

async function codeOf(client: pg.Client, sql: string, trusted: readonly string[]): Promise<ForeignCode[]> {
  await client.query('begin read only');
  try {
    await client.query(`/* pg-gameday:assertion */ prepare gd_assertion as ${sql}`);
    const { rows: locked } = await client.query<{ oids: string }>(
      `with recursive asked(oid) as (
  select relation from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and relation >= 16384
  union select i.inhrelid from asked join pg_inherits i on i.inhparent = asked.oid
) select coalesce(string_agg(oid::text, ','), '') as oids from asked`,
    );
    const oids = `'{${locked[0]?.oids}}'::oid[]`;
    const attached = [attachedSql(oids), viewsSql(oids), castsSql(oids)].join('\nunion all\n');
    const { rows } = await client.query<Record<string, unknown>>(foreignCodeSql(trusted, oids, attached));
    const found = [...parseForeignCode(rows).values()].flatMap(({ planned, written }) => [...planned, ...written]);
    const { rows: functions } = await client.query<{ name: string; runs: string; owner: string }>(
      foreignFunctionsSql(trusted),
    );
    const named = functions.filter(({ name }) => isNamed(sql, name));
    return [
      ...found,
      ...named.map(({ runs, owner }) => ({ object: 'the assertion itself', runs, owner, comparing: false })),
    ];
  } finally {
    await client.query('rollback').catch(() => {});
    await client.query('deallocate all').catch(() => {});
  }
}

/** Whether a function is called: its name stands before a parenthesis, quoted or not. */
function isNamed(sql: string, name: string): boolean {
  const text = sql.toLowerCase();
  const wanted = name.toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const isWord = !/[\w$]/.test(text[at - 1] ?? '');
    if (isWord && /^"?\s*\(/.test(text.slice(at + wanted.length))) return true;
  }
  return false;
}

function problemOf(rows: readonly Record<string, unknown>[]): string | undefined {
  const values = rows.length === 1 ? Object.values(rows[0] ?? {}) : [];
  if (values.length !== 1 || typeof values[0] !== 'boolean') return 'did not return one row with one boolean';
  return values[0] ? undefined : 'does not hold';
}
