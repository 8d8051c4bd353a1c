import type pg from 'pg';
import type { RoleReading } from '../../domain/remediation/leaked-role.ts';

const marked = '/* pg-gameday:isolate-credential */';

/** Undefined where there is no such role. */
export async function readRole(client: pg.Client, name: string): Promise<RoleReading | undefined> {
  const { rows } = await client.query<RoleReading>(
    `${marked} select oid::pg_catalog.int8::pg_catalog.float8 as oid, is_named as "isNamed", can_login as "canLogin",
       is_isolated as "isIsolated", is_fenced as "isFenced", sessions from gameday.isolation($1)`,
    [name],
  );
  return rows[0];
}

/** Takes LOGIN and the password, and ends the sessions of the role: how many. Null: it is not to be isolated any more. */
export async function isolateRole(client: pg.Client, name: string): Promise<number | null> {
  const { rows } = await client.query<{ ended: number | null }>(`${marked} select gameday.isolate_role($1) as ended`, [
    name,
  ]);
  return rows[0]?.ended ?? null;
}
