import * as z from 'zod/mini';
import type { ObjectStore } from '../aws/s3/object-store.ts';
import { BackupRun } from '../contracts/nightly-backup.ts';
import { ProgressMissingError } from '../errors.ts';

/** What Step Functions writes for a ResultWriter. Source: Developer Guide, "ResultWriter (Map)". */
const Manifest = z.object({
  ResultFiles: z.object({
    FAILED: z._default(z.array(z.object({ Key: z.string() })), []),
    PENDING: z._default(z.array(z.object({ Key: z.string() })), []),
    SUCCEEDED: z._default(z.array(z.object({ Key: z.string() })), []),
  }),
});
const Child = z.object({
  Status: z.string(),
  Input: z.optional(z.string()),
  Output: z.optional(z.string()),
  Error: z.optional(z.string()),
  Cause: z.optional(z.string()),
});
const Item = z.object({ database: z.string() });

/** How many characters of a child's own cause are kept: the evidence has it whole. */
const mostCause = 600;

/** How the execution of each database ended, as the children of the night's Map report it. */
export async function readMapResults(store: Pick<ObjectStore, 'getText'>, manifestKey: string): Promise<BackupRun[]> {
  const { FAILED, PENDING, SUCCEEDED } = Manifest.parse(await readJson(store, manifestKey)).ResultFiles;
  const runs: BackupRun[] = [];
  for (const { Key } of [...FAILED, ...PENDING, ...SUCCEEDED]) {
    for (const child of z.array(Child).parse(await readJson(store, Key))) runs.push(runOf(child));
  }
  return runs;
}

/** A child catches what its execution ended with; one that failed itself was stopped, or reported more than fits. */
function runOf({ Status, Input = '{}', Output, Error: error, Cause }: z.infer<typeof Child>): BackupRun {
  if (Status === 'SUCCEEDED' && Output !== undefined) return BackupRun.parse(JSON.parse(Output));
  return {
    database: Item.safeParse(JSON.parse(Input)).data?.database ?? 'unknown',
    status: 'FAILED',
    error: error ?? Status,
    cause: Cause?.slice(0, mostCause) ?? null,
  };
}

async function readJson(store: Pick<ObjectStore, 'getText'>, key: string): Promise<unknown> {
  const text = await store.getText(key);
  if (text === undefined)
    throw new ProgressMissingError(`results '${key}' of the night are not in the evidence bucket`);
  return JSON.parse(text);
}
