import pg from 'pg';
import { asAdministrator } from './administration.ts';
import type { RunningServer } from './server.ts';

export type MasterUser = { readonly name: string; readonly password: string };

const { escapeIdentifier, escapeLiteral } = pg;

/** What `rds_superuser` is itself a member of. */
const inherited = [
  'pg_monitor',
  'pg_signal_backend',
  'pg_checkpoint',
  'pg_use_reserved_connections',
  'pg_create_subscription',
  'rds_replication',
  'rds_password',
];

/**
 * What it may grant to others without having it: a workflow that reads a table because the master user happens to
 * read everything would fail on another installation.
 */
const grantableOnly = ['pg_read_all_data', 'pg_write_all_data', 'pg_maintain'];

/** The major version that brought a role; the others are older than any that is started. */
const since: Readonly<Record<string, number>> = {
  pg_use_reserved_connections: 16,
  pg_create_subscription: 16,
  pg_maintain: 17,
};

/** Makes the roles and databases that a new RDS instance has. */
export async function createRdsRoles(
  server: RunningServer,
  master: MasterUser,
  databaseName: string | undefined,
): Promise<void> {
  const name = escapeIdentifier(master.name);
  const { major } = server.options.binaries;
  const isThere = (role: string) => major >= (since[role] ?? 0);
  // Before PostgreSQL 16 a member has what its role has: nothing can be granted on and not had.
  const [admin, adminOnly] =
    major < 16 ? ['ADMIN OPTION', 'ADMIN OPTION'] : ['ADMIN TRUE', 'ADMIN TRUE, INHERIT FALSE, SET FALSE'];
  const statements = [
    'CREATE ROLE rds_replication',
    'CREATE ROLE rds_password',
    'CREATE ROLE rds_superuser',
    ...inherited.filter(isThere).map((role) => `GRANT ${role} TO rds_superuser WITH ${admin}`),
    ...grantableOnly.filter(isThere).map((role) => `GRANT ${role} TO rds_superuser WITH ${adminOnly}`),
    `CREATE ROLE ${name} LOGIN CREATEDB CREATEROLE PASSWORD ${escapeLiteral(master.password)} VALID UNTIL 'infinity'`,
    `GRANT rds_superuser TO ${name} WITH ${admin}`,
    `ALTER DATABASE postgres OWNER TO ${name}`,
    `ALTER DATABASE template1 OWNER TO ${name}`,
    'CREATE DATABASE rdsadmin',
    'REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC',
    ...(databaseName === undefined || databaseName === 'postgres'
      ? []
      : [`CREATE DATABASE ${escapeIdentifier(databaseName)} OWNER ${name}`]),
  ];
  await asAdministrator(server, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

export async function setPassword(server: RunningServer, user: MasterUser): Promise<void> {
  await asAdministrator(server, (client) =>
    client.query(`ALTER ROLE ${escapeIdentifier(user.name)} PASSWORD ${escapeLiteral(user.password)}`),
  );
}
