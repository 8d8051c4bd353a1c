import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { archiveSettings, copyArchive } from '../../../postgres/archive.ts';
import { type PhysicalSnapshot, restoreSnapshot, takeSnapshot } from '../../../postgres/backup.ts';
import { findServerBinaries, type ServerBinaries } from '../../../postgres/binaries.ts';
import { type CertificateAuthority, loadAuthority } from '../../../postgres/certificates.ts';
import { createCluster, makeServerDirectory } from '../../../postgres/cluster.ts';
import type { Settings } from '../../../postgres/configuration.ts';
import { recoverToTime } from '../../../postgres/recovery.ts';
import { createRdsRoles, type MasterUser, setPassword } from '../../../postgres/roles.ts';
import { ServerFailedError, type ServerOptions, ServerStarter, type StopMode } from '../../../postgres/server.ts';
import { ServerRegistry } from '../../../postgres/server-registry.ts';
import { requireReachable, serverUser } from '../../../postgres/server-user.ts';
import { removeSharedMemory } from '../../../postgres/shared-memory.ts';
import { makeSocketDirectory } from '../../../postgres/socket-directory.ts';
import {
  copyForStandby,
  dropSlot,
  promoteServer,
  standbyMinimums,
  standbySettings,
  waitUntilStreaming,
} from '../../../postgres/standby.ts';
import { loadCatalog, type ParameterCatalog } from '../catalogue/parameter-catalog.ts';
import type { Instance, Replication } from '../model/model.ts';
import { forcesTls } from './running-parameters.ts';

/** An instance that is not running has no server to work on. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** The PostgreSQL side of the instances: their directories and servers, and nothing of RDS's states. */
export class Engine {
  readonly binaries: ServerBinaries;
  readonly catalog: ParameterCatalog;
  readonly authority: CertificateAuthority;
  readonly registry: ServerRegistry;
  /** Reported when a server ends that nobody stopped. */
  onServerLost: (instance: Instance) => void = () => {};
  readonly #root: string;
  readonly #socketDirectory: string;
  readonly #administratorPassword = randomBytes(18).toString('base64url');

  private constructor(
    root: string,
    socketDirectory: string,
    found: {
      binaries: ServerBinaries;
      registry: ServerRegistry;
      catalog: ParameterCatalog;
      authority: CertificateAuthority;
    },
  ) {
    this.#root = root;
    this.#socketDirectory = socketDirectory;
    this.binaries = found.binaries;
    this.catalog = found.catalog;
    this.authority = found.authority;
    this.registry = found.registry;
  }

  static async open(dataDirectory: string): Promise<Engine> {
    const root = path.resolve(dataDirectory);
    const binaries = await findServerBinaries();
    await mkdir(root, { recursive: true });
    // The servers of root are another user: they may pass through, but not look around.
    if (serverUser !== undefined) await chmod(root, (await stat(root)).mode | 0o001);
    await requireReachable(root);
    const [catalog, authority] = await Promise.all([loadCatalog(binaries), loadAuthority(path.join(root, 'ca'))]);
    // First of all it makes sure that nobody else's servers are in this directory.
    const registry = new ServerRegistry(root);
    return new Engine(root, await makeSocketDirectory(root), { binaries, registry, catalog, authority });
  }

