import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Sandbox } from '../sandbox.ts';
import type { StatusChange } from '../services/states/states-event.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { AwsError } from '../wire/aws-error.ts';

/** How one execution ended. `RUNNING` when the bound was reached first. */
export type ExecutionFacts = {
  readonly workflow: string;
  readonly name: string;
  readonly status: string;
  readonly error: string | null;
  readonly cause: string | null;
  readonly input: unknown;
  readonly output: unknown;
};

/** What can be seen of one run after its end. */
export type RunFacts = {
  /** Those of the workflow itself: two when its schedule came twice, none when it was lost. */
  readonly executions: readonly ExecutionFacts[];
  /** What these have started in turn. */
  readonly children: readonly ExecutionFacts[];
  /** Throw-away copies that are still there, whoever made them. */
  readonly copies: readonly string[];
  /** What the run has put into the bucket of evidence, unpacked, by key. */
  readonly evidence: ReadonlyMap<string, string>;
  /** Everything that the run wrote where a person or a program can read it: history, log, evidence. */
  readonly written: string;
  /** What IAM has refused to a role meanwhile. */
  readonly refusals: readonly string[];
  /** The region of the workflow was cut off: for that time nothing could be written or reported by anybody. */
  readonly wasCutOff: boolean;
  /** The fault has ended sessions of a server: nothing says that the workflow has. */
  readonly endedSessions: boolean;
  readonly milliseconds: number;
};

export type Call = <T>(service: string, operation: string, input: object) => Promise<T>;

export const asOperator =
  (sandbox: Sandbox): Call =>
  (service, operation, input) =>
    sandbox.dispatch(service, operation, input, {
      region: sandbox.region,
      caller: sandbox.credentials.operator.caller,
    }) as Promise<never>;

export type RunOptions = {
  readonly start: () => Promise<unknown>;
  /** Milliseconds. */
  readonly bound: number;
  readonly log: () => string;
  /** Workflows that run all the time, and are no part of the run. */
  readonly beside?: readonly string[];
  /** Lets everything work again, when the run has ended. */
  readonly release?: () => Promise<void>;
  /** Of a workflow that what was lost is found for: all works again and somebody looks. Then it must end. */
  readonly heal?: () => Promise<void>;
};

/** Longer than any run takes that nothing was lost of. True milliseconds. */
const healAfter = 30_000;
/** What is put on the bus has started something by then, or nothing. */
const startsWithin = 10_000;

/** Begins a run by `start`, waits at most `bound` milliseconds for it and all that it starts, and looks at what it left. */
export async function runAndInspect(
  sandbox: Sandbox,
  workflow: string,
  { start, bound, log, beside = [], release, heal }: RunOptions,
): Promise<Omit<RunFacts, 'copies' | 'wasCutOff' | 'endedSessions'>> {
  const call = asOperator(sandbox);
  const arns = new Set<string>();
  const stopListening = sandbox.states.onEvent((event) => {
    if (event.kind !== 'history' || event.event.type !== 'ExecutionStarted') return;
    if (beside.some((other) => event.executionArn.includes(`:execution:${other}-`))) return;
    // An alarm that rings meanwhile asks people, for hours: that is no part of the run.
    if (workflow === 'alert' || !event.executionArn.includes(':execution:alert-')) arns.add(event.executionArn);
  });
  const refusedBefore = sandbox.iam.denials().length;
  const began = Date.now();
  const bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? '';
  const before = new Set(await keysIn(call, bucket));
  const ends = new Map<string, StatusChange | undefined>();
  let isHealed = heal === undefined;
  /** An event may start others, too. */
  const hasBegun = () => [...arns].some((arn) => arn.includes(`:execution:${workflow}-`));
  const left = () => Math.max(1, bound - (Date.now() - began));
  const mend = async (): Promise<void> => {
    isHealed = true;
    await heal?.();
    await somethingWithin(hasBegun, startsWithin);
  };
  try {
    await start();
    if (!isHealed && !(await somethingWithin(hasBegun, startsWithin))) await mend();
    // What outlives the run is part of it: a proof that it lost sight of removes its copy itself.
    for (;;) {
      const next = [...arns].find((arn) => !ends.has(arn));
      if (next === undefined) break;
      let end = await endWithin(sandbox, next, isHealed ? left() : Math.min(left(), healAfter));
      if (end === undefined && !isHealed) {
        await mend();
        end = await endWithin(sandbox, next, left());
      }
      ends.set(next, end);
      if (end === undefined) {
        await release?.();
        await call('states', 'StopExecution', { executionArn: next });
      }
    }
    await release?.();
  } finally {
    stopListening();
  }
  const milliseconds = Date.now() - began;
  // A deletion that the run has started is not "left".
  await sandbox.rds.inspect.idle();

  const facts = [...ends].map(([arn, end]): ExecutionFacts => {
    const [, machine = '', name = ''] = /:execution:([^:]+):([^:]+)$/.exec(arn) ?? [];
    const { status = 'RUNNING', error = null, cause = null, input = null, output = null } = end ?? {};
    const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
    const texts = { input: parsed(input), output: parsed(output) };
    return { workflow: workflowOf(machine), name, status, error, cause, ...texts };
  });
  const evidence = new Map<string, string>();
  for (const key of await keysIn(call, bucket)) {
    if (!before.has(key)) evidence.set(key, await objectText(call, bucket, key));
  }
  const histories = await Promise.all([...ends.keys()].map((arn) => history(call, arn)));
  return {
    executions: facts.filter((one) => one.workflow === workflow),
    children: facts.filter((one) => one.workflow !== workflow),
    evidence,
    written: [...histories.map((events) => JSON.stringify(events)), log(), ...evidence.values()].join('\n'),
    refusals: sandbox.iam
      .denials()
      .slice(refusedBefore)
      .map(({ caller, action, resource }) => `${action} on ${resource} is refused to ${caller.split('/').pop()}`),
    milliseconds,
  };
}

async function somethingWithin(look: () => boolean, bound: number): Promise<boolean> {
  for (const until = Date.now() + bound; Date.now() < until; ) {
    if (look()) return true;
    await pause(100);
  }
  return look();
}

async function endWithin(sandbox: Sandbox, executionArn: string, bound: number): Promise<StatusChange | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), bound);
  });
  try {
    return await Promise.race([sandbox.states.waitForEnd(executionArn), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function history(call: Call, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events?: HistoryEvent[]; nextToken?: string } = await call('states', 'GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

async function keysIn(call: Call, Bucket: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: { Contents?: { Key: string }[]; NextContinuationToken?: string } = await call('s3', 'ListObjectsV2', {
      Bucket,
      ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    });
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

async function objectText(call: Call, Bucket: string, Key: string): Promise<string> {
  try {
    const { Body } = await call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
    if (Body instanceof Uint8Array) return unpacked(Key, Buffer.from(Body));
    const chunks: Buffer[] = [];
    for await (const chunk of Body) chunks.push(Buffer.from(chunk as Uint8Array));
    return unpacked(Key, Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchKey') return '';
    throw error;
  }
}

const unpacked = (key: string, bytes: Buffer): string => String(key.endsWith('.gz') ? gunzipSync(bytes) : bytes);
