import type { Sandbox } from '../sandbox.ts';
import { type Fault, faultName } from './fault.ts';
import type { FaultInjector } from './injector.ts';
import { violationsOf } from './invariants.ts';
import { asOperator, cleanUp, type RunFacts, runAndLook } from './run-facts.ts';
import { type CallPoint, type CallRecorder, planSweep } from './sweep-plan.ts';

/** One run of the sweep. */
export type SweepResult = {
  readonly fault: Fault;
  /** False when the run never came to that call. */
  readonly struck: boolean;
  readonly status: string;
  readonly error: string | null;
  readonly violations: readonly string[];
  readonly milliseconds: number;
};

export type SweepBed = {
  readonly sandbox: Sandbox;
  readonly injector: FaultInjector;
  readonly recorder: CallRecorder;
  readonly database: string;
  /** The log of the functions since the last call of this. */
  readonly takeLog: () => string;
};

/** The slowest faulty run took 40 s: an SDK's retries and pauses are not scaled. */
const runBound = 180_000;

/** Learns the calls of a clean run, which must succeed. */
export async function learn(bed: SweepBed): Promise<{ points: CallPoint[]; durations: Map<string, number> }> {
  await bed.injector.arm([]);
  const facts = await lookAt(bed, 'sweep-clean');
  const violations = violationsOf(facts, await passwords(bed.sandbox));
  if (facts.status !== 'SUCCEEDED' || violations.length > 0) {
    throw new Error(
      `a run without faults is ${facts.status}: ${facts.error ?? ''} ${facts.cause ?? ''}\n${violations.join('\n')}`,
    );
  }
  await cleanUp(bed.sandbox, facts);
  return { points: bed.recorder.points(), durations: durationsIn(facts.written) };
}

export const planOf = ({ points, durations }: Awaited<ReturnType<typeof learn>>, seed: number): Fault[] =>
  planSweep(points, durations, seed);

/** Runs the workflow under one fault; `isRepeated` runs it again afterwards without. */
export async function sweepOne(bed: SweepBed, fault: Fault, name: string, isRepeated: boolean): Promise<SweepResult> {
  const secrets = await passwords(bed.sandbox);
  await bed.injector.arm([fault]);
  const facts = await lookAt(bed, name);
  const struck = bed.injector.struck().length > 0;
  await bed.injector.arm([]);
  const violations = violationsOf(facts, secrets);
  await cleanUp(bed.sandbox, facts);
  if (isRepeated) {
    const again = await lookAt(bed, `${name}-again`);
    violations.push(...violationsOf(again, secrets).map((one) => `again: ${one}`));
    if (again.status !== 'SUCCEEDED') {
      violations.push(`a run after it is ${again.status}: ${again.error ?? ''} ${again.cause ?? ''}`.trim());
    }
    await cleanUp(bed.sandbox, again);
  }
  const { status, error, milliseconds } = facts;
  return { fault, struck, status, error, violations, milliseconds };
}

const lookAt = (bed: SweepBed, name: string): Promise<RunFacts> => {
  bed.takeLog();
  return runAndLook(bed.sandbox, { database: bed.database, name, bound: runBound, log: bed.takeLog });
};

/** Every password in the sandbox's secrets. */
async function passwords(sandbox: Sandbox): Promise<string[]> {
  const call = asOperator(sandbox);
  const { SecretList = [] } = await call<{ SecretList?: { ARN: string }[] }>('secretsmanager', 'ListSecrets', {});
  const found: string[] = [];
  for (const { ARN } of SecretList) {
    const { SecretString } = await call<{ SecretString?: string }>('secretsmanager', 'GetSecretValue', {
      SecretId: ARN,
    });
    const { password } = JSON.parse(SecretString ?? '{}') as { password?: string };
    if (password !== undefined) found.push(password);
  }
  return found;
}

/** Lambda's REPORT lines, by the key of the function: the longest of each. */
function durationsIn(log: string): Map<string, number> {
  const durations = new Map<string, number>();
  for (const [, name = '', duration] of log.matchAll(/^(\w+) REPORT .*?\tDuration: ([\d.]+) ms/gm)) {
    durations.set(name, Math.max(durations.get(name) ?? 0, Number(duration)));
  }
  return durations;
}

export function tableOf(results: readonly SweepResult[]): string[] {
  const calls = Map.groupBy(results, ({ fault }) => `${fault.function ?? ''}/${fault.call}`);
  const width = Math.max(...[...calls.keys()].map(({ length }) => length), 4);
  const lines = [...calls].map(([call, runs]) => {
    const kinds = new Set(runs.map(({ fault }) => fault.kind)).size;
    const failed = runs.filter(({ status }) => status !== 'SUCCEEDED').length;
    const violations = runs.filter((run) => run.violations.length > 0).length;
    const missed = runs.filter(({ struck }) => !struck).length;
    const numbers = [kinds, runs.length, missed, failed, violations].map((number) => String(number).padStart(10));
    return `${call.padEnd(width)}${numbers.join('')}`;
  });
  const head = ['kinds', 'runs', 'missed', 'failed', 'violations'].map((title) => title.padStart(10));
  return [
    `${'call'.padEnd(width)}${head.join('')}`,
    ...lines,
    ...results.flatMap(({ fault, violations }) => violations.map((one) => `✖ ${faultName(fault)}: ${one}`)),
  ];
}
