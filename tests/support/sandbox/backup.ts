import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { commandLineOf } from '../../../sandbox/postgres/processes.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import type { PublishedMessage } from '../../../sandbox/services/sns/sns.ts';
import { createSource, type Source, type SourceOptions } from '../../../sandbox/source.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import type { Intercept } from '../../../sandbox/wire/dispatch.ts';
import { DroppedConnection } from '../../../sandbox/wire/dropped-connection.ts';
import { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import { backupSnapshotId, copyInstanceId, proofExecutionName } from '../../../shared/domain/resource/throw-away.ts';
import { readOperationsFile } from '../../../shared/policy/read-file.ts';
import type { DatabasePolicy } from '../../../shared/policy/schema.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const region = 'us-east-1';

/** The databases of the dev stage: the demo's, with its assertions, and one for any other content. */
export type DatabaseName = 'fantasy' | 'own';
export const policyOf = (database: DatabaseName): DatabasePolicy => {
  const found = readOperationsFile(path.join(root, 'operations.yml')).stages.dev.databases[database];
  assert.ok(found);
  return found;
};

/** The demo's database. */
export const database: DatabaseName = 'fantasy';
export const policy = policyOf(database);

/** One call of a service on its way; `about` is what of its input names a run. */
export type Call = {
  readonly service: string;
  readonly operation: string;
  readonly about: string;
  readonly input: unknown;
};

/** Stands between a call that a function or a machine makes for one run, and its operation. */
export type Hook = (call: Call, next: () => Promise<unknown>, run: RunNames) => Promise<unknown>;

/** Names that the run's own objects bear, known before it starts. */
export type RunNames = {
  readonly name: string;
  readonly snapshotId: string;
  readonly copyId: string;
};

export type BackupRun = RunNames & {
  readonly status: string;
  readonly error: string | null;
  readonly cause: string;
  readonly evidence: Evidence;
  readonly notifications: readonly PublishedMessage[];
  /** Throw-away copies of this run that are still there. */
  readonly copies: readonly string[];
  readonly seconds: number;
};

export type LogLine = { readonly at: number; readonly functionName: string; readonly message: string };

export type BackupFixture = {
  readonly sandbox: Sandbox;
  readonly source: Source;
  /** Everything that functions have written. */
  readonly lines: readonly LogLine[];
  /** Refuses calls of functions and machines; a test sets it, and sets it back. `role` is the physical name. */
  refuse: ((call: Call, role: string) => AwsError | undefined) | undefined;
  /** Runs one execution to its end. Only one run at a time is between its start and the end of its bracket. */
  run(options?: { readonly hook?: Hook; readonly input?: unknown; readonly queue?: boolean }): Promise<BackupRun>;
  call<T = unknown>(service: string, operation: string, input: object): Promise<T>;
  /** A session of the sandbox's superuser on an instance's database. */
  asSuperuser<T>(instance: string, work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** A session of the master user on the source. */
  asMaster<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Stops everything and checks that no process, port or directory is left. */
  close(): Promise<void>;
};

export type FixtureOptions = Pick<SourceOptions, 'fill' | 'parameters'> & {
  /** The demo's when absent. */
  readonly database?: DatabaseName;
  readonly rds?: SandboxOptions['rds'];
  readonly speed?: number;
  /** Of other operations than those of the repository. */
  readonly packageDirectory?: string;
  /** What stands before the hooks of runs. */
  readonly before?: (hooks: Intercept) => Intercept;
};

/** A sandbox with one source, filled and bootstrapped, on which backup-and-verify can run. */
export async function openBackupFixture({
  database = 'fantasy',
  fill,
  parameters,
  rds,
  speed = 500,
  packageDirectory = freshPackage(),
  before = (hooks) => hooks,
}: FixtureOptions): Promise<BackupFixture> {
  const policy = policyOf(database);
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'pgd-backup-'));
  // Root's servers run as another user.
  await chmod(dataDirectory, 0o755);
  const hooks = new Map<string, { readonly hook: Hook; readonly names: RunNames }>();
  const lines: LogLine[] = [];
  const fixture: Pick<BackupFixture, 'refuse'> = { refuse: undefined };
  const sandbox = await startSandbox({
    packageDirectory,
    dataDirectory,
    region,
    speed,
    ...(rds === undefined ? {} : { rds }),
    onLog: (_, group, { at, message }, stream) => void lines.push({ at, functionName: `${group} ${stream}`, message }),
    authorize: ({ service, operation, caller }, input) =>
      caller.roleName === undefined
        ? undefined
        : fixture.refuse?.({ service, operation, about: aboutOf(service, input), input }, caller.roleName),
    intercept: before(async ({ service, operation, caller }, input, next) => {
      if (caller.roleName === undefined) return next();
      const about = aboutOf(service, input);
      const [, found] = [...hooks].find(([key]) => about.includes(key)) ?? [];
      return found === undefined ? next() : found.hook({ service, operation, about, input }, next, found.names);
    }),
  });
  const call = <T>(service: string, operation: string, input: object) =>
    sandbox.dispatch(service, operation, input, { region, caller: sandbox.credentials.operator.caller }) as Promise<T>;
  const asSuperuser: BackupFixture['asSuperuser'] = (instance, work) =>
    asAdministrator(sandbox.rds.inspect.server(region, instance), work, policy.database);
  const gate = makeGate();
  let runs = 0;

  const run: BackupFixture['run'] = async ({ hook, input = { database }, queue = true } = {}) => {
    runs += 1;
    const name = `run-${runs}-${Date.now().toString(36)}`;
    const attempts = [1, 2];
    const copyIds = attempts.map((attempt) => copyInstanceId(database, proofExecutionName(name, attempt), attempt));
    const [copyId = ''] = copyIds;
    const names = { name, copyId, snapshotId: backupSnapshotId(database, name, 1) };
    const keys = [...attempts.map((attempt) => backupSnapshotId(database, name, attempt)), ...copyIds, name];
    const broken: unknown[] = [];
    const leave = queue ? await gate() : () => {};
    if (hook !== undefined) {
      const guarded: Hook = async (...call) => {
        try {
          return await hook(...call);
        } catch (error) {
          // What a hook means to throw is an answer of AWS or none; anything else is a broken test.
          if (!(error instanceof AwsError || error instanceof DroppedConnection)) broken.push(error);
          throw error;
        }
      };
      // Calls name a run by the names of its objects, or by its own, with which its proof's name begins.
      for (const key of keys) hooks.set(key, { hook: guarded, names });
    }
    const stopListening = sandbox.states.onEvent((event) => {
      if (event.kind !== 'history' || !event.executionArn.endsWith(`:${name}`)) return;
      if (event.event.stateEnteredEventDetails?.name === 'CheckSnapshot') leave();
    });
    const started = Date.now();
    try {
      const stateMachineArn = sandbox.template.stateMachines.find(
        ({ name }) => workflowOf(name) === 'backup-and-verify',
      )?.arn;
      const { executionArn } = await call<{ executionArn: string }>('states', 'StartExecution', {
        stateMachineArn,
        name,
        input: JSON.stringify(input),
      });
      const end = await sandbox.states.waitForEnd(executionArn);
      if (broken.length > 0) throw broken[0];
      const recorded = await readEvidence(sandbox, call, name);
      return {
        ...names,
        status: end.status,
        error: end.error,
        cause: end.cause ?? '',
        get evidence(): Evidence {
          assert.ok(recorded, `run '${name}' has no evidence`);
          return recorded;
        },
        notifications: sandbox.template.topics.flatMap(({ arn }) =>
          sandbox.sns.messages(arn).filter(({ attributes }) => attributes['execution'] === name),
        ),
        copies: sandbox.rds.inspect
          .instances()
          .map(({ identifier }) => identifier)
          .filter((identifier) => copyIds.includes(identifier)),
        seconds: (Date.now() - started) / 1000,
      };
    } finally {
      stopListening();
      for (const key of keys) hooks.delete(key);
      leave();
    }
  };

  const close = async () => {
    await sandbox.stop();
    assert.deepEqual(processesOf(dataDirectory), [], 'a process is left');
    assert.equal(await isOpen(Number(new URL(sandbox.endpoint).port)), false, 'the endpoint is left');
    await rm(dataDirectory, { recursive: true });
  };
  try {
    const source = await createSource(sandbox, { policy, fill, ...(parameters === undefined ? {} : { parameters }) });
    const asMaster: BackupFixture['asMaster'] = async (work) => {
      const client = new pg.Client(source.master);
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    };
    return Object.assign(fixture, { sandbox, source, lines, run, call, asSuperuser, asMaster, close });
  } catch (error) {
    await close();
    throw error;
  }
}

