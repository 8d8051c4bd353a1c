import type { SourceType, Tag } from '@aws-sdk/client-rds';
import type { Clock } from '../../../clock.ts';
import {
  type InstanceEventId,
  instanceEvents,
  type SnapshotEventId,
  snapshotEvents,
} from '../catalogue/event-catalogue.ts';

export type RdsEvent = {
  readonly id: InstanceEventId | SnapshotEventId;
  readonly region: string;
  readonly sourceType: SourceType;
  readonly identifier: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  readonly message: string;
  readonly categories: readonly string[];
  readonly date: Date;
  /** Distinguishes events of the same millisecond. */
  readonly number: number;
};

type Source = {
  readonly region: string;
  readonly identifier: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
};

/** What happened to instances and snapshots, as DescribeEvents reports it and as EventBridge delivers it. */
export class EventLog {
  readonly #clock: Clock;
  readonly #listener: (event: RdsEvent) => void;
  readonly events: RdsEvent[] = [];

  constructor(clock: Clock, listener: (event: RdsEvent) => void = () => {}) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** `about` fills the gaps of the event's message. */
  instance(source: Source, id: InstanceEventId, ...about: readonly string[]): void {
    this.#add('db-instance', source, id, instanceEvents[id], about);
  }

  snapshot(source: Source, id: SnapshotEventId, ...about: readonly string[]): void {
    this.#add('db-snapshot', source, id, snapshotEvents[id], about);
  }

  #add(
    sourceType: SourceType,
    { region, identifier, arn, tags }: Source,
    id: RdsEvent['id'],
    [category, text]: readonly [string, string],
    about: readonly string[],
  ): void {
    const words = [...about];
    const event: RdsEvent = {
      id,
      region,
      sourceType,
      identifier,
      arn,
      tags: [...tags],
      message: text.replaceAll('{}', () => words.shift() ?? ''),
      categories: [category],
      date: this.#clock.now(),
      number: this.events.length,
    };
    this.events.push(event);
    this.#listener(event);
  }
}
