import * as z from 'zod/mini';
import { describe } from './checked-values.ts';

/** What is true when nothing is measured: it is alarmed about, all is well, or nobody knows and it stays what it was. */
export type Silence = 'alarm' | 'fine' | 'unknown';
export type Level = 'warning' | 'critical';
type Severity = 'P1' | 'P2' | 'P3' | 'P4';

export type AlarmKind = {
  readonly metric: string;
  readonly unit: string;
  /** What bears it: each primary, each replica, each database. */
  readonly on: readonly ('primary' | 'replica' | 'database')[];
  readonly when: 'above' | 'below';
  /** Seconds of a period, and in how many of them in a row the value must be over the line. */
  readonly period: number;
  readonly periods: number;
  readonly silence: Silence;
  /** The line of each level that it has, and who hears of it. */
  readonly lines: { readonly [One in Level]?: number };
  readonly severities: { readonly [One in Level]?: Severity };
  readonly says: string;
};

const minute = { period: 60, periods: 3, silence: 'unknown', severities: { warning: 'P3', critical: 'P2' } } as const;
/** Of what is measured every quarter of an hour. */
const quarter = { ...minute, period: 900, periods: 2 } as const;
const instance = { ...minute, on: ['primary', 'replica'], when: 'above' } as const;
const primary = { ...minute, on: ['primary'], when: 'above' } as const;
const database = { ...minute, on: ['database'], when: 'above' } as const;
/** Of what RDS says each quarter of an hour; days are far apart. */
const upkeep = { ...quarter, on: ['primary', 'replica'], when: 'below' } as const;
const slow = { ...quarter, on: ['database'], when: 'above' } as const;

/**
 * Every alarm on the health of a database. What cannot be measured is one alarm (`silent`), what is left out of a pass
 * another (`gaps`): so that all others need not shout for one cause.
 */
