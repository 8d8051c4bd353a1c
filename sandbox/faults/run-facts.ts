import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { Evidence } from '../../shared/contracts/backup-and-verify.ts';
import type { Sandbox } from '../sandbox.ts';
import { AwsError } from '../wire/aws-error.ts';

/** What can be seen of one run after its end. */
export type RunFacts = {
  readonly name: string;
  /** `RUNNING` when the bound was reached first. */
  readonly status: string;
  readonly error: string | null;
  readonly cause: string | null;
  readonly evidence: Evidence | undefined;
  /** Throw-away copies that are still there, whoever made them. */
  readonly copies: readonly string[];
  /** The run's snapshots that are available. */
  readonly snapshots: readonly string[];
  /** Everything that the run wrote where a person or a program can read it. */
  readonly written: string;
  readonly milliseconds: number;
};

/** Says which execution made a snapshot. */
const executionTag = 'pg-gameday:execution';

type Call = <T>(service: string, operation: string, input: object) => Promise<T>;

export const asOperator =
  (sandbox: Sandbox): Call =>
  (service, operation, input) =>
    sandbox.dispatch(service, operation, input, {
      region: sandbox.region,
      caller: sandbox.credentials.operator.caller,
    }) as Promise<never>;

/** Runs one execution of backup-and-verify, at most for `bound` milliseconds, and looks at what it left. */
export async function runAndLook(
  sandbox: Sandbox,
  { database, name, bound, log }: { database: string; name: string; bound: number; log: () => string },
): Promise<RunFacts> {
  const call = asOperator(sandbox);
  const machine = sandbox.template.stateMachines.find((one) => one.name.startsWith('backup-and-verify-'));
  const started = Date.now();
  const { executionArn } = await call<{ executionArn: string }>('states', 'StartExecution', {
    stateMachineArn: machine?.arn,
    name,
    input: JSON.stringify({ database }),
  });
  const end = await endWithin(sandbox, executionArn, bound);
  const milliseconds = Date.now() - started;
  if (end === undefined) await call('states', 'StopExecution', { executionArn });
  // A proof outlives a run that lost sight of it, and removes its copy itself.
  const proofs = await proofsOf(sandbox, call, name);
  for (const proof of proofs) await endWithin(sandbox, proof, bound);
  // A deletion that the run has started is not "left".
  await sandbox.rds.inspect.idle();

  const evidenceText = await readEvidence(sandbox, call, `${database}/${name}/evidence.json`);
  const { DBSnapshots = [] } = await call<{ DBSnapshots?: DBSnapshot[] }>('rds', 'DescribeDBSnapshots', {
    SnapshotType: 'manual',
  });
  return {
    name,
    status: end?.status ?? 'RUNNING',
    error: end?.error ?? null,
    cause: end?.cause ?? null,
    evidence: evidenceText === undefined ? undefined : Evidence.parse(JSON.parse(evidenceText)),
    copies: sandbox.rds.inspect
      .instances()
      .map(({ identifier }) => identifier)
      .filter((identifier) => identifier.startsWith('gd-copy-')),
    snapshots: DBSnapshots.filter(({ Status }) => Status === 'available')
      .filter(({ TagList = [] }) => TagList.some(({ Key, Value }) => Key === executionTag && Value === name))
      .map(({ DBSnapshotIdentifier = '' }) => DBSnapshotIdentifier),
    written: [
      ...(await Promise.all([executionArn, ...proofs].map(async (arn) => JSON.stringify(await history(call, arn))))),
      log(),
      evidenceText ?? '',
    ].join('\n'),
    milliseconds,
  };
}

/** Removes what a run left, so that the next one begins like the first. */
export async function cleanUp(sandbox: Sandbox, { copies, snapshots }: RunFacts): Promise<void> {
  const call = asOperator(sandbox);
  for (const DBInstanceIdentifier of copies) {
    await call('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
  }
  for (const DBSnapshotIdentifier of snapshots) {
    await call('rds', 'DeleteDBSnapshot', { DBSnapshotIdentifier });
  }
  await sandbox.rds.inspect.idle();
}

async function endWithin(sandbox: Sandbox, executionArn: string, bound: number) {
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

/** The executions of prove-snapshot that a run has started: they bear the beginning of its name. */
async function proofsOf(sandbox: Sandbox, call: Call, name: string): Promise<string[]> {
  const machine = sandbox.template.stateMachines.find((one) => one.name.startsWith('prove-snapshot-'));
  const { executions = [] } = await call<{ executions?: { name: string; executionArn: string }[] }>(
    'states',
    'ListExecutions',
    { stateMachineArn: machine?.arn, maxResults: 1000 },
  );
  return executions
    .filter((one) => one.name.startsWith(`${name.slice(0, 60)}-`))
    .map(({ executionArn }) => executionArn);
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

/** Undefined when there is none. A run that could not be planned has its evidence in a folder of its own. */
async function readEvidence(sandbox: Sandbox, call: Call, end: string): Promise<string | undefined> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  for (const Key of [`backup-and-verify/${end}`, `backup-and-verify/_unplanned/${end.split('/').slice(1).join('/')}`]) {
    try {
      const { Body } = await call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
      return Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'NoSuchKey')) throw error;
    }
  }
  return undefined;
}
