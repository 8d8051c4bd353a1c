import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * On RDS, `rds_superuser` may create every supported extension. PostgreSQL lets only a superuser do so unless the
 * control file says `trusted`; the sandbox says it in its own copy of these files, for those that RDS supports.
 */
export const supportedExtensions = [
  'amcheck',
  'bloom',
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dblink',
  'dict_int',
  'dict_xsyn',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intagg',
  'intarray',
  'isn',
  'lo',
  'ltree',
  'moddatetime',
  'pg_buffercache',
  'pg_freespacemap',
  'pg_prewarm',
  'pg_stat_statements',
  'pg_trgm',
  'pg_visibility',
  'pg_walinspect',
  'pgcrypto',
  'pgrowlocks',
  'pgstattuple',
  'plperl',
  'plpgsql',
  'pltcl',
  'postgres_fdw',
  'seg',
  'sslinfo',
  'tablefunc',
  'tcn',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
] as const;

/**
 * What `rds_superuser` may use of an extension although PostgreSQL keeps it from the public. The grants run inside
 * CREATE EXTENSION, so they are part of the extension and a dump does not repeat them.
 */
const grants: Readonly<Record<string, readonly string[]>> = {
  amcheck: [
    'EXECUTE ON FUNCTION bt_index_check(regclass)',
    'EXECUTE ON FUNCTION bt_index_check(regclass, boolean)',
    'EXECUTE ON FUNCTION bt_index_check(regclass, boolean, boolean)',
    'EXECUTE ON FUNCTION bt_index_parent_check(regclass)',
    'EXECUTE ON FUNCTION bt_index_parent_check(regclass, boolean)',
    'EXECUTE ON FUNCTION bt_index_parent_check(regclass, boolean, boolean)',
    'EXECUTE ON FUNCTION bt_index_parent_check(regclass, boolean, boolean, boolean)',
    'EXECUTE ON FUNCTION gin_index_check(regclass)',
    'EXECUTE ON FUNCTION verify_heapam(regclass, boolean, boolean, text, bigint, bigint)',
  ],
  dblink: ['EXECUTE ON FUNCTION dblink_connect_u(text)', 'EXECUTE ON FUNCTION dblink_connect_u(text, text)'],
  pg_stat_statements: [
    'EXECUTE ON FUNCTION pg_stat_statements_reset(oid, oid, bigint)',
    'EXECUTE ON FUNCTION pg_stat_statements_reset(oid, oid, bigint, boolean)',
  ],
  postgres_fdw: ['USAGE ON FOREIGN DATA WRAPPER postgres_fdw'],
};

/** The version of an extension that brought a function, or no longer has it, where not all majors have the same. */
const since: Readonly<Record<string, string>> = {
  'EXECUTE ON FUNCTION bt_index_check(regclass, boolean, boolean)': '1.4',
  'EXECUTE ON FUNCTION bt_index_parent_check(regclass, boolean, boolean, boolean)': '1.4',
  'EXECUTE ON FUNCTION gin_index_check(regclass)': '1.5',
  'EXECUTE ON FUNCTION pg_stat_statements_reset(oid, oid, bigint, boolean)': '1.11',
};
const before: Readonly<Record<string, string>> = {
  'EXECUTE ON FUNCTION pg_stat_statements_reset(oid, oid, bigint)': '1.11',
};
/** `1.11` is later than `1.9`. */
const rank = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
};
const isIn =
  (version: string) =>
  (privilege: string): boolean =>
    rank(version) >= rank(since[privilege] ?? '0') && rank(version) < rank(before[privilege] ?? '999');

/** Changes when an installation made by an older version of this file must be made anew. */
export const extensionsFingerprint = JSON.stringify([supportedExtensions, grants, since, before]);

/** Makes the supported extensions of a private installation creatable and usable by `rds_superuser`. */
export async function trustSupportedExtensions(shareDirectory: string): Promise<void> {
  const directory = path.join(shareDirectory, 'extension');
  for (const name of supportedExtensions) {
    const control = path.join(directory, `${name}.control`);
    const text = await readFile(control, 'utf8');
    const others = text.split('\n').filter((line) => !/^\s*(trusted|superuser)\s*=/.test(line));
    await writeFile(control, [...others.filter((line) => line !== ''), 'trusted = true', ''].join('\n'));
    const version = /^default_version\s*=\s*'([^']+)'/m.exec(text)?.[1];
    const granted = grants[name];
    if (version !== undefined && granted !== undefined)
      await appendGrants(directory, name, version, granted.filter(isIn(version)));
  }
}

/** The grants belong to the newest version, which a step script or (rarely) a script of its own completes. */
async function appendGrants(directory: string, name: string, version: string, privileges: readonly string[]) {
  const script = `${privileges.map((privilege) => `GRANT ${privilege} TO rds_superuser;`).join('\n')}\n`;
  const last = (await readdir(directory)).find(
    (file) => file.startsWith(`${name}--`) && file.endsWith(`--${version}.sql`),
  );
  await appendFile(path.join(directory, last ?? `${name}--${version}.sql`), `\n${script}`);
}
