import { gzipSync } from 'node:zlib';
import { roleCaller } from '../../credentials.ts';
import type { NamedResource } from '../../template/template.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Dispatch } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import { regional } from '../regional.ts';
import { compileFilter } from './filter-pattern.ts';
import type { LogEvent, LogStore } from './log-store.ts';

export type SubscriptionFilter = {
  readonly name: string;
  readonly group: string;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly roleArn: string;
};

/** AWS allows so many a group. */
const mostOfGroup = 2;

export type Subscriptions = {
  add(region: string, filter: SubscriptionFilter, logs: LogStore): void;
  of(region: string, group: string): readonly SubscriptionFilter[];
  /** What matches goes on, in one record for all lines that are written at once. */
  send(region: string, group: string, stream: string, event: LogEvent): void;
};

export function makeSubscriptions(
  account: string,
  dispatch: Dispatch,
  report: (error: unknown) => void,
): Subscriptions {
  const regions = regional(() => new Map<string, (SubscriptionFilter & { matches(message: string): boolean })[]>());
  const waiting = new Map<string, { filter: SubscriptionFilter; region: string; stream: string; events: LogEvent[] }>();

  async function deliver(): Promise<void> {
    const all = [...waiting.values()];
    waiting.clear();
    for (const { filter, region, stream, events } of all) {
      const payload = {
        ...{ messageType: 'DATA_MESSAGE', owner: account, logGroup: filter.group, logStream: stream },
        subscriptionFilters: [filter.name],
        logEvents: events.map(({ at, message }, index) => ({ id: `${at}-${index}`, timestamp: at, message })),
      };
      const DeliveryStreamName = filter.destinationArn.split('/').at(-1);
      const Record = { Data: gzipSync(JSON.stringify(payload)) };
      const caller = roleCaller(account, filter.roleArn, 'CloudWatchLogs');
      await dispatch('firehose', 'PutRecord', { DeliveryStreamName, Record }, { region, caller });
    }
  }

  return {
    add(region, filter, logs) {
      const { group, destinationArn, name } = filter;
      const invalid = (why: string) =>
        new AwsError('InvalidParameterException', `subscription filter '${name}' ${why}`);
      if (logs.group(region, group) === undefined) {
        throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${group}`);
      }
      if (!/^arn:[^:]+:firehose:/.test(destinationArn)) throw invalid('has another destination than a Firehose stream');
      const present = regions.in(region).get(group) ?? [];
      if (present.length >= mostOfGroup) throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
      regions.in(region).set(group, [...present, { ...filter, matches: compileFilter(filter.pattern) }]);
    },
    of: (region, group) => regions.in(region).get(group) ?? [],
    send(region, group, stream, event) {
      for (const filter of regions.in(region).get(group) ?? []) {
        if (!filter.matches(event.message)) continue;
        if (waiting.size === 0) setImmediate(() => void deliver().catch(report));
        const key = [region, group, stream, filter.name].join(' ');
        const record = waiting.get(key) ?? { filter, region, stream, events: [] };
        record.events.push(event);
        waiting.set(key, record);
      }
    },
  };
}

export function readSubscriptionFilter({ name, properties }: NamedResource): SubscriptionFilter {
  refuseMembers(properties, ['FilterName', 'LogGroupName', 'FilterPattern', 'DestinationArn', 'RoleArn']);
  const text = (member: string) => String(properties[member] ?? '');
  return {
    ...{ name, group: text('LogGroupName'), pattern: text('FilterPattern') },
    ...{ destinationArn: text('DestinationArn'), roleArn: text('RoleArn') },
  };
}
