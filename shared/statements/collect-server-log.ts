import type { ServerLogFile, ServerLogFiles } from '../aws/rds/log-files.ts';
import type { LogFindings, ReportGap } from '../contracts/slow-query-report.ts';
import { serverLogDeadline } from '../deadlines.ts';
import { LogCounter, type LogWindow } from '../domain/logs/server-log.ts';

export type ServerLogDeps = {
  readonly files: ServerLogFiles;
  readonly mostBytes: number;
  /** Milliseconds; `serverLogDeadline` when absent. */
  readonly deadline?: number;
};

/** Counts the troubles in the log of an instance within a window. What was not read is a gap. */
export async function collectServerLog(
  instanceId: string,
  window: LogWindow,
  { files, mostBytes, deadline = serverLogDeadline }: ServerLogDeps,
): Promise<LogFindings> {
  const until = performance.now() + deadline;
  const gaps: ReportGap[] = [];
  const gap = (reason: string, remedy: string | null) =>
    void gaps.push({ subject: `log of ${instanceId}`, reason, remedy });
  const counter = new LogCounter(window);
  const found = await files.list(instanceId, window.from);
  if (found === undefined) gap('the instance does not exist in this region', "Correct 'instance' in operations.yml.");
  let left = mostBytes;
  let unread = 0;

  async function readFile({ name, bytes }: ServerLogFile): Promise<void> {
    let marker = '0';
    let isLast = false;
    let seen = 0;
    while (!isLast) {
      if (left <= 0 || performance.now() > until) {
        unread += Math.max(0, bytes - seen);
        break;
      }
      const portion = await files.read(instanceId, name, marker);
      // Removed by RDS meanwhile: three days are kept. A marker that stays would be read for ever.
      if (portion === undefined || (!portion.isLast && portion.marker === marker)) break;
      counter.add(portion.text);
      const size = new TextEncoder().encode(portion.text).length;
      [seen, left] = [seen + size, left - size];
      ({ marker, isLast } = portion);
    }
    counter.endFile();
  }

  for (const file of found ?? []) await readFile(file);
  const { truncations, unreadable } = counter.gaps;
  if (unread > 0) gap(`${unread} bytes were not read`, "Raise 'logs.serverLogMegabytes', or let the server log less.");
  if (truncations > 0) gap(`RDS left out lines that are too long, ${truncations} times`, null);
  if (unreadable > 0) {
    gap(
      `${unreadable} lines have an unknown prefix`,
      'Set log_line_prefix to one of the two of RDS, log_timezone to UTC.',
    );
  }
  return {
    instanceId,
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    bytes: mostBytes - left,
    kinds: counter.counts().map(({ last, ...count }) => ({
      ...count,
      last: new Date(last).toISOString(),
      messages: [...count.messages],
    })),
    gaps,
  };
}
