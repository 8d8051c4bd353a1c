import { randomUUID } from 'node:crypto';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Machine } from './definition.ts';
import { Execution, type ExecutionOptions } from './execution.ts';
import type { ChildOutcome, MapRun, MapRunHost, MapRunRequest } from './map-run.ts';

/** What the keeper of executions learns of a distributed Map and its children. */
export type MapRunListener = {
  opened(mapRun: LocalMapRun): void;
  /** Called before the first event of a child's run or redrive. */
  childStarted(mapRun: LocalMapRun, child: Execution): void;
  childEvent(child: Execution, event: HistoryEvent): void;
  childEnded(mapRun: LocalMapRun, child: Execution): void;
};

type Parent = Omit<ExecutionOptions, 'machine' | 'input' | 'mapRuns' | 'onEvent'>;

/** Runs the child executions of distributed Map states in this process, named as AWS names them. */
export function makeMapRunHost(
  parent: Parent,
  queryLanguage: string | undefined,
  listener?: MapRunListener,
): MapRunHost {
  const host: MapRunHost = {
    open(request) {
      const mapRun = new LocalMapRun(parent, request, queryLanguage, host, listener);
      listener?.opened(mapRun);
      return mapRun;
    },
  };
  return host;
}

export class LocalMapRun implements MapRun {
  readonly arn: string;
  readonly parent: Parent;
  readonly request: MapRunRequest;
  readonly children: { readonly execution: Execution; readonly itemCount: number }[] = [];
  readonly startDate: Date;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' = 'RUNNING';
  stopDate: Date | undefined;
  redriveCount = 0;
  redriveDate: Date | undefined;
  readonly #byIndex = new Map<number, Execution>();
  readonly #machine: Machine;
  readonly #host: MapRunHost;
  readonly #listener: MapRunListener | undefined;

  constructor(
    parent: Parent,
    request: MapRunRequest,
    queryLanguage: string | undefined,
    host: MapRunHost,
    listener: MapRunListener | undefined,
  ) {
    this.parent = parent;
    this.request = request;
    this.startDate = parent.clock.now();
    this.arn = `${this.#arnOf('mapRun')}:${randomUUID()}`;
    const { StartAt, States } = request.processor;
    this.#machine = { StartAt, States, ...(queryLanguage === undefined ? {} : { QueryLanguage: queryLanguage }) };
    this.#host = host;
    this.#listener = listener;
  }

  async runChild(index: number, input: unknown, itemCount: number, signal: AbortSignal): Promise<ChildOutcome> {
    const known = this.#byIndex.get(index);
    const child = known ?? this.#makeChild(input);
    if (known === undefined) {
      this.#byIndex.set(index, child);
      this.children.push({ execution: child, itemCount });
    }
    const abort = () => child.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#listener?.childStarted(this, child);
    try {
      const end = known === undefined ? child.run() : child.redrive();
      if (signal.aborted) {
        abort();
      }
      await end;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#listener?.childEnded(this, child);
    }
    return toOutcome(child, itemCount);
  }

  redrive(): number {
    this.status = 'RUNNING';
    this.stopDate = undefined;
    this.redriveDate = this.parent.clock.now();
    this.redriveCount += 1;
    return this.redriveCount;
  }

  finish(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
    this.status = status;
    this.stopDate = this.parent.clock.now();
  }

  #makeChild(input: unknown): Execution {
    const name = randomUUID();
    const child: Execution = new Execution({
      ...this.parent,
      machine: this.#machine,
      input,
      name,
      executionArn: `${this.#arnOf('execution')}:${name}`,
      mapRuns: this.#host,
      onEvent: (event) => this.#listener?.childEvent(child, event),
    });
    return child;
  }

  /** `arn:…:stateMachine:Fleet` gives `arn:…:mapRun:Fleet/Label` and `arn:…:execution:Fleet/Label`. */
  #arnOf(kind: 'mapRun' | 'execution'): string {
    return `${this.parent.stateMachineArn.replace(':stateMachine:', `:${kind}:`)}/${this.request.label}`;
  }
}

function toOutcome(child: Execution, itemCount: number): ChildOutcome {
  const { status, options, startDate, stopDate, output, error, cause } = child;
  return {
    status: status === 'RUNNING' ? 'ABORTED' : status,
    executionArn: options.executionArn,
    name: options.name,
    input: options.input,
    itemCount,
    startDate,
    stopDate: stopDate ?? options.clock.now(),
    ...(status === 'SUCCEEDED' ? { output } : {}),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
