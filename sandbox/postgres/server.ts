import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerBinaries } from './binaries.ts';
import type { ServerCertificate } from './certificates.ts';
import { dataDirectoryOf, serverEnvironment } from './cluster.ts';
import { commandLine, lastLines } from './command.ts';
import { type Settings, writeConfiguration } from './configuration.ts';
import { findFreePort } from './free-port.ts';
import { poll } from './poll.ts';
import { childrenOf, isAlive, signalProcess } from './processes.ts';
import type { ServerRegistry } from './server-registry.ts';
import { giveToServers, serverUser } from './server-user.ts';
import { removeSharedMemory } from './shared-memory.ts';

export type ServerOptions = {
  readonly binaries: ServerBinaries;
  readonly registry: ServerRegistry;
  /** Of the instance: `data` and `server.log` are in it. */
  readonly directory: string;
  /** Short: a socket's path may have about 100 characters. */
  readonly socketDirectory: string;
  readonly administratorPassword: string;
  readonly certificate: ServerCertificate;
  readonly forceTls: boolean;
  readonly clusterName: string;
  readonly settings: Settings;
  /** See ServerConfiguration. */
  readonly role?: Settings;
  /** A server that starts with one replays log from elsewhere: up to a target, or for as long as it is a standby. */
  readonly recovery?: 'recovery.signal' | 'standby.signal';
  /** 0 takes a free one; a restart passes the one it had. */
  readonly port: number;
  /** True milliseconds from the start to accepting connections, recovery included. */
  readonly startTimeout?: number;
};

export type StopMode = 'smart' | 'fast' | 'immediate';

const stopSignals: Readonly<Record<StopMode, NodeJS.Signals>> = {
  smart: 'SIGTERM',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
};
const defaultStartTimeout = 120_000;
const stopTimeout = 60_000;
const portAttempts = 5;

/** A server did not start or did not stop; the message has the command and the end of its log. */
export class ServerFailedError extends Error {
  override readonly name = 'ServerFailedError';
}

