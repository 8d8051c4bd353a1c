import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { findServerBinaries } from '../../../sandbox/postgres/binaries.ts';
import { loadAuthority } from '../../../sandbox/postgres/certificates.ts';
import { createCluster } from '../../../sandbox/postgres/cluster.ts';
import { createRdsRoles } from '../../../sandbox/postgres/roles.ts';
import { ServerStarter } from '../../../sandbox/postgres/server.ts';
import { ServerRegistry } from '../../../sandbox/postgres/server-registry.ts';

/** A PostgreSQL server with the roles of a new RDS instance and a database `app`, without the RDS service. */
export type RdsLikeServer = AsyncDisposable & {
  /** Connection of the master user, who is not a superuser. */
  readonly master: pg.ClientConfig;
  readonly certificateAuthorityPath: string;
  /** Where its socket lies. */
  readonly socketDirectory: string;
  /** A session of `user`, by default the master user's; closed when the server is disposed of. */
  connect(config?: pg.ClientConfig): Promise<pg.Client>;
  /** The sandbox's superuser, for what a test must see or break from outside. */
  asSuperuser<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T>;
};

const MASTER = { name: 'postgres', password: "it's a secret" };

export type RdsLikeOptions = { readonly forceTls?: boolean; readonly settings?: Readonly<Record<string, string>> };

export async function startRdsLikeServer({
  forceTls = false,
  settings = {},
}: RdsLikeOptions = {}): Promise<RdsLikeServer> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'pgd-demo-'));
  await chmod(root, 0o755);
  const registry = new ServerRegistry(root);
  const authority = await loadAuthority(path.join(root, 'ca'));
  const binaries = await findServerBinaries();
  const directory = path.join(root, 'app');
  await createCluster({ binaries, directory, administratorPassword: 'admin', dataChecksums: true });
  const server = await new ServerStarter({
    binaries,
    registry,
    directory,
    socketDirectory: directory,
    administratorPassword: 'admin',
    certificate: authority.server,
    forceTls,
    clusterName: 'app',
    settings,
    port: 0,
  }).start();
  await createRdsRoles(server, MASTER, 'app');

  const master = {
    host: '127.0.0.1',
    port: server.port,
    user: MASTER.name,
    password: MASTER.password,
    database: 'app',
  };
  const clients: pg.Client[] = [];
  return {
    master,
    socketDirectory: directory,
    certificateAuthorityPath: path.join(root, 'ca', 'ca.pem'),
    connect: async (config = {}) => {
      const client = new pg.Client({ ...master, ...config });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    asSuperuser: async (work, database = 'app') => await asAdministrator(server, work, database),
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(clients.map((client) => client.end()));
      await server[Symbol.asyncDispose]();
      registry.close();
      await rm(root, { recursive: true });
    },
  };
}
