import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { readMachine } from '../../packaging/cloudformation/workflows.cjs';
import { scriptLambdas } from '../../sandbox/asl/query/lambda-script.ts';
import { type MachineResult, type RunOptions, runMachine } from '../../sandbox/asl/run-machine.ts';
import { makeClock } from '../../sandbox/clock.ts';
import { armsOf, armsTaken, type Definition, isMarker, withMarkers } from './arms.ts';

/** Input and output contract of each task, by its serverless key. */
export type Contracts = Readonly<Record<string, readonly [z.core.$ZodType, z.core.$ZodType]>>;

/** What a task does when it is called for the `call`-th time (from 1): answers, or throws. */
export type TaskScript = (input: never, call: number) => unknown;

export type ScriptedResult<Task extends string> = MachineResult & { readonly calls: Record<Task, never[]> };

/** Hours of polling take under a second; a task has all the real time that it may need. */
const clock = makeClock(1_000_000);

/**
 * The state machine of a workflow, whose tasks are scripted. Every payload and every answer must pass the real
 * contracts: what does not fails the test, even where the state machine would catch it.
 */
export function scriptedMachine<C extends Contracts>(
  workflow: string,
  contracts: C,
  sound: Readonly<Record<keyof C & string, TaskScript>>,
) {
  type Task = keyof C & string;
  const definition: Definition = withMarkers(readMachine(workflow) as unknown as Definition);
  const taken = new Set<string>();
  async function run(
    input: unknown,
    scripts: Partial<Record<Task, TaskScript>> = {},
    options: Partial<RunOptions> = {},
  ): Promise<ScriptedResult<Task>> {
    const names = Object.keys(contracts) as Task[];
    const calls = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
    const breaches: string[] = [];
    const obey = (schema: z.core.$ZodType | undefined, value: unknown, what: string): unknown => {
      assert.ok(schema);
      const parsed = z.safeParse(schema, value);
      if (!parsed.success) breaches.push(`${what} ${JSON.stringify(value)}: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    };
    const scriptOf = (name: Task) => async (payload: unknown) => {
      const input = obey(contracts[name]?.[0], payload, `input of ${name}`);
      const made = calls[name] ?? [];
      made.push(input);
      const script = (scripts[name] ?? sound[name]) as (input: unknown, call: number) => unknown;
      return obey(contracts[name]?.[1], await script(input, made.length), `output of ${name}`);
    };
    const result = await runMachine(definition, input, {
      tasks: scriptLambdas(Object.fromEntries(names.map((name) => [name, scriptOf(name)]))),
      clock,
      name: `${workflow}-dev`,
      executionName: 'run-1',
      minimumTimeoutMilliseconds: 60_000,
      ...options,
    });
    assert.deepEqual(breaches, []);
    for (const walk of [result, ...result.children]) for (const arm of armsTaken(walk)) taken.add(arm);
    const path = result.path.filter((state) => !isMarker(state));
    return { ...result, path, calls: calls as Record<Task, never[]> };
  }
  return Object.assign(run, {
    /** Every transition that the definition has and no run in this process took. */
    armsNotTaken: () => armsOf(definition).filter((arm) => !taken.has(arm)),
  });
}

/** Throws as a Lambda does: Step Functions sees the name, and the message as JSON. */
export const fail = (name: string) => (): never => {
  throw Object.assign(new Error(`there is a reason for ${name}`), { name });
};
