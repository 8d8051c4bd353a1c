import { type MachineResult, type RunOptions, type RunResult, runMachine } from '../../sandbox/asl/run-machine.ts';
import type { TaskRunner } from '../../sandbox/asl/task-runner.ts';
import { makeClock } from '../../sandbox/clock.ts';

export const fastClock = makeClock(1000);

export type AnyState = Record<string, unknown>;

/** A machine of JSONata states; the first is the start. */
export function machine(states: Record<string, AnyState>, fields: Record<string, unknown> = {}) {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...fields };
}

export function task(fields: AnyState = {}): AnyState {
  return { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true, ...fields };
}

export const noTasks: TaskRunner = async (resource) => {
  throw new Error(`no task expected, ${resource} was called`);
};

export async function run(
  states: Record<string, AnyState>,
  input: unknown = {},
  options: Partial<RunOptions> & { readonly fields?: Record<string, unknown> } = {},
): Promise<MachineResult> {
  const { fields, ...rest } = options;
  return await runMachine(machine(states, fields), input, { tasks: noTasks, clock: fastClock, ...rest });
}

/** A task runner that fails with these error names in turn, and then answers `'done'`. */
export function failing(...names: string[]): TaskRunner & { readonly calls: () => number } {
  let calls = 0;
  const runner: TaskRunner = async () => {
    const name = names[calls];
    calls += 1;
    if (name !== undefined) {
      throw Object.assign(new Error(`failure ${calls}`), { name });
    }
    return 'done';
  };
  return Object.assign(runner, { calls: () => calls });
}

/** A task that ends only when it is aborted; `aborted` reports how many were. */
export function hanging(): TaskRunner & { readonly aborted: () => number } {
  let aborted = 0;
  const runner: TaskRunner = (_resource, _arguments, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        reject(signal.reason);
      });
    });
  return Object.assign(runner, { aborted: () => aborted });
}

export function eventTypes(result: Pick<RunResult, 'events'>): string[] {
  return result.events.map((event) => String(event.type));
}

export function countOf(result: Pick<RunResult, 'events'>, type: string): number {
  return eventTypes(result).filter((other) => other === type).length;
}
