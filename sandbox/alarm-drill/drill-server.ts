import pg from 'pg';
import { applyBootstrap } from '../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../shared/pg/bootstrap/bootstrap-sql.ts';
import type { ConnectionTarget } from '../../shared/pg/session/connect.ts';
import { type SingleServer, type SingleServerOptions, startSingleServer } from './single-server.ts';

/** A bootstrapped server, and the role of the functions in it. */
export type DrillServer = SingleServer & {
  readonly target: ConnectionTarget;
  /** A session, by default the master user's. */
  connect(config?: pg.ClientConfig): Promise<pg.Client>;
};

const password = 'a-password';

/** Its authority is trusted by this process until it is disposed of. */
export async function startDrillServer(options: SingleServerOptions = {}): Promise<DrillServer> {
  const server = await startSingleServer(options);
  const dispose = server[Symbol.asyncDispose].bind(server);
  const connect = (config: pg.ClientConfig = {}) => connectAs({ ...server.master, ...config });
  const master = await connect();
  try {
    await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app' }));
    await master.query(`alter role gameday password '${password}'`);
  } finally {
    await master.end();
  }
  process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
  return {
    ...server,
    target: targetAt(server.master),
    connect,
    async [Symbol.asyncDispose]() {
      delete process.env['PGSSLROOTCERT'];
      await dispose();
    },
  };
}

/** How the functions log in to a server that was copied from it, too. */
export const targetAt = ({ host, port }: pg.ClientConfig): ConnectionTarget => ({
  host: String(host),
  port: Number(port),
  database: 'app',
  user: 'gameday',
  password,
});

export async function connectAs(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