/** Builds the command line of a server and starts it. Nothing runs before `start`. */
export class ServerStarter {
  readonly #options: ServerOptions;
  readonly #dataDirectory: string;
  readonly #logFile: string;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#dataDirectory = dataDirectoryOf(options.directory);
    this.#logFile = path.join(options.directory, 'server.log');
  }

  get command(): string {
    return commandLine(this.#options.binaries.postgres, this.#arguments());
  }

  /** Resolves when the server accepts connections. */
  async start(): Promise<RunningServer> {
    if (this.#options.recovery !== undefined) await this.#demandRecovery(this.#options.recovery);
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#options.port === 0 ? await findFreePort() : this.#options.port;
      await writeConfiguration(this.#dataDirectory, { ...this.#options, port });
      const server = this.#spawn(port);
      const why = await this.#waitUntilReady(server);
      if (why === undefined) return server;
      const log = await server.lastLogLines();
      const portTaken = log.includes('could not bind');
      if (!(portTaken && this.#options.port === 0 && attempt < portAttempts)) {
        throw new ServerFailedError(`server '${this.#options.clusterName}' ${why}\n${this.command}\n${log}`);
      }
    }
  }

  async #demandRecovery(name: string): Promise<void> {
    const file = path.join(this.#dataDirectory, name);
    await writeFile(file, '', { mode: 0o600 });
    await giveToServers(file);
  }

  #arguments(): string[] {
    return ['-D', this.#dataDirectory];
  }

  #spawn(port: number): RunningServer {
    const log = openSync(this.#logFile, 'a', 0o600);
    try {
      const child = spawn(this.#options.binaries.postgres, this.#arguments(), {
        // A group of its own: Ctrl-C in the terminal is for the sandbox, which then stops its servers in order.
        detached: true,
        stdio: ['ignore', log, log],
        env: serverEnvironment,
        cwd: '/',
        ...serverUser,
      });
      if (child.pid !== undefined) {
        this.#options.registry.add({ pid: child.pid, dataDirectory: this.#dataDirectory });
      }
      return new RunningServer(child, port, this.#logFile, this.#options);
    } finally {
      closeSync(log);
    }
  }

  /** Undefined when it accepts connections, else what went wrong; then the process is gone. */
  async #waitUntilReady(server: RunningServer): Promise<string | undefined> {
    const timeout = this.#options.startTimeout ?? defaultStartTimeout;
    const outcome = await poll(timeout, async () => {
      if (server.hasEnded) return 'ended while it started';
      return (await isReady(this.#dataDirectory, server.pid)) ? 'ready' : undefined;
    });
    if (outcome === 'ready') return undefined;
    if (outcome === undefined) await server.crash();
    return outcome ?? `did not accept connections within ${timeout} ms and was killed`;
  }
}

/** PostgreSQL writes its state to the eighth line of postmaster.pid, padded with spaces. */
async function isReady(dataDirectory: string, pid: number): Promise<boolean> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

/** A server process: dispose it, or stop it. */
export class RunningServer {
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  readonly options: ServerOptions;
  readonly dataDirectory: string;
  /** Resolves when the process is gone, whoever ended it. */
  readonly ended: Promise<void>;
  #ended = false;

  constructor(child: ChildProcess, port: number, logFile: string, options: ServerOptions) {
    this.port = port;
    this.pid = child.pid ?? -1;
    this.logFile = logFile;
    this.options = options;
    this.dataDirectory = dataDirectoryOf(options.directory);
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#ended = true;
        options.registry.remove(this.pid);
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    this.thaw(); // A frozen server would not see the signal.
    this.#signal(stopSignals[mode]);
    if (await this.#waitUntilEnded()) return;
    const log = await this.lastLogLines();
    throw new ServerFailedError(
      `server '${this.options.clusterName}' (pid ${this.pid}) did not end within ${stopTimeout} ms after '${mode}' stop` +
        `\n${log}\nHINT: Is a session waiting in a transaction? Stop it with mode 'immediate'.`,
    );
  }

  /** kill -9 of the server process; its children follow on their own. */
  async crash(): Promise<void> {
    this.thaw();
    const children = childrenOf(this.pid);
    this.#signal('SIGKILL');
    await this.#waitUntilEnded();
    // Until the last child is gone, another server refuses to use the directory's shared memory.
    await poll(stopTimeout, () => (children.some(isAlive) ? undefined : true));
    await removeSharedMemory(this.dataDirectory);
  }

  /** Every process hangs, as on a machine that does not answer: connections stay open and nothing moves. */
  freeze(): void {
    if (this.#ended) return;
    this.#signal('SIGSTOP'); // The server first, so that it starts no more children.
    for (const child of childrenOf(this.pid)) signalProcess(child, 'SIGSTOP');
  }

  thaw(): void {
    if (this.#ended) return;
    for (const child of childrenOf(this.pid)) signalProcess(child, 'SIGCONT');
    this.#signal('SIGCONT');
  }

  /** Writes new settings and lets the server read them; those that need a restart wait for it. */
  async reload(settings: Settings, forceTls: boolean, role = this.options.role): Promise<void> {
    await writeConfiguration(this.dataDirectory, { ...this.options, port: this.port, settings, forceTls, role });
    this.#signal('SIGHUP');
  }

  async lastLogLines(): Promise<string> {
    return lastLines(await readFile(this.logFile, 'utf8').catch(() => ''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.stop('immediate');
    await rm(path.join(this.options.socketDirectory, `.s.PGSQL.${this.port}`), { force: true });
  }

  async #waitUntilEnded(): Promise<boolean> {
    return (await poll(stopTimeout, () => (this.#ended ? true : undefined))) === true;
  }

  #signal(name: NodeJS.Signals): void {
    if (!this.#ended) signalProcess(this.pid, name);
  }
}
