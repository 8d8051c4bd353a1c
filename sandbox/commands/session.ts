import path from 'node:path';
import type { DatabasePolicy } from '../../shared/policy/schema.ts';
import { loginOfApplication } from '../demo/application.ts';
import { storeClientSecret } from '../demo/client-secret.ts';
import { copyDatabase } from '../demo/copy-database.ts';
import { startDeadMan } from '../demo/dead-man.ts';
import { loadDemo } from '../demo/load.ts';
import type { Loading } from '../demo/loading.ts';
import { checkSource, readSourceUrl } from '../demo/source-url.ts';
import { startWriters, type Writers } from '../demo/writers.ts';
import { packageStage, type SourceEdit } from '../package/package-stage.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox.ts';
import { createSource, type Source } from '../source.ts';
import { devStage, operationsFile } from '../stage-policy.ts';
import { stepLine, type Terminal } from '../terminal/terminal.ts';
import { listenOnSocket } from './control-socket.ts';
import { answerEvent } from './event.ts';
import { defaultDataDirectory, removeDirectory, takeDirectory, writeLock } from './lock.ts';
import type { CommandOptions } from './options.ts';
import { preflight } from './preflight.ts';

/** Exit code of a command that Ctrl-C or `stop` ended. */
export const interrupted = 130;

export type Session = {
  readonly sandbox: Sandbox;
  readonly source: Source;
  readonly writers: Writers | undefined;
  /** What did not arrive of the reader's own database. */
  readonly loading: Loading | undefined;
  /** What the sandbox was started from, for another one beside it. */
  readonly packageDirectory: string;
  close(): Promise<void>;
};

