import type { LogKind } from '../../contracts/slow-query-report.ts';

export type LogEntry = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly severity: string;
  /** Empty of processes of the server itself. */
  readonly user: string;
  readonly message: string;
  /** Its CONTEXT, when there is one. */
  readonly context: string;
};

const errors = ['ERROR', 'FATAL', 'PANIC'];

const damage =
  /invalid page|checksum|could not read block|missing chunk number|unexpected chunk|is not a (btree|heap)|found xm(in|ax)/i;
const resources = /out of memory|out of shared memory|no space left|could not extend|too many open files|disk full/i;
const connection =
  /authentication failed|no pg_hba\.conf entry|too many (clients|connections)|remaining connection slots|is not permitted to log in|^(role|database) ".*" does not exist|not currently accepting connections|unsupported frontend protocol/i;
const timeout =
  /canceling statement due to (statement|lock) timeout|terminating connection due to (idle|transaction)|transaction timeout/i;
/** Of a worker of autovacuum, which has no user. */
const vacuum =
  /automatic (vacuum|analyze) of table|while (scanning|vacuuming|truncating|cleaning up|updating) (block|index|relation)/i;

/** Undefined of what is no trouble: checkpoints, logins that were let in, notices. */
export function kindOf({ severity, user, message, context }: LogEntry): LogKind | undefined {
  if (severity === 'LOG') return /^duration: [\d.]+ ms/.test(message) ? 'slow statement' : undefined;
  if (severity === 'WARNING') return damage.test(message) ? 'damage' : undefined;
  if (!errors.includes(severity)) return undefined;
  if (severity === 'PANIC' || damage.test(message)) return 'damage';
  if (message.startsWith('deadlock detected')) return 'deadlock';
  if (message.startsWith('canceling autovacuum task') || (user === '' && vacuum.test(context))) return 'vacuum';
  if (resources.test(message)) return 'resources';
  if (severity === 'FATAL' && connection.test(message)) return 'connection';
  return timeout.test(message) ? 'timeout' : 'other error';
}
