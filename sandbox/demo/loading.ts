import type { Finding } from '../../shared/contracts/verification.ts';
import type { Inventory } from './inventory.ts';

/** What did not arrive of the reader's database, by name. Nothing when all of it did. */
export type Loading = { readonly missing: readonly Finding[]; readonly summary: string | undefined };

/** `refused`: what pg_restore could not carry out, in PostgreSQL's words. */
export function compareLoading(source: Inventory, here: Inventory, refused: readonly Finding[]): Loading {
  const missing: Finding[] = [];
  let lost = 0n;
  let tables = 0;
  let total = 0n;
  for (const [table, expected] of source.tables) {
    total += expected.rows;
    const observed = here.tables.get(table);
    if (observed !== undefined && observed.rows === expected.rows && observed.sum === expected.sum) continue;
    tables += 1;
    lost += expected.rows > (observed?.rows ?? 0n) ? expected.rows - (observed?.rows ?? 0n) : 0n;
    const problem =
      observed === undefined
        ? `did not arrive, with its ${countOf(expected.rows, 'row')}`
        : observed.rows === expected.rows
          ? `arrived with ${countOf(observed.rows, 'row')}, of which some differ from yours`
          : `arrived with ${countOf(observed.rows, 'row')} of ${expected.rows}`;
    missing.push({ object: table, status: 'failed', problem });
  }
  const absent = [...source.objects].filter((object) => !here.objects.has(object)).sort();
  for (const object of absent) missing.push({ object, status: 'failed', problem: 'did not arrive' });
  missing.push(...refused);
  if (missing.length === 0) return { missing, summary: undefined };
  const parts = [
    ...(tables > 0 ? [`${lost} of ${countOf(total, 'row')} (${countOf(tables, 'table')})`] : []),
    ...(absent.length > 0 ? [countOf(absent.length, 'object')] : []),
    ...(refused.length > 0 ? [countOf(refused.length, 'statement')] : []),
  ];
  return { missing, summary: `${parts.join(', ')} of your database did not arrive here` };
}

const countOf = (count: number | bigint, noun: string) => (Number(count) === 1 ? `1 ${noun}` : `${count} ${noun}s`);
