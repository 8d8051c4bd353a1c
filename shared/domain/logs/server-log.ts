import { LogKind } from '../../contracts/slow-query-report.ts';
import { kindOf, type LogEntry } from './log-kinds.ts';
import { maskLog } from './mask.ts';

export type LogMessage = { readonly text: string; readonly count: number };
export type LogCount = {
  readonly kind: LogKind;
  readonly count: number;
  /** Milliseconds since 1970 of the newest. */
  readonly last: number;
  /** Masked, numbers as #, the most frequent first. */
  readonly messages: readonly LogMessage[];
};

/** A window in milliseconds since 1970: `to` is not in it. */
export type LogWindow = { readonly from: number; readonly to: number };

/** Different messages of one kind that are told apart; a log full of others fills no memory. */
const mostMessages = 500;
const shownMessages = 5;
const longestMessage = 300;

/**
 * `%t:%r:%u@%d:[%p]:`, the prefix of RDS, or its longer choice with milliseconds and `%l:%e:%s:%v:%x:%c:%q%a:` after it. What a client
 * has written begins no line of its own: the server indents it by a tab.
 */
const line =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? (?:UTC|GMT):.*?:([^:@]*)@[^:]*:\[(\d+)\]:(?:\d+:[0-9A-Z]{5}:.*?:)?(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT|BACKTRACE): {1,2}(.*)$/;
const additions = ['DETAIL', 'HINT', 'QUERY', 'CONTEXT', 'LOCATION', 'STATEMENT', 'BACKTRACE'];
const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
/** What RDS writes where it left lines out of a portion. */
const truncation = '[Your log message was truncated]';

type Open = { -readonly [Name in keyof LogEntry]: LogEntry[Name] };

/** Counts the troubles of a server's log, which comes in portions that may end anywhere. Nothing of it is kept that is not masked. */
export class LogCounter {
  readonly #window: LogWindow;
  readonly #kinds = new Map<LogKind, { count: number; last: number; messages: Map<string, number> }>();
  /** By process: what it has written last may still get a context. */
  readonly #open = new Map<string, Open>();
  #rest = '';
  #newest: string | undefined;
  #truncations = 0;
  #unreadable = 0;

  constructor(window: LogWindow) {
    this.#window = window;
  }

  add(portion: string): void {
    const lines = (this.#rest + portion).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const one of lines) this.#read(one);
  }

  /** After the last portion of a file. */
  endFile(): void {
    if (this.#rest !== '') this.#read(this.#rest);
    this.#rest = '';
    for (const entry of this.#open.values()) this.#count(entry);
    this.#open.clear();
    this.#newest = undefined;
  }

  /** How often lines were left out by RDS, and how many had a prefix that is not known. */
  get gaps(): { readonly truncations: number; readonly unreadable: number } {
    return { truncations: this.#truncations, unreadable: this.#unreadable };
  }

  counts(): LogCount[] {
    return LogKind.options.flatMap((kind) => {
      const found = this.#kinds.get(kind);
      if (found === undefined) return [];
      const messages = [...found.messages]
        .map(([text, count]) => ({ text, count }))
        .sort((one, other) => other.count - one.count)
        .slice(0, shownMessages);
      return [{ kind, count: found.count, last: found.last, messages }];
    });
  }

  #read(text: string): void {
    if (text.includes(truncation)) this.#truncations += 1;
    const [, time, user = '', process = '', severity = '', message = ''] = line.exec(text) ?? [];
    if (time === undefined) {
      this.#continue(text);
      return;
    }
    this.#newest = process;
    const open = this.#open.get(process);
    if (additions.includes(severity)) {
      if (severity === 'CONTEXT' && open !== undefined) open.context = message;
      return;
    }
    if (open !== undefined) this.#count(open);
    this.#open.set(process, { at: Date.parse(`${time.replace(' ', 'T')}Z`), severity, user, message, context: '' });
  }

  /** A tab begins what belongs to the line before: values of clients, which nobody counts. */
  #continue(text: string): void {
    if (text === '' || text.startsWith('\t') || text.includes(truncation)) return;
    if (this.#newest === undefined || /^\d{4}-\d\d-\d\d /.test(text)) this.#unreadable += 1;
  }

  #count(entry: LogEntry): void {
    const { from, to } = this.#window;
    const kind = entry.at < from || entry.at >= to ? undefined : kindOf(entry);
    if (kind === undefined) return;
    const found = this.#kinds.get(kind) ?? { count: 0, last: 0, messages: new Map<string, number>() };
    this.#kinds.set(kind, found);
    found.count += 1;
    found.last = Math.max(found.last, entry.at);
    const text = messageOf(kind, entry);
    if (found.messages.has(text) || found.messages.size < mostMessages) {
      found.messages.set(text, (found.messages.get(text) ?? 0) + 1);
    }
  }
}

/** Of a slow statement its text is in the report of statements; numbers make each message another one. */
function messageOf(kind: LogKind, { severity, message, context }: LogEntry): string {
  if (kind === 'slow statement') return `${severity}: duration of a statement`;
  const about = kind === 'vacuum' && context !== '' ? ` (${context})` : '';
  return maskLog(`${severity}: ${message}${about}`)
    .replace(uuid, '#')
    .replace(/\b\d+\b/g, '#')
    .slice(0, longestMessage);
}
