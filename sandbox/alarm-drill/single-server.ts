import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { asAdministrator } from '../postgres/administration.ts';
import { findServerBinaries, type ServerBinaries } from '../postgres/binaries.ts';
import { loadAuthority } from '../postgres/certificates.ts';
import { createCluster } from '../postgres/cluster.ts';
import type { Settings } from '../postgres/configuration.ts';
import { createRdsRoles } from '../postgres/roles.ts';
import { type RunningServer, ServerStarter } from '../postgres/server.ts';
import { ServerRegistry } from '../postgres/server-registry.ts';
import { copyForStandby, dropSlot, promoteServer, standbySettings, waitUntilStreaming } from '../postgres/standby.ts';

/** A PostgreSQL server with the roles of a new RDS instance and a database `app`, without the RDS service. */
export type SingleServer = AsyncDisposable & {
  /** Connection of the master user, who is not a superuser. */
  readonly master: pg.ClientConfig;
  /** What signs its certificate; another server may be started with it. */
  readonly authorityDirectory: string;
  readonly certificateAuthorityPath: string;
  /** Where its socket lies. */
  readonly socketDirectory: string;
  /** Stops it, does `work` with its data directory, and starts it again; sessions are gone. */
  restart(work?: (dataDirectory: string) => Promise<void>): Promise<void>;
  /** Kills it, and starts it again. */
  crash(): Promise<void>;
  /** Of the server process; its children are its own. */
  pid(): number;
  log(): Promise<string>;
  /** The sandbox's superuser, for what must be seen or broken from outside. */
  asSuperuser<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T>;
  /** A standby that streams from it. It ends with it, or before. */
  startStandby(): Promise<SingleStandby>;
};

export type SingleStandby = Pick<SingleServer, 'master' | 'asSuperuser' | 'pid'> &
  AsyncDisposable & {
    /** Returns when it takes writes. */
    promote(): Promise<void>;
  };

const MASTER = { name: 'postgres', password: "it's a secret" };

export type SingleServerOptions = {
  readonly forceTls?: boolean;
  /** They outrank the sandbox's own, which make many servers bearable. */
  readonly settings?: Settings;
  /** Of another major version. */
  readonly binaries?: ServerBinaries;
  /** Of another server: its authority signs this one, too. */
  readonly authorityDirectory?: string;
};

export async function startSingleServer({
  forceTls = false,
  settings = {},
  binaries,
  authorityDirectory,
}: SingleServerOptions = {}): Promise<SingleServer> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'pgd-demo-'));
  await chmod(root, 0o755);
  const registry = new ServerRegistry(root);
  const caDirectory = authorityDirectory ?? path.join(root, 'ca');
  const authority = await loadAuthority(caDirectory);
  const installed = binaries ?? (await findServerBinaries());
  const directory = path.join(root, 'app');
  await createCluster({ binaries: installed, directory, administratorPassword: 'admin', dataChecksums: true });
  const common = { binaries: installed, registry, forceTls, administratorPassword: 'admin', settings: {} } as const;
  const startAt = (port: number) =>
    new ServerStarter({
      ...{ ...common, certificate: authority.server, clusterName: 'app', role: settings },
      ...{ directory, socketDirectory: directory, port },
    }).start();
  let server = await startAt(0);
  await createRdsRoles(server, MASTER, 'app');
  const masterAt = (port: number) => ({
    host: '127.0.0.1',
    port,
    user: MASTER.name,
    password: MASTER.password,
    database: 'app',
  });

  async function startStandby(): Promise<SingleStandby> {
    const slot = 'standby';
    const below = path.join(root, slot);
    await copyForStandby(server, below, slot, AbortSignal.timeout(120_000));
    const upstream = { socketDirectory: directory, port: server.port, administratorPassword: 'admin', slot };
    const standby: RunningServer = await new ServerStarter({
      ...{ ...common, certificate: authority.server, clusterName: slot },
      ...{ role: { ...settings, ...standbySettings(upstream) }, recovery: 'standby.signal' as const },
      ...{ directory: below, socketDirectory: below, port: 0 },
    }).start();
    await waitUntilStreaming(server, slot);
    return {
      master: masterAt(standby.port),
      pid: () => standby.pid,
      asSuperuser: async (work, database = 'app') => await asAdministrator(standby, work, database),
      promote: () => promoteServer(standby),
      [Symbol.asyncDispose]: async () => {
        await standby[Symbol.asyncDispose]();
        await dropSlot(server, slot);
        await rm(below, { recursive: true });
      },
    };
  }

  return {
    master: masterAt(server.port),
    socketDirectory: directory,
    authorityDirectory: caDirectory,
    certificateAuthorityPath: path.join(caDirectory, 'ca.pem'),
    restart: async (work) => {
      await server.stop('fast');
      await work?.(server.dataDirectory);
      server = await startAt(server.port);
    },
    crash: async () => {
      await server.crash();
      server = await startAt(server.port);
    },
    pid: () => server.pid,
    log: async () => await readFile(server.logFile, 'utf8'),
    asSuperuser: async (work, database = 'app') => await asAdministrator(server, work, database),
    startStandby,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      registry.close();
      await rm(root, { recursive: true });
    },
  };
}