  instanceDirectory(region: string, resourceId: string): string {
    return path.join(this.#root, 'instances', region, resourceId);
  }

  /** Names of snapshots may be as long as no file system allows together with a path. */
  snapshotDirectory(region: string, identifier: string): string {
    const name = createHash('sha256')
      .update(`${identifier} ${randomBytes(8).toString('hex')}`)
      .digest('hex');
    return path.join(this.#root, 'snapshots', region, name.slice(0, 20));
  }

  async create(instance: Instance, master: MasterUser): Promise<void> {
    await this.#makeParents(instance.directory);
    await createCluster({
      binaries: this.binaries,
      directory: instance.directory,
      administratorPassword: this.#administratorPassword,
      dataChecksums: instance.traits.dataChecksums,
    });
    await this.start(instance);
    await createRdsRoles(this.#serverOf(instance), master, instance.traits.databaseName);
  }

  /** Of an instance's log; it is beside the instances because retained backups outlive theirs. */
  archiveDirectory({ region, resourceId }: Pick<Instance, 'region' | 'resourceId'>): string {
    return path.join(this.#root, 'archives', region, resourceId);
  }

  /** Replays the log of `source` on a backup of it, up to the last transaction that committed at `target`. */
  async restoreToTime(
    instance: Instance,
    backup: { readonly snapshotDirectory: string; readonly archive: string; readonly target: Date },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#makeParents(instance.directory);
    await restoreSnapshot(backup.snapshotDirectory, instance.directory, signal);
    const options = await this.#serverOptions(instance);
    const recovered = await recoverToTime(options, backup.archive, backup.target);
    await recovered.stop();
    await this.start(instance);
  }

  /** A new instance that follows another one. */
  async createReplica(instance: Instance, { source, slot }: Replication, signal: AbortSignal): Promise<void> {
    await this.#makeParents(instance.directory);
    await copyForStandby(this.#serverOf(source), instance.directory, slot, signal);
    await this.start(instance);
    await waitUntilStreaming(this.#serverOf(source), slot);
  }

  async promote(instance: Instance): Promise<void> {
    await promoteServer(this.#serverOf(instance));
  }

  /** A source that is down keeps the slot until it is deleted. */
  async forgetReplica({ source, slot }: Replication): Promise<void> {
    if (source.server !== undefined && !source.server.hasEnded) await dropSlot(source.server, slot);
  }

  async restore(instance: Instance, snapshotDirectory: string, signal: AbortSignal): Promise<void> {
    await this.#makeParents(instance.directory);
    await restoreSnapshot(snapshotDirectory, instance.directory, signal);
    await this.start(instance);
  }

  /** Starts the server with the instance's parameters, on the port that it had. */
  async start(instance: Instance): Promise<void> {
    const server = await new ServerStarter(await this.#serverOptions(instance)).start();
    instance.server = server;
    instance.port = server.port;
    void server.ended.then(() => {
      // Whoever stops a server takes it from the instance first.
      if (instance.server === server) this.onServerLost(instance);
    });
  }

  async stop(instance: Instance, mode: StopMode = 'fast'): Promise<void> {
    const { server } = instance;
    instance.server = undefined;
    if (server === undefined) return;
    if (!server.hasEnded) await server.stop(mode);
    await removeSharedMemory(server.dataDirectory);
  }

  async reload(instance: Instance): Promise<void> {
    const { runningParameters } = instance;
    const role = await this.#roleOf(instance);
    await this.#serverOf(instance).reload(runningParameters, forcesTls(runningParameters), role);
  }

  async setMasterPassword(instance: Instance, password: string): Promise<void> {
    await setPassword(this.#serverOf(instance), { name: instance.traits.masterUsername, password });
  }

  async snapshot(instance: Instance, directory: string, signal: AbortSignal): Promise<PhysicalSnapshot> {
    await this.#makeParents(directory);
    return takeSnapshot(this.#serverOf(instance), directory, signal);
  }

  async copySnapshot(source: string, target: string, signal: AbortSignal): Promise<void> {
    await this.#makeParents(target);
    await restoreSnapshot(source, target, signal);
  }

  /** Of the log of an instance to another region: what is not there yet. */
  async copyArchive(from: string, to: string): Promise<void> {
    await this.#makeParents(to);
    await makeServerDirectory(to);
    await copyArchive(from, to);
  }

  async remove(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    this.registry.close();
    await this.remove(this.#socketDirectory);
  }

  async #serverOptions(instance: Instance): Promise<ServerOptions> {
    return {
      binaries: this.binaries,
      registry: this.registry,
      directory: instance.directory,
      socketDirectory: this.#socketDirectory,
      administratorPassword: this.#administratorPassword,
      certificate: this.authority.server,
      forceTls: forcesTls(instance.runningParameters),
      clusterName: instance.identifier,
      settings: instance.runningParameters,
      role: await this.#roleOf(instance),
      ...(instance.replication === undefined ? {} : { recovery: 'standby.signal' }),
      port: instance.port,
    };
  }

  /** A replica follows its source; another instance archives its log while it has automated backups. */
  async #roleOf(instance: Instance): Promise<Settings> {
    const { replication, runningParameters } = instance;
    if (replication !== undefined) {
      const { source, slot, isTerminated, isCut } = replication;
      const upstream = {
        socketDirectory: this.#socketDirectory,
        port: source.port,
        administratorPassword: this.#administratorPassword,
        slot,
      };
      return {
        ...standbyMinimums(runningParameters, source.runningParameters),
        ...(isTerminated || isCut ? {} : standbySettings(upstream)),
      };
    }
    if (instance.traits.backupRetentionPeriod === 0) return {};
    const archive = this.archiveDirectory(instance);
    await this.#makeParents(archive);
    await makeServerDirectory(archive);
    return archiveSettings(archive);
  }

  #serverOf(instance: Instance) {
    if (instance.server === undefined || instance.server.hasEnded) {
      throw new NoServerError(`no server of '${instance.identifier}' is running`);
    }
    return instance.server;
  }

  async #makeParents(directory: string): Promise<void> {
    await mkdir(path.dirname(directory), { recursive: true, mode: 0o755 });
  }
}

/** Whether a server refused its settings, as opposed to its data. */
export function isParameterProblem(error: unknown): boolean {
  return (
    error instanceof ServerFailedError &&
    /configuration file .* contains errors|could not access file "|invalid value for parameter|could not map anonymous shared memory|could not create .*semaphores/.test(
      error.message,
    )
  );
}
