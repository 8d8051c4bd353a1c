import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import type { PublishedMessage } from '../../../sandbox/services/sns/sns.ts';
import type { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { freshPackage } from './backup.ts';

const region = 'us-east-1';

export type AccountCall = { readonly service: string; readonly operation: string; readonly input: unknown };

export type Run = {
  readonly name: string;
  readonly status: string;
  readonly error: string | null;
  readonly cause: string;
  readonly notifications: readonly PublishedMessage[];
};

/** The packaged template in an account of its own, without any database. */
export type AccountFixture = {
  readonly sandbox: Sandbox;
  /** Refuses calls of functions and machines; a test sets it, and sets it back. */
  refuse: ((call: AccountCall) => AwsError | undefined) | undefined;
  /** Everything that functions have written. */
  readonly log: readonly string[];
  run(workflow: string, input?: object): Promise<Run>;
  read(key: string): Promise<string>;
  call<T = unknown>(service: string, operation: string, input: object): Promise<T>;
  close(): Promise<void>;
};

export async function openAccountFixture({ speed = 1000 }: { readonly speed?: number } = {}): Promise<AccountFixture> {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'pgd-account-'));
  await chmod(dataDirectory, 0o755);
  const log: string[] = [];
  const fixture: Pick<AccountFixture, 'refuse'> = { refuse: undefined };
  const sandbox = await startSandbox({
    packageDirectory: freshPackage(),
    dataDirectory,
    region,
    speed,
    onLog: (_region, _group, { message }) => void log.push(message),
    authorize: ({ service, operation, caller }, input) =>
      caller.roleName === undefined ? undefined : fixture.refuse?.({ service, operation, input }),
  });
  const call = <T>(service: string, operation: string, input: object) =>
    sandbox.dispatch(service, operation, input, { region, caller: sandbox.credentials.operator.caller }) as Promise<T>;
  let runs = 0;
  return Object.assign(fixture, {
    sandbox,
    log,
    call,
    async run(workflow: string, input: object = {}): Promise<Run> {
      runs += 1;
      const name = `run-${runs}-${Date.now().toString(36)}`;
      const stateMachineArn = sandbox.template.stateMachines.find((one) => one.name === `${workflow}-dev`)?.arn;
      const { executionArn } = await call<{ executionArn: string }>('states', 'StartExecution', {
        stateMachineArn,
        name,
        input: JSON.stringify(input),
      });
      const { status, error, cause } = await sandbox.states.waitForEnd(executionArn);
      const notifications = sandbox.template.topics
        .flatMap(({ arn }) => sandbox.sns.messages(arn))
        .filter(({ attributes }) => attributes['execution'] === name);
      return { name, status, error: error ?? null, cause: cause ?? '', notifications };
    },
    async read(Key: string): Promise<string> {
      const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
      const { Body } = await call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
      return Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    },
    async close(): Promise<void> {
      await sandbox.stop();
      await rm(dataDirectory, { recursive: true });
      assert.deepEqual(sandbox.rds.inspect.instances(), []);
    },
  });
}
