import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import { StatesError } from './states-error.ts';

/** AWS ends an execution that would write more events than this. */
export const largestHistory = 25_000;

export type HistoryDetails = Omit<HistoryEvent, 'id' | 'timestamp' | 'type' | 'previousEventId'>;

/** The events of one execution. A `Thread` is one line of previous-event ids: the machine's, or a branch's. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;
  readonly #listener: (event: HistoryEvent) => void;

  constructor(clock: Clock, listener: (event: HistoryEvent) => void = () => {}) {
    this.#clock = clock;
    this.#listener = listener;
  }

  append(type: HistoryEventType, previousEventId: number, details: HistoryDetails): number {
    if (this.events.length >= largestHistory - 1 && !type.startsWith('Execution')) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${largestHistory}).`,
      );
    }
    const event = { timestamp: this.#clock.now(), type, id: this.events.length + 1, previousEventId, ...details };
    this.events.push(event);
    this.#listener(event);
    return event.id;
  }
}

export class Thread {
  readonly #history: History;
  previous: number;

  constructor(history: History, previous = 0) {
    this.#history = history;
    this.previous = previous;
  }

  record(type: HistoryEventType, details: HistoryDetails = {}): number {
    this.previous = this.#history.append(type, this.previous, details);
    return this.previous;
  }

  fork(): Thread {
    return new Thread(this.#history, this.previous);
  }
}

/** AWS carries payloads in events as JSON text with a note whether it was cut; the sandbox never cuts. */
export const notTruncated = { truncated: false } as const;
