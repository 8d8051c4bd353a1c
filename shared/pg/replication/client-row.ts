import type pg from 'pg';
import { PromotionNotConfirmedError } from './confirm.ts';

type Connected = <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
export type RowStatements = { readonly insert: string; readonly select: string };

const marked = '/* pg-gameday:client-row */';

/** Writes a row as the application does, commits it, and reads it back over another connection. Answers the server's time then. */
export async function writeAndReadBack(
  connected: Connected,
  statements: RowStatements,
  marker: string,
): Promise<string> {
  // A second call finds the row of the first one.
  if (!(await isRowThere(connected, statements, marker)))
    await connected(async (client) => {
      await client.query('begin read write');
      await client.query('set local synchronous_commit = on');
      await client.query(`${marked} ${statements.insert}`, [marker]);
      await client.query('commit');
    });
  if (await isRowThere(connected, statements, marker))
    return connected(async (client) => {
      const { rows } = await client.query<{ now: Date }>(`${marked} select clock_timestamp() as now`);
      return (rows[0]?.now ?? new Date()).toISOString();
    });
  throw new PromotionNotConfirmedError(`row '${marker}' was committed and is not read back`, {
    hints: ["Compare 'drill.insert' and 'drill.select' of the database in operations.yml."],
  });
}

export function isRowThere(connected: Connected, { select }: RowStatements, marker: string): Promise<boolean> {
  return connected(async (client) => {
    const { rows } = await client.query<unknown[]>({ text: `${marked} ${select}`, values: [marker], rowMode: 'array' });
    return rows.length === 1 && String(rows[0]?.[0]) === marker;
  });
}
