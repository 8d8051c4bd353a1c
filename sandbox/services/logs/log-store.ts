/** Log groups of all regions, written by PutLogEvents and by the Lambda runtime. */
export type LogEvent = { readonly at: number; readonly ingestedAt: number; readonly message: string };

export type LogStream = { readonly name: string; readonly createdAt: number; readonly events: LogEvent[] };

export type LogGroup = {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  retentionInDays: number | undefined;
  readonly streams: Map<string, LogStream>;
};

export type LogStore = {
  group(region: string, name: string): LogGroup | undefined;
  groups(region: string): readonly LogGroup[];
  createGroup(region: string, name: string, retentionInDays?: number): LogGroup;
  removeGroup(region: string, name: string): void;
  /** Creates group and stream when they are missing, as Lambda's permissions let it. */
  append(region: string, group: string, stream: string, messages: readonly { at: number; message: string }[]): void;
};

/** `onEvent` sees every appended line: metrics in it, a terminal that shows it. */
export function makeLogStore(
  account: string,
  onEvent?: (region: string, group: string, event: LogEvent, stream: string) => void,
): LogStore {
  const groups = new Map<string, LogGroup>();
  const key = (region: string, name: string): string => `${region} ${name}`;

  const store: LogStore = {
    group: (region, name) => groups.get(key(region, name)),
    groups: (region) =>
      [...groups]
        .filter(([id]) => id.startsWith(`${region} `))
        .map(([, group]) => group)
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    createGroup(region, name, retentionInDays) {
      const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
      const group: LogGroup = { name, arn, createdAt: Date.now(), retentionInDays, streams: new Map() };
      groups.set(key(region, name), group);
      return group;
    },
    removeGroup: (region, name) => {
      groups.delete(key(region, name));
    },
    append(region, groupName, streamName, messages) {
      const group = store.group(region, groupName) ?? store.createGroup(region, groupName);
      const stream = group.streams.get(streamName) ?? { name: streamName, createdAt: Date.now(), events: [] };
      group.streams.set(streamName, stream);
      for (const { at, message } of messages) {
        const event = { at, ingestedAt: Date.now(), message };
        stream.events.push(event);
        onEvent?.(region, groupName, event, streamName);
      }
    },
  };
  return store;
}
