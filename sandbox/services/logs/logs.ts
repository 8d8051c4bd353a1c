import * as client from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { compileFilter } from './filter-pattern.ts';
import type { LogGroup, LogStore, LogStream } from './log-store.ts';
import type { Subscriptions } from './subscriptions.ts';

export function makeLogs({
  logs,
  subscriptions,
}: {
  readonly logs: LogStore;
  readonly subscriptions?: Subscriptions;
}): Service {
  function group(region: string, name: string | undefined): LogGroup {
    const found = logs.group(region, groupName(name));
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    }
    return found;
  }

  return {
    id: 'logs',
    client,
    operations: {
      CreateLogGroup: ({ logGroupName = '' }: client.CreateLogGroupCommandInput, { region }: CallContext) => {
        if (logs.group(region, logGroupName) !== undefined) {
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
        }
        logs.createGroup(region, logGroupName);
      },

      DeleteLogGroup: ({ logGroupName }: client.DeleteLogGroupCommandInput, { region }: CallContext) => {
        logs.removeGroup(region, group(region, logGroupName).name);
      },

      PutRetentionPolicy: (input: client.PutRetentionPolicyCommandInput, { region }: CallContext) => {
        group(region, input.logGroupName).retentionInDays = input.retentionInDays;
      },

      CreateLogStream: (input: client.CreateLogStreamCommandInput, { region }: CallContext) => {
        const { name, streams } = group(region, input.logGroupName);
        if (streams.has(input.logStreamName ?? '')) {
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        }
        logs.append(region, name, input.logStreamName ?? '', []);
      },

      PutLogEvents: (input: client.PutLogEventsCommandInput, { region }: CallContext) => {
        const { name, streams } = group(region, input.logGroupName);
        findStream(streams, input.logStreamName);
        const events = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message }));
        logs.append(region, name, input.logStreamName ?? '', events);
        return { nextSequenceToken: '0' };
      },

      DescribeLogGroups: (input: client.DescribeLogGroupsCommandInput, { region }: CallContext) => {
        const prefix = input.logGroupNamePrefix ?? '';
        const part = input.logGroupNamePattern ?? '';
        const wanted = logs.groups(region).filter(({ name }) => name.startsWith(prefix) && name.includes(part));
        const { items, next } = page(wanted, input.nextToken, input.limit ?? 50);
        const logGroups = items.map(({ name, arn, createdAt, retentionInDays }) => ({
          logGroupName: name,
          arn: `${arn}:*`,
          logGroupArn: arn,
          creationTime: createdAt,
          retentionInDays,
        }));
        return { logGroups, nextToken: next };
      },

      DescribeLogStreams: (input: client.DescribeLogStreamsCommandInput, { region }: CallContext) => {
        const { arn, streams } = group(region, input.logGroupName ?? input.logGroupIdentifier);
        const ordered = [...streams.values()]
          .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
          .sort((one, other) =>
            input.orderBy === 'LastEventTime' ? lastEvent(one) - lastEvent(other) : one.name < other.name ? -1 : 1,
          );
        const directed = input.descending === true ? ordered.reverse() : ordered;
        const { items, next } = page(directed, input.nextToken, input.limit ?? 50);
        const logStreams = items.map((stream) => ({
          logStreamName: stream.name,
          arn: `${arn}:log-stream:${stream.name}`,
          creationTime: stream.createdAt,
          firstEventTimestamp: stream.events[0]?.at,
          lastEventTimestamp: stream.events.at(-1)?.at,
        }));
        return { logStreams, nextToken: next };
      },

      DescribeSubscriptionFilters: (input: client.DescribeSubscriptionFiltersCommandInput, { region }: CallContext) => {
        const { name } = group(region, input.logGroupName);
        const all = subscriptions?.of(region, name) ?? [];
        const wanted = all.filter((one) => one.name.startsWith(input.filterNamePrefix ?? ''));
        const { items, next } = page(wanted, input.nextToken, input.limit ?? 50);
        const subscriptionFilters = items.map((one) => ({
          ...{ filterName: one.name, logGroupName: name, filterPattern: one.pattern },
          ...{ destinationArn: one.destinationArn, roleArn: one.roleArn, distribution: 'ByLogStream' },
        }));
        return { subscriptionFilters, nextToken: next };
      },

      GetLogEvents: (input: client.GetLogEventsCommandInput, { region }: CallContext) => {
        const { streams } = group(region, input.logGroupName ?? input.logGroupIdentifier);
        const stream = findStream(streams, input.logStreamName);
        const events = stream.events.filter(({ at }) => within(at, input.startTime, input.endTime));
        const limit = input.limit ?? 10_000;
        const given = /^[fb]\/(\d+)$/.exec(input.nextToken ?? '')?.[1];
        const start =
          given === undefined ? (input.startFromHead === true ? 0 : Math.max(0, events.length - limit)) : Number(given);
        const items = events.slice(start, start + limit);
        return {
          events: items.map(({ at, ingestedAt, message }) => ({ timestamp: at, ingestionTime: ingestedAt, message })),
          // The end of a stream is the token that does not change any more.
          nextForwardToken: `f/${start + items.length}`,
          nextBackwardToken: `b/${Math.max(0, start - limit)}`,
        };
      },

      FilterLogEvents: (input: client.FilterLogEventsCommandInput, { region }: CallContext) => {
        const { streams } = group(region, input.logGroupName ?? input.logGroupIdentifier);
        const matches = compileFilter(input.filterPattern ?? '');
        const found = [...streams.values()]
          .filter(
            ({ name }) => input.logStreamNames?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ''),
          )
          .flatMap(({ name, events }) => events.map((event, index) => ({ name, index, ...event })))
          .filter(({ at, message }) => within(at, input.startTime, input.endTime) && matches(message))
          .sort((one, other) => one.at - other.at);
        const { items, next } = page(found, input.nextToken, input.limit ?? 10_000);
        const events = items.map(({ name, index, at, ingestedAt, message }) => ({
          eventId: `${name}/${index}`,
          logStreamName: name,
          timestamp: at,
          ingestionTime: ingestedAt,
          message,
        }));
        return { events, nextToken: next };
      },
    },
  };
}

/** A group is named, or identified by its ARN, with or without the final `:*`. */
function groupName(identifier = ''): string {
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(identifier)?.[1] ?? identifier;
}

function findStream(streams: ReadonlyMap<string, LogStream>, name = ''): LogStream {
  const stream = streams.get(name);
  if (stream === undefined) {
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  return stream;
}

function lastEvent(stream: LogStream): number {
  return stream.events.at(-1)?.at ?? 0;
}

function within(at: number, start: number | undefined, end: number | undefined): boolean {
  return (start === undefined || at >= start) && (end === undefined || at < end);
}