/** Packages, starts the sandbox, fills the source and keeps writers on it, reporting each step. */
export async function openSession(
  options: CommandOptions,
  terminal: Terminal,
  more: Pick<SandboxOptions, 'onLog' | 'leastWait' | 'runSchedules' | 'intercept' | 'interceptDelivery'> & {
    /** Instead of the demo. */
    readonly fill?: (master: Source['master']) => Promise<void>;
    readonly edits?: readonly SourceEdit[];
  } = {},
): Promise<Session> {
  const { fill, edits = [], ...ofSandbox } = more;
  const { policy, region } = databaseOf(options.database);
  const directory = path.resolve(options.dataDirectory ?? defaultDataDirectory());
  const stopping = new AbortController();
  const step = async <T>(title: string, work: () => Promise<T>, remark: (result: T) => string): Promise<T> => {
    const since = Date.now();
    terminal.status(title, since);
    try {
      const result = await work();
      terminal.line(stepLine('✔', title, Date.now() - since, remark(result)));
      return result;
    } catch (error) {
      if (!stopping.signal.aborted) terminal.line(stepLine('✖', title, Date.now() - since));
      throw error;
    } finally {
      terminal.clear();
    }
  };

  // Before anything is started: a wrong password should not take a minute to report.
  if (options.from !== undefined) await checkSource(readSourceUrl(options.from));
  await preflight({ dataDirectory: directory, port: options.port, megabytes: options.megabytes });
  await takeDirectory(directory);
  const closers: (() => Promise<unknown>)[] = [];
  // What is just being made cannot be ended: closing waits for it.
  let making: Promise<unknown> = Promise.resolve();
  const close = once(async () => {
    stopping.abort(new Error('the sandbox is stopped'));
    await making.catch(() => {});
    const failures: unknown[] = [];
    for (const closer of [...closers.reverse(), () => removeDirectory(directory)]) {
      await closer().catch((error) => failures.push(error));
    }
    process.off('SIGINT', leave).off('SIGTERM', leave).off('SIGHUP', leave);
    if (failures.length > 0) throw failures[0];
  });
  const leave = () => {
    // Whoever presses Ctrl-C twice does not want to wait: the servers die with the process.
    if (process.exitCode === interrupted) process.exit();
    process.exitCode = interrupted;
    terminal.clear();
    terminal.line('stopping');
    void close().finally(() => process.exit(interrupted));
  };
  // Not `once`: the registry of servers leaves a signal to others only while they listen.
  process.on('SIGINT', leave).on('SIGTERM', leave).on('SIGHUP', leave);
  const packageDirectory = path.join(directory, 'package');
  const start = async (): Promise<Sandbox> => {
    await step(
      'package',
      () => packageStage('dev', packageDirectory, { signal: stopping.signal, edits }),
      () => 'serverless package --stage dev',
    );
    stopping.signal.throwIfAborted();
    return step(
      'sandbox',
      () =>
        startSandbox({
          packageDirectory,
          dataDirectory: directory,
          region,
          speed: options.speed,
          port: options.port,
          // The source is only the stage: it comes up faster than RDS would bring it. The copy is a few MB.
          rds: { durations: { create: 30_000, automatedBackup: 15_000, copyAcrossRegions: 120_000 } },
          ...ofSandbox,
        }),
      ({ endpoint, template }) =>
        `${endpoint}, ${template.functions.length} functions, waits ${options.speed} times shorter`,
    );
  };
  try {
    const started = start();
    making = started.then((sandbox) => closers.push(() => sandbox.stop()));
    await making;
    const sandbox = await started;
    stopping.signal.throwIfAborted();
    const control = await listenOnSocket(directory, answerEvent(sandbox));
    closers.push(() => control.close());
    writeLock(directory, sandbox.endpoint, control.path);
    const { dr } = devStage();
    if (dr !== undefined) sandbox.kms.addKey(dr.kmsKeyId);
    let loaded = '';
    let loading: Loading | undefined;
    const source = await step(
      'database',
      () =>
        createSource(sandbox, {
          policy,
          fill: async (master) => {
            if (fill !== undefined) {
              loaded = policy.instance;
              return fill(master);
            }
            if (options.from !== undefined) {
              const ca = sandbox.rds.inspect.certificateAuthorityPath;
              const copied = await copyDatabase(options.from, master, ca, (text) =>
                terminal.status(`database  ${text}`),
              );
              loaded = copied.reported;
              loading = copied.loading;
              return;
            }
            const { rows, bytes } = await loadDemo(master, {
              megabytes: options.megabytes,
              onProgress: ({ title, fraction }) =>
                terminal.status(`database  ${title} ${Math.round(100 * fraction)} %`),
            });
            loaded = `${policy.instance}: ${rows} rows loaded, ${Math.round(bytes / 1e6)} MB with indexes`;
          },
        }),
      () => loaded,
    );
    if (policy.capabilities.fence !== undefined) {
      const deadMan = startDeadMan(sandbox, policy.instance, policy.database);
      closers.push(async () => deadMan.stop());
    }
    if (options.from !== undefined || options.writesPerSecond === 0)
      return { sandbox, source, writers: undefined, loading, packageDirectory, close };
    const writers = await step(
      'writers',
      async () => {
        const application = await loginOfApplication(source.master);
        storeApplicationSecret(sandbox, policy.secretArn, application);
        storeClientSecret(sandbox, options.database, application);
        return startWriters(application, { clients: 4, targetPerSecond: options.writesPerSecond });
      },
      () => `4 connections, about ${options.writesPerSecond} transactions a second`,
    );
    closers.push(() => writers.stop());
    return { sandbox, source, writers, loading, packageDirectory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function databaseOf(name: string): { readonly policy: DatabasePolicy; readonly region: string } {
  const { databases, region } = devStage();
  const policy = databases[name];
  if (policy !== undefined) return { policy, region };
  throw new Error(
    `database '${name}' is not in stage 'dev' of ${operationsFile()}, known are '${Object.keys(databases).join("', '")}'`,
  );
}

/** In another folder than the functions' secrets, and in each region: whoever serves from there logs in by it. */
function storeApplicationSecret(
  sandbox: Sandbox,
  functionsArn: string,
  { user, password }: { readonly user: string; readonly password: string },
): void {
  const name = (functionsArn.split(':secret:')[1] ?? functionsArn).replace(/^pg-gameday\//, 'pg-gameday-application/');
  for (const { region } of sandbox.stacks) {
    const store = sandbox.secrets.secrets.in(region);
    store.putValue(store.create(name), { text: JSON.stringify({ username: user, password }) });
  }
}

/** However often it is called, the work is done once and everybody waits for its end. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
