import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { findServerBinaries, type ServerBinaries } from '../../../sandbox/postgres/binaries.ts';
import { loadAuthority } from '../../../sandbox/postgres/certificates.ts';
import { createCluster } from '../../../sandbox/postgres/cluster.ts';
import type { Settings } from '../../../sandbox/postgres/configuration.ts';
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
  /** Stops it, does `work` with its data directory, and starts it again; sessions are gone. */
  restart(work?: (dataDirectory: string) => Promise<void>): Promise<void>;
  /** Of the server process; its children are its own. */
  pid(): number;
  log(): Promise<string>;
  /** The sandbox's superuser, for what a test must see or break from outside. */
  asSuperuser<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T>;
};

const MASTER = { name: 'postgres', password: "it's a secret" };

export type RdsLikeOptions = {
  readonly forceTls?: boolean;
  /** They outrank the sandbox's own, which make many servers bearable. */
  readonly settings?: Settings;
  /** Of another major version. */
  readonly binaries?: ServerBinaries;
  /** Of another server: its authority signs this one, too. */
  readonly authorityDirectory?: string;
};

export async function startRdsLikeServer({
  forceTls = false,
  settings = {},
  binaries,
  authorityDirectory,
}: RdsLikeOptions = {}): Promise<RdsLikeServer> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'pgd-demo-'));
  await chmod(root, 0o755);
  const registry = new ServerRegistry(root);
  const caDirectory = authorityDirectory ?? path.join(root, 'ca');
  const authority = await loadAuthority(caDirectory);
  const installed = binaries ?? (await findServerBinaries());
  const directory = path.join(root, 'app');
  await createCluster({ binaries: installed, directory, administratorPassword: 'admin', dataChecksums: true });
  const startAt = (port: number) =>
    new ServerStarter({
      ...{ binaries: installed, registry, directory, socketDirectory: directory, forceTls, port },
      ...{ administratorPassword: 'admin', certificate: authority.server, clusterName: 'app' },
      ...{ settings: {}, role: settings },
    }).start();
  let server = await startAt(0);
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
    certificateAuthorityPath: path.join(caDirectory, 'ca.pem'),
    connect: async (config = {}) => {
      const client = new pg.Client({ ...master, ...config });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    restart: async (work) => {
      await server.stop('fast');
      await work?.(server.dataDirectory);
      server = await startAt(server.port);
    },
    pid: () => server.pid,
    log: async () => await readFile(server.logFile, 'utf8'),
    asSuperuser: async (work, database = 'app') => await asAdministrator(server, work, database),
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(clients.map((client) => client.end()));
      await server[Symbol.asyncDispose]();
      registry.close();
      await rm(root, { recursive: true });
    },
  };
}
