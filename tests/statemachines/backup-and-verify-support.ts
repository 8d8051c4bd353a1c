import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { scriptLambdas } from '../../sandbox/asl/lambda-script.ts';
import { type MachineResult, type RunOptions, runMachine } from '../../sandbox/asl/run-machine.ts';
import { makeClock } from '../../sandbox/clock.ts';
import * as backup from '../../shared/contracts/backup-and-verify.ts';
import * as instances from '../../shared/contracts/instances.ts';
import * as verification from '../../shared/contracts/verification.ts';

type MachineState = {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
};
type Definition = { readonly States: Readonly<Record<string, MachineState>> };

export const definition: Definition = parse(
  readFileSync(new URL('../../statemachines/backup-and-verify.asl.yml', import.meta.url), 'utf8'),
);

/** The contracts of each task, by its serverless key. */
const contracts = {
  planRun: [backup.PlanRunInput, backup.PlanRunOutput],
  takeWitness: [backup.TakeWitnessInput, backup.TakeWitnessOutput],
  checkSnapshot: [backup.CheckSnapshotInput, backup.CheckSnapshotOutput],
  startRestore: [instances.StartRestoreInput, instances.StartRestoreOutput],
  checkRestore: [instances.CheckRestoreInput, instances.CheckRestoreOutput],
  verifyServer: [verification.VerifyServerInput, verification.VerifyServerOutput],
  verifySchema: [verification.VerifySchemaInput, verification.VerifySchemaOutput],
  verifyTables: [verification.VerifyTablesInput, verification.VerifyTablesOutput],
  verifyStructure: [verification.VerifyStructureInput, verification.VerifyStructureOutput],
  verifyAssertions: [verification.VerifyAssertionsInput, verification.VerifyAssertionsOutput],
  deleteCopy: [instances.DeleteCopyInput, instances.DeleteCopyOutput],
  checkDeleted: [instances.CheckDeletedInput, instances.CheckDeletedOutput],
  recordEvidence: [backup.RecordEvidenceInput, backup.RecordEvidenceOutput],
  publishOutcome: [backup.PublishOutcomeInput, backup.PublishOutcomeOutput],
} as const;

export type Task = keyof typeof contracts;
type Input<T extends Task> = z.output<(typeof contracts)[T][0]>;
type Output<T extends Task> = z.input<(typeof contracts)[T][1]>;

/** The inputs of every call of each task, as its contract parsed them. */
export type Calls = { readonly [T in Task]: Input<T>[] };

/** What a task does when it is called for the `call`-th time (from 1): answers, or throws. */
export type Script<T extends Task> = (input: Input<T>, call: number) => Output<T> | Promise<Output<T>>;
export type Scripts = { readonly [T in Task]?: Script<T> };

export type BackupResult = MachineResult & { readonly calls: Calls };

const copyOf = (attempt: number) => `copy-${attempt}`;
const rungs = (input: verification.VerificationInput, task: string) => ({
  rungsKey: `${input.evidencePrefix}/rungs/${task}-of-${input.witnessKey}`,
  statuses: {},
});

/** A database whose snapshot is exact. */
const soundRun: { readonly [T in Task]: Script<T> } = {
  planRun: ({ executionName, request }) => {
    const { database } = backup.RunRequest.parse(request);
    return { database, sourceInstanceId: `${database}-dev`, evidencePrefix: `runs/${executionName}` };
  },
  takeWitness: ({ attempt }) => ({
    snapshotId: `snapshot-${attempt}`,
    witnessKey: `witness-${attempt}`,
    tables: 2,
    rows: '10',
  }),
  checkSnapshot: () => ({ ready: true, status: 'available', percent: 100 }),
  startRestore: ({ attempt }) => ({ instanceId: copyOf(attempt), expiresAt: '2026-01-01T06:00:00Z' }),
  checkRestore: () => ({ ready: true, status: 'available' }),
  verifyServer: (input) => ({ ...rungs(input, 'server'), bracket: 'inside' }),
  verifySchema: (input) => rungs(input, 'schema'),
  verifyTables: (input) => rungs(input, 'tables'),
  verifyStructure: (input) => rungs(input, 'structure'),
  verifyAssertions: (input) => rungs(input, 'assertions'),
  deleteCopy: ({ attempt }) => ({ instanceId: copyOf(attempt), deleting: true }),
  checkDeleted: () => ({ deleted: true, status: 'gone' }),
  recordEvidence: ({ failure, cleanUpFailure }) => ({
    verdict: failure === null && cleanUpFailure === null ? 'exact' : 'failed',
    summary: failure?.error ?? cleanUpFailure?.error ?? 'all 10 rows are proven',
    evidenceKey: 'evidence.json',
    reportKey: 'report.html',
  }),
  publishOutcome: () => ({ messageId: 'message-1' }),
};