type CallOperator = BackupFixture['call'];

/** What `npm run package` wrote, unless something that goes into it is newer. */
export function freshPackage(): string {
  const directory = path.resolve(process.env['SANDBOX_PACKAGE'] ?? path.join(root, 'dist/dev'));
  const written = path.join(directory, 'serverless-state.json');
  const hint = 'HINT: Run `npm run package` first.';
  if (!existsSync(written)) throw new Error(`there is no package in '${directory}'\n${hint}`);
  const packaged = statSync(written).mtimeMs;
  const parts =
    '{operations.yml,serverless.yml,workflows.yml,{functions,shared,statemachines,resources,packaging}/**/*.{ts,mjs,cjs,yml}}';
  const newer = globSync(parts, { cwd: root }).find((file) => statSync(path.join(root, file)).mtimeMs > packaged);
  if (newer !== undefined && process.env['SANDBOX_PACKAGE'] === undefined)
    throw new Error(`'${newer}' is newer than the package in '${directory}'\n${hint}`);
  return directory;
}

/** Whether a call starts the function of that key. */
export const invokes = ({ operation, about }: Call, key: string) =>
  operation === 'Invoke' && (about.split(' ', 1)[0] ?? '').endsWith(`-${key}`);

function aboutOf(service: string, input: unknown): string {
  const members = (input ?? {}) as Record<string, unknown>;
  if (service === 's3') return String(members['Key'] ?? '');
  if (service !== 'lambda') return JSON.stringify(input) ?? '';
  const payload = members['Payload'];
  const shown = payload instanceof Uint8Array ? Buffer.from(payload).toString() : String(payload ?? '');
  return `${String(members['FunctionName'])} ${shown}`;
}

/** One after the other: each waits until the one before it has left. */
function makeGate(): () => Promise<() => void> {
  let last = Promise.resolve();
  return async () => {
    const before = last;
    let leave = () => {};
    last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  };
}

/** A run that could not be planned has its evidence in a folder of its own. */
async function readEvidence(sandbox: Sandbox, call: CallOperator, name: string): Promise<Evidence | undefined> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const { Contents = [] } = await call<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', {
    Bucket,
    Prefix: 'backup-and-verify/',
  });
  const found = Contents.find(({ Key }) => Key.endsWith(`/${name}/evidence.json`));
  if (found === undefined) return undefined;
  const { Body } = await call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key: found.Key });
  return Evidence.parse(JSON.parse(Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body)));
}

/** Servers have their data directory in their command line. */
function processesOf(directory: string): string[] {
  const pids = existsSync('/proc/self') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.map((pid) => commandLineOf(Number(pid))).filter((line) => line.includes(directory));
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.unref();
  });
}
