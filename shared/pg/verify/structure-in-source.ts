import type pg from 'pg';
import type { Finding } from '../../contracts/verification.ts';
import { sourceCheckDeadline } from '../../deadlines.ts';
import { indexCheck } from '../../domain/verification/foreign-code.ts';
import { inSourceToo } from '../../domain/verification/whose-fault.ts';
import { coerceError } from '../../errors.ts';
import { readForeignCode } from '../foreign-code/read-foreign-code.ts';
import { type ConnectionTarget, withConnection } from '../session/connect.ts';

/** Each is a reading of an index with its table on the production server. */
const mostAsked = 20;

const kindSql = `/* pg-gameday:structure-in-source */
select c.oid::int8 as oid, coalesce(m.amname, 'heap') as kind, i.indrelid::int8 as table
from pg_class c left join pg_am m on m.oid = c.relam left join pg_index i on i.indexrelid = c.oid where c.oid = to_regclass($1)`;

/**
 * Looks a damage of the copy up in the source. A snapshot copies damage, too: then the backup is faithful and the
 * database is at fault. What cannot be asked stays the backup's.
 */
export async function askSource(
  target: ConnectionTarget,
  findings: readonly Finding[],
  trustedOwners: readonly string[] = [],
): Promise<Finding[]> {
  const failed = findings.filter(({ status }) => status === 'failed').slice(0, mostAsked);
  if (failed.length === 0) return [...findings];
  const options = { purpose: 'looks a damage up', readOnly: true, statementTimeout: sourceCheckDeadline };
  const answers = await withConnection(target, options, async (client) => {
    const found = new Map<Finding, string>();
    for (const finding of failed) found.set(finding, await whatSourceSays(client, trustedOwners, finding.object));
    return found;
  }).catch((thrown: unknown) => {
    const reason = `the source could not be asked: ${coerceError(thrown).message.split('\n')[0]}`;
    return new Map(failed.map((finding) => [finding, reason]));
  });
  return findings.map((finding) => {
    const answer = answers.get(finding);
    if (answer === undefined) return finding;
    return answer.startsWith(inSourceToo)
      ? { ...finding, problem: answer }
      : { ...finding, problem: `${finding.problem}; ${answer}` };
  });
}

async function whatSourceSays(client: pg.Client, trustedOwners: readonly string[], object: string): Promise<string> {
  const { rows } = await client.query<{ oid: string; kind: string; table: string | null }>(kindSql, [object]);
  const [relation] = rows;
  if (relation === undefined) return 'the source has no such relation any more';
  const { oid, kind, table } = relation;
  const code =
    table === null ? undefined : (await readForeignCode(client, trustedOwners, [Number(table)])).get(Number(table));
  const extent = indexCheck(code?.planned.filter((one) => one.object === `index ${object}`) ?? []);
  if (extent !== 'whole') return 'the source could not be asked: the index has foreign code';
  const mend = kind === 'heap' ? 'restore it from an older backup' : `REINDEX INDEX CONCURRENTLY ${object}`;
  try {
    if (kind === 'btree') await client.query(`select gameday.check_btree(${oid}::oid::regclass, true)`);
    else if (kind === 'gin') await client.query(`select gameday.check_gin(${oid}::oid::regclass)`);
    else {
      const damage = await client.query<{ msg: string }>(
        `select msg from gameday.check_heap(${oid}::oid::regclass, on_error_stop => true, check_toast => true) limit 1`,
      );
      if (damage.rows[0] !== undefined) return `${inSourceToo}: ${damage.rows[0].msg}; ${mend}`;
    }
    return 'sound in the source';
  } catch (thrown) {
    const error = coerceError(thrown);
    const code = (error as { code?: string }).code ?? '';
    // Only what amcheck or the storage says of the relation is a damage.
    if (/^(XX|58)/.test(code)) return `${inSourceToo}: ${error.message}; ${mend}`;
    if (!/^[0-9A-Z]{5}$/.test(code)) throw error;
    return `the source could not be asked: ${error.message}`;
  }
}