/** Six hours of polling take under a second; a task has all the real time that it may need. */
const clock = makeClock(1_000_000);

const taken = new Set<string>();

/**
 * Runs the real state machine with scripted tasks. Every payload and every answer must pass the real contracts: what
 * does not fails the test, even where the state machine would catch it.
 */
export async function runBackup(
  scripts: Scripts = {},
  options: Partial<RunOptions> & { readonly input?: unknown } = {},
): Promise<BackupResult> {
  const names = Object.keys(contracts) as Task[];
  const calls = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
  const breaches: string[] = [];
  const obey = (schema: z.core.$ZodType, value: unknown, what: string): unknown => {
    const parsed = z.safeParse(schema, value);
    if (!parsed.success) breaches.push(`${what} ${JSON.stringify(value)}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  };
  const scriptOf = (name: Task) => async (payload: unknown) => {
    const [inputSchema, outputSchema] = contracts[name];
    const input = obey(inputSchema, payload, `input of ${name}`);
    const made = calls[name] ?? [];
    made.push(input);
    const script = (scripts[name] ?? soundRun[name]) as (input: unknown, call: number) => unknown;
    return obey(outputSchema, await script(input, made.length), `output of ${name}`);
  };
  const { input = { database: 'fantasy' }, ...rest } = options;
  const result = await runMachine(definition, input, {
    tasks: scriptLambdas(Object.fromEntries(names.map((name) => [name, scriptOf(name)]))),
    clock,
    name: 'backup-and-verify-dev',
    executionName: 'run-1',
    minimumTimeoutMilliseconds: 60_000,
    ...rest,
  });
  assert.deepEqual(breaches, []);
  for (const arm of armsTaken(result)) taken.add(arm);
  return { ...result, calls: calls as unknown as Calls };
}

/** Answers with the sound run's answer after `count` calls of `first`. */
export function after<T extends Task>(task: T, count: number, first: Script<T>): Scripts {
  const script: Script<T> = (input, call) => (call <= count ? first : soundRun[task])(input, call);
  return { [task]: script } as Scripts;
}

export function soundAnswer<T extends Task>(task: T, input: Input<T>): Output<T> | Promise<Output<T>> {
  return soundRun[task](input, 1);
}

/** Throws as a Lambda does: Step Functions sees the name, and the message as JSON. */
export function fail(name: string): () => never {
  return () => {
    throw Object.assign(new Error(`'fantasy' has a reason for ${name}\nHINT: Do this.`), { name });
  };
}

/** `A -> B`: B follows A; `A =catch=> B`: by a catcher. */
function armsTaken({ path, events }: MachineResult): string[] {
  const failed = events
    .filter(({ type }) => type !== undefined && /^Task(StateEntered|Failed|TimedOut|Succeeded)$/.test(type))
    .reduce<boolean[]>((visits, { type }) => {
      if (type === 'TaskStateEntered') visits.push(false);
      else visits[visits.length - 1] = type !== 'TaskSucceeded';
      return visits;
    }, []);
  const tasks = path.filter((name) => definition.States[name]?.Type === 'Task');
  assert.equal(tasks.length, failed.length);
  let task = -1;
  return path.slice(0, -1).map((name, index) => {
    if (definition.States[name]?.Type === 'Task') task += 1;
    const isCaught = definition.States[name]?.Type === 'Task' && failed[task] === true;
    return `${name} ${isCaught ? '=catch=>' : '->'} ${path[index + 1]}`;
  });
}

/** Every transition that the definition has and no run in this process took. */
export function armsNotTaken(): string[] {
  const all = Object.entries(definition.States).flatMap(([name, state]) => [
    ...[state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)]
      .filter((next) => next !== undefined)
      .map((next) => `${name} -> ${next}`),
    ...(state.Catch ?? []).map(({ Next }) => `${name} =catch=> ${Next}`),
  ]);
  return all.filter((arm) => !taken.has(arm));
}