export const alarmKinds = {
  silent: {
    ...{ ...instance, metric: 'HealthPasses', unit: 'Count', when: 'below', periods: 5, silence: 'alarm' },
    ...{ lines: { critical: 1 }, says: 'nobody has measured it for 5 minutes' },
  },
  gaps: {
    ...{ ...quarter, on: ['primary', 'replica'], metric: 'HealthGaps', unit: 'Count', when: 'above' },
    ...{ lines: { warning: 0 }, says: 'something of it cannot be measured; the log of collect-health names it' },
  },
  connections: {
    ...{ ...instance, metric: 'ConnectionsUsedPercent', unit: 'Percent' },
    ...{ lines: { warning: 75, critical: 90 }, says: 'its usable connections run out' },
  },
  'transaction-ids': {
    ...{ ...primary, metric: 'TransactionIdsUsedPercent', unit: 'Percent' },
    ...{ lines: { warning: 50, critical: 75 }, says: 'its transaction ids run out' },
  },
  multixacts: {
    ...{ ...primary, metric: 'MultixactsUsedPercent', unit: 'Percent' },
    ...{ lines: { warning: 50, critical: 75 }, says: 'its multixact ids run out' },
  },
  'long-transaction': {
    ...{ ...instance, metric: 'LongestTransactionSeconds', unit: 'Seconds', periods: 1 },
    ...{ lines: { warning: 300, critical: 900 }, says: 'a transaction is open for too long' },
  },
  'slot-inactive': {
    ...{ ...primary, metric: 'InactiveSlotSeconds', unit: 'Seconds', periods: 1 },
    ...{ lines: { warning: 900, critical: 3600 }, says: 'a replication slot has no consumer and keeps the log' },
  },
  'slot-retained': {
    ...{ ...primary, metric: 'SlotRetainedBytes', unit: 'Bytes' },
    ...{ lines: { warning: 5e9, critical: 20e9 }, says: 'a replication slot keeps much of the log, consumed or not' },
  },
  'slot-lost': {
    ...{ ...primary, metric: 'LostSlots', unit: 'Count', periods: 1 },
    ...{ lines: { critical: 0 }, says: 'a replication slot has lost what its consumer needs' },
  },
  'replication-lag': {
    ...{ ...minute, on: ['replica'], metric: 'ReplicationLagSeconds', unit: 'Seconds', when: 'above', periods: 2 },
    ...{ lines: { warning: 30, critical: 300 }, says: 'it is behind its primary' },
  },
  certificate: {
    ...{ ...upkeep, metric: 'CertificateDays', unit: 'Count' },
    ...{ lines: { warning: 60, critical: 14 }, says: 'the certificate of its server ends' },
  },
  'forced-maintenance': {
    ...{ ...upkeep, metric: 'ForcedMaintenanceDays', unit: 'Count' },
    ...{ lines: { warning: 14, critical: 3 }, says: 'RDS works on it by itself soon, at a moment of its own' },
  },
  storage: {
    ...{ ...upkeep, metric: 'FreeStoragePercent', unit: 'Percent', silence: 'alarm' },
    ...{ lines: { warning: 20, critical: 10 }, says: 'its storage runs out' },
  },
  'storage-forecast': {
    ...{ ...upkeep, metric: 'StorageFullDays', unit: 'Count' },
    ...{ lines: { warning: 14, critical: 3 }, says: 'its storage is full within days if it goes on like this' },
  },
  'cache-hit': {
    ...{ ...database, metric: 'CacheHitPercent', unit: 'Percent', when: 'below', silence: 'fine' },
    ...{ lines: { warning: 95, critical: 90 }, says: 'its blocks are read from storage' },
  },
  deadlocks: {
    ...{ ...database, metric: 'DeadlocksPerHour', unit: 'Count', periods: 1 },
    ...{ lines: { warning: 1, critical: 10 }, says: 'its transactions lock one another out' },
  },
  'blocked-sessions': {
    ...{ ...database, metric: 'BlockedSessions', unit: 'Count', periods: 2 },
    ...{ lines: { warning: 5, critical: 20 }, says: 'sessions wait for locks that others hold' },
  },
  checksums: {
    ...{ ...database, metric: 'ChecksumFailures', unit: 'Count', periods: 1 },
    ...{ lines: { critical: 0 }, severities: { critical: 'P1' }, says: 'pages of it are damaged' },
  },
  vacuum: {
    ...{ ...database, metric: 'VacuumOverdueSeconds', unit: 'Seconds', periods: 1 },
    ...{
      lines: { warning: 1800, critical: 7200 },
      says: 'autovacuum owes a table a run that does not come to its end',
    },
  },
  sequence: {
    ...{ ...slow, metric: 'SequenceUsedPercent', unit: 'Percent', periods: 1 },
    ...{ lines: { warning: 75, critical: 90 }, says: 'a sequence comes to the end of its column' },
  },
  bloat: {
    ...{ ...slow, metric: 'BloatPercent', unit: 'Percent' },
    ...{ lines: { warning: 20, critical: 40 }, says: 'a large table holds much that is nothing' },
  },
  'invalid-index': {
    ...{ ...slow, metric: 'InvalidIndexes', unit: 'Count' },
    ...{ lines: { warning: 0 }, says: 'an index is written and never used' },
  },
} as const satisfies Readonly<Record<string, AlarmKind>>;

export type AlarmKindName = keyof typeof alarmKinds;

const severity = z.enum(['P1', 'P2', 'P3', 'P4']);

/** The lines of one alarm, each level that it has, and who hears of them. */
function setting({ lines, severities, unit, when }: AlarmKind) {
  const levels = Object.keys(lines) as Level[];
  const shape = <Schema extends z.core.$ZodType>(of: (level: Level) => Schema) =>
    Object.fromEntries(levels.map((level) => [level, of(level)]));
  const line = (level: Level) =>
    z
      ._default(z.number().check(z.gte(0), z.lte(1e15)), lines[level] ?? 0)
      .check(describe(`${level}: ${when} so many ${unit.toLowerCase()}.`));
  return z.prefault(
    z.strictObject({
      ...shape(line),
      severity: z.prefault(z.strictObject(shape((level) => z._default(severity, severities[level] ?? 'P3'))), {}),
    }),
    {},
  );
}

export type AlarmSetting = {
  readonly warning?: number;
  readonly critical?: number;
  readonly severity: { readonly [One in Level]?: Severity };
};

export const HealthAlarms = z.prefault(
  z.strictObject(Object.fromEntries(Object.entries(alarmKinds).map(([name, kind]) => [name, setting(kind)]))),
  {},
);
