import type pg from 'pg';
import type { BootstrapStep } from './bootstrap-step.ts';
import { versionComment } from './foreign-objects.ts';

/** 1: one role, nothing recorded. 2: what is called gameday is held to be ours, roles by capability, this record. */
export const bootstrapVersion = 2;

/** Null where there is no schema gameday. A schema without a record is of version 1. */
const versionSql = `(select coalesce((pg_catalog.substring(pg_catalog.obj_description(n.oid, 'pg_namespace'), '^${versionComment}([0-9]{1,6})$'))::pg_catalog.int4, 1)
  from pg_catalog.pg_namespace n where n.nspname = 'gameday')`;

/** The last step, so that it is there only when the others were. A later version's record is left alone. */
export const recordVersion = (): BootstrapStep => ({
  title: `record of version ${bootstrapVersion}`,
  why: 'the doctor compares it with what the functions are made for',
  check: `select coalesce(${versionSql} >= ${bootstrapVersion}, false)`,
  sql: `comment on schema gameday is '${versionComment}${bootstrapVersion}'`,
  optional: false,
});

export async function readBootstrapVersion(client: pg.ClientBase): Promise<number | null> {
  const { rows } = await client.query<{ version: number | null }>(
    `/* pg-gameday:bootstrap */ select ${versionSql} as version`,
  );
  return rows[0]?.version ?? null;
}
