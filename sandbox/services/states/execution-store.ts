import { randomUUID } from 'node:crypto';
import type { StartExecutionInput, StartExecutionOutput } from '@aws-sdk/client-sfn';
import { Execution } from '../../asl/execution.ts';
import { type LocalMapRun, type MapRunListener, makeMapRunHost } from '../../asl/local-map-runs.ts';
import { exceedsPayload } from '../../asl/payload-size.ts';
import type { TaskRunner } from '../../asl/task-runner.ts';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { MachineRecord } from './machine-store.ts';
import { requireArn, requireName } from './resource-names.ts';
import { type StatesListener, statusChange } from './states-event.ts';

export type ExecutionRecord = {
  readonly execution: Execution;
  /** Set for the child of a distributed Map. */
  readonly mapRun: LocalMapRun | undefined;
  /** Settles at the end of the current run or redrive; never rejects. */
  readonly end: Promise<void>;
};

export type ExecutionStoreOptions = {
  readonly clock: Clock;
  readonly emit: StatesListener;
  readonly newTaskToken: () => string;
  readonly minimumTimeoutMilliseconds: number;
  readonly makeTasks: (execution: { roleArn: string; name: string; region: string; machineArn: string }) => TaskRunner;
};

/** Every execution since the sandbox started, children of distributed Maps included. */
export class ExecutionStore {
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #mapRuns = new Map<string, { readonly mapRun: LocalMapRun; readonly parentArn: string }>();
  readonly #childEnds = new Map<Execution, () => void>();
  readonly #options: ExecutionStoreOptions;
  #closed = false;

  constructor(options: ExecutionStoreOptions) {
    this.#options = options;
  }

  /** The same name and input while the execution runs answers it again; any other reuse of a name is refused. */
  start(machine: MachineRecord, request: StartExecutionInput): StartExecutionOutput {
    if (this.#closed) {
      throw new AwsError('ServiceUnavailable', 'the sandbox stops', { status: 503 });
    }
    const name = request.name ?? randomUUID();
    requireName(name);
    const input = parseInput(request.input);
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.#records.get(executionArn)?.execution;
    if (known !== undefined) {
      if (known.status === 'RUNNING' && JSON.stringify(known.options.input) === JSON.stringify(input)) {
        return { executionArn, startDate: known.startDate };
      }
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    const execution = this.#make(machine, name, executionArn, input);
    this.#keep(execution, () => execution.run());
    return { executionArn, startDate: execution.startDate };
  }

  stop(arn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    const record = this.find(arn);
    if (record.execution.status === 'RUNNING') {
      record.execution.abort(error, cause);
    }
    return record.end;
  }

  redrive(arn: string): Date {
    const { execution, mapRun } = this.find(arn);
    const reason = notRedrivable(execution, mapRun !== undefined);
    if (reason !== undefined) {
      throw new AwsError('ExecutionNotRedrivable', reason);
    }
    this.#keep(execution, () => execution.redrive());
    return execution.redriveDate ?? this.#options.clock.now();
  }

  find(arn: string | undefined): ExecutionRecord {
    requireArn(arn ?? '', 'execution');
    const record = this.#records.get(arn ?? '');
    if (record === undefined) {
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return record;
  }

  findMapRun(arn: string | undefined): { readonly mapRun: LocalMapRun; readonly parentArn: string } {
    requireArn(arn ?? '', 'mapRun');
    const found = this.#mapRuns.get(arn ?? '');
    if (found === undefined) {
      throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`, { members: { resourceName: arn } });
    }
    return found;
  }

  mapRunsOf(executionArn: string): LocalMapRun[] {
    return [...this.#mapRuns.values()].filter((entry) => entry.parentArn === executionArn).map((entry) => entry.mapRun);
  }

  /** Newest first. */
  all(): ExecutionRecord[] {
    return [...this.#records.values()].reverse();
  }

  /** Aborts everything and takes nothing new; when it settles, no timer and no task of an execution is left. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = this.all().filter((record) => record.execution.status === 'RUNNING');
    for (const { execution } of running) {
      execution.abort('Sandbox.Stopped', 'the sandbox stopped');
    }
    await Promise.all(running.map((record) => record.end));
  }

  #make(record: MachineRecord, name: string, executionArn: string, input: unknown): Execution {
    const { machine, arn, roleArn } = record;
    const { clock, newTaskToken, minimumTimeoutMilliseconds, makeTasks, emit } = this.#options;
    const region = arn.split(':')[3] ?? '';
    const shared = {
      name,
      executionArn,
      roleArn,
      region,
      clock,
      newTaskToken,
      minimumTimeoutMilliseconds,
      stateMachineArn: arn,
      stateMachineName: record.name,
      tasks: makeTasks({ roleArn, name, region, machineArn: arn }),
    };
    return new Execution({
      ...shared,
      machine,
      input,
      mapRuns: makeMapRunHost(shared, machine.QueryLanguage, this.#mapRunListener(executionArn)),
      onEvent: (event) => emit({ kind: 'history', executionArn, event }),
    });
  }

  #keep(execution: Execution, run: () => Promise<void>): void {
    const { promise: end, resolve } = Promise.withResolvers<void>();
    this.#records.set(execution.options.executionArn, { execution, mapRun: undefined, end });
    const running = run();
    this.#emitStatus(execution);
    void running.then(() => {
      this.#emitStatus(execution);
      resolve();
    });
  }

  #emitStatus(execution: Execution): void {
    const { clock, emit } = this.#options;
    emit({ kind: 'status', region: execution.options.region, time: clock.now(), detail: statusChange(execution) });
  }

  #mapRunListener(parentArn: string): MapRunListener {
    return {
      opened: (mapRun) => this.#mapRuns.set(mapRun.arn, { mapRun, parentArn }),
      childStarted: (mapRun, execution) => {
        const end = new Promise<void>((resolve) => this.#childEnds.set(execution, resolve));
        this.#records.set(execution.options.executionArn, { execution, mapRun, end });
        this.#emitStatus(execution);
      },
      childEvent: (child, event) =>
        this.#options.emit({ kind: 'history', executionArn: child.options.executionArn, event }),
      childEnded: (_mapRun, execution) => {
        this.#emitStatus(execution);
        this.#childEnds.get(execution)?.();
        this.#childEnds.delete(execution);
      },
    };
  }
}

/** Why AWS would refuse the redrive, or `undefined`. */
export function notRedrivable(execution: Execution, isChild: boolean): string | undefined {
  if (isChild) {
    return 'Child workflow executions are redriven by redriving their parent execution';
  }
  if (execution.status === 'RUNNING') {
    return 'Execution is RUNNING and cannot be redriven';
  }
  if (execution.status === 'SUCCEEDED') {
    return 'Execution is SUCCEEDED and cannot be redriven';
  }
  return execution.events.length >= 24_999 ? 'Execution event history count exceeded' : undefined;
}

function parseInput(text: string | undefined): unknown {
  if (text === undefined) {
    return {};
  }
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text.slice(0, 200)}'`);
  }
  if (exceedsPayload(input)) {
    throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: larger than 262144 bytes');
  }
  return input;
}
