import pg from 'pg';
import { administrator } from './configuration.ts';
import type { RunningServer } from './server.ts';

const connectTimeout = 10_000;

/** A session of the sandbox's superuser over the unix socket. It leaves no trace in the statistics or the log. */
export async function asAdministrator<T>(
  server: RunningServer,
  work: (client: pg.Client) => Promise<T>,
  database = 'postgres',
): Promise<T> {
  const client = new pg.Client({
    host: server.options.socketDirectory,
    port: server.port,
    user: administrator,
    password: server.options.administratorPassword,
    database,
    application_name: 'rdsadmin',
    connectionTimeoutMillis: connectTimeout,
    // Passwords are set in these sessions.
    options: '-c log_statement=none -c log_min_duration_statement=-1 -c pg_stat_statements.track=none',
  });
  // The server may be killed while the session is idle; the next query then fails with the reason.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
