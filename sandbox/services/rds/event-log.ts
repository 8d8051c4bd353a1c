import type { SourceType } from '@aws-sdk/client-rds';
import type { Clock } from '../../clock.ts';

export type RdsEvent = {
  readonly region: string;
  readonly sourceType: SourceType;
  readonly identifier: string;
  readonly arn: string;
  readonly message: string;
  readonly categories: readonly string[];
  readonly date: Date;
  /** Tells apart events of the same millisecond. */
  readonly number: number;
};

type Source = { readonly region: string; readonly identifier: string; readonly arn: string };

/** What happened to instances and snapshots, as DescribeEvents tells it and as EventBridge would deliver it. */
export class EventLog {
  readonly #clock: Clock;
  readonly #listener: (event: RdsEvent) => void;
  readonly events: RdsEvent[] = [];

  constructor(clock: Clock, listener: (event: RdsEvent) => void = () => {}) {
    this.#clock = clock;
    this.#listener = listener;
  }

  instance(source: Source, categories: readonly string[], message: string): void {
    this.#add('db-instance', source, categories, message);
  }

  snapshot(source: Source, categories: readonly string[], message: string): void {
    this.#add('db-snapshot', source, categories, message);
  }

  #add(sourceType: SourceType, source: Source, categories: readonly string[], message: string): void {
    const { region, identifier, arn } = source;
    const number = this.events.length;
    const event = { region, sourceType, identifier, arn, message, categories, date: this.#clock.now(), number };
    this.events.push(event);
    this.#listener(event);
  }
}
