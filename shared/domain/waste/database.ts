import { isOpen, type OfficeCalendar } from '../office-hours/office-hours.ts';
import { classOf, type InstanceClass, oneDown } from '../resource/instance-classes.ts';
import { whyNotExpired } from '../resource/leftovers.ts';
import { copyPrefix, madeBy, tagKeys } from '../resource/throw-away.ts';
import type { Holding, Verdict } from './finding.ts';
import { priced, priceIn, type WastePrices } from './prices.ts';

export type Database = Holding & {
  /** RDS's own name of it, which a rename does not change. */
  readonly resourceId: string | undefined;
  readonly status: string;
  readonly engine: string;
  readonly instanceClass: string;
  readonly isMultiAz: boolean;
  readonly isInCluster: boolean;
  /** Read replicas of it, and the instance that it replicates: their sizes belong together. */
  readonly relatives: readonly string[];
};

export type Point = { readonly at: Date; readonly value: number };

/** Hour by hour. */
export type DatabaseUse = {
  /** Percent, means of an hour. */
  readonly cpu: readonly Point[];
  /** The most of an hour. */
  readonly connections: readonly Point[];
  /** Bytes, the least of an hour. */
  readonly freeableMemory: readonly Point[];
};

/** What is asked of one instance, in the order of `DatabaseUse`. */
export const useQuestions = (id: string) =>
  (
    [
      ['CPUUtilization', 'Average'],
      ['DatabaseConnections', 'Maximum'],
      ['FreeableMemory', 'Minimum'],
    ] as const
  ).map(([name, statistic]) => ({
    namespace: 'AWS/RDS',
    name,
    dimensions: { DBInstanceIdentifier: id },
    statistic,
  }));

/** Days over which a database is measured, and the hours of them without which nothing is said. */
export const databaseDays = 14;
const wantedHours = 0.95 * databaseDays * 24;

/** What is left over on the smaller class: of its CPU, memory and connections so much may be used at most. */
const [mostCpu, mostMemory, mostConnections] = [60, 0.8, 0.8] as const;
/** RDS for PostgreSQL: one connection for so many bytes of memory, and never more than 5000. */
const [bytesPerConnection, connectionLimit] = [9_531_392, 5000] as const;
const gibibyte = 1024 ** 3;

const most = (points: readonly Point[]): number => points.reduce((peak, { value }) => Math.max(peak, value), 0);
const mean = (points: readonly Point[]): number => points.reduce((sum, { value }) => sum + value, 0) / points.length;

/** A metric with too few hours, or one that is no number, says nothing about the hours that are missing. */
const isMeasured = (points: readonly Point[]): boolean =>
  points.length >= wantedHours && points.every(({ value }) => Number.isFinite(value) && value >= 0);

const isAdvisable = ({ status, engine, isInCluster, relatives, tags }: Database): boolean =>
  status === 'available' &&
  engine === 'postgres' &&
  !isInCluster &&
  relatives.length === 0 &&
  tags[tagKeys.madeBy] !== madeBy;

const classUsage = ({ isMultiAz, instanceClass }: Database) => ({
  service: 'Amazon Relational Database Service',
  usageType: `${isMultiAz ? 'Multi-AZUsage' : 'InstanceUsage'}:${instanceClass}`,
});

function classPrice({ isMultiAz }: Database, instanceClass: string, prices: WastePrices) {
  const price = priceIn(prices.databaseClass, instanceClass);
  return priced(
    price,
    isMultiAz ? 2 : 1,
    `${isMultiAz ? 'zones' : 'zone'} of 730 hours`,
    `instanceHour.${instanceClass}`,
  );
}

/** A database to which nobody has connected. */
export function assessIdleDatabase(database: Database, use: DatabaseUse, prices: WastePrices): Verdict | undefined {
  const { id, region, instanceClass } = database;
  if (!isAdvisable(database) || !isMeasured(use.connections) || most(use.connections) > 0) return undefined;
  const { aMonth, basis } = classPrice(database, instanceClass, prices);
  return {
    kind: 'idle-database',
    aMonth,
    basis: aMonth === null ? basis : `${basis}, without storage and backups`,
    evidence: `${instanceClass}: no connection in ${databaseDays} days`,
    difficulty: 'careful',
    action: `aws rds delete-db-instance --region ${region} --db-instance-identifier ${id} --final-db-snapshot-identifier ${id}-final`,
    billedAs: classUsage(database),
  };
}

/** A throw-away copy that outlived its expiry: sweep-leftovers should have removed it, and did not. */
export function assessLeftover(
  database: Database,
  sources: readonly string[],
  prices: WastePrices,
  now: Date,
): Verdict | undefined {
  const { id, instanceClass, tags } = database;
  if (!id.startsWith(copyPrefix) && tags[tagKeys.madeBy] !== madeBy) return undefined;
  const reason = whyNotExpired(database, sources, now);
  if (reason?.isSuspect === false) return undefined;
  return {
    kind: 'drill-leftover',
    ...classPrice(database, instanceClass, prices),
    evidence:
      reason === undefined
        ? `${instanceClass}: a throw-away copy that expired at ${tags[tagKeys.expiresAt]}`
        : `${instanceClass}: looks like a throw-away copy, but ${reason.text}`,
    difficulty: reason === undefined ? 'easy' : 'careful',
    action:
      reason === undefined
        ? 'start sweep-leftovers, and see in its runbook why it did not remove the copy'
        : 'find out who made it; sweep-leftovers does not touch it',
    billedAs: classUsage(database),
  };
}

/** Why a smaller class would not carry what was measured; undefined when it would. */
export function whyNotSmaller(use: DatabaseUse, now: InstanceClass, smaller: InstanceClass): string | undefined {
  const cpu = (most(use.cpu) * now.cpus) / smaller.cpus;
  if (cpu > mostCpu) return `its CPU would be ${Math.round(cpu)} % busy`;
  const average = (mean(use.cpu) * now.cpus) / smaller.cpus;
  if (smaller.baseline !== undefined && average > mostCpu * (smaller.baseline / 100)) {
    return `its mean CPU of ${average.toFixed(1)} % is near the baseline of ${smaller.baseline} %`;
  }
  const least = use.freeableMemory.reduce((low, { value }) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const used = now.memoryGib * gibibyte - least;
  if (used > mostMemory * smaller.memoryGib * gibibyte) return `${(used / gibibyte).toFixed(1)} GiB of memory are used`;
  const allowed = Math.min(connectionLimit, Math.floor((smaller.memoryGib * gibibyte) / bytesPerConnection));
  const connections = most(use.connections);
  return connections > mostConnections * allowed ? `${connections} connections of ${allowed} were open` : undefined;
}

/** A database that one class down in its family would carry, by CPU, memory and connections of its busiest hour. */
export function assessDatabaseSize(database: Database, use: DatabaseUse, prices: WastePrices): Verdict | undefined {
  const { id, region, instanceClass } = database;
  if (!isAdvisable(database) || ![use.cpu, use.connections, use.freeableMemory].every(isMeasured)) return undefined;
  if (most(use.connections) === 0) return undefined;
  const [now, smaller] = [classOf(instanceClass), oneDown(instanceClass)];
  if (now === undefined || smaller === undefined || whyNotSmaller(use, now, smaller) !== undefined) return undefined;
  const [price, wanted] = [classPrice(database, instanceClass, prices), classPrice(database, smaller.name, prices)];
  const isPriced = price.aMonth !== null && wanted.aMonth !== null;
  const least = use.freeableMemory.reduce((low, { value }) => Math.min(low, value), Number.POSITIVE_INFINITY);
  return {
    kind: 'oversized-database',
    aMonth: isPriced ? Math.round(((price.aMonth ?? 0) - (wanted.aMonth ?? 0)) * 100) / 100 : null,
    basis: isPriced ? `${price.basis}, less ${wanted.basis}` : price.aMonth === null ? price.basis : wanted.basis,
    evidence: `${instanceClass} in ${databaseDays} days: CPU ${mean(use.cpu).toFixed(1)} % in the mean and ${most(use.cpu).toFixed(1)} % in the busiest hour, ${most(use.connections)} connections at most, ${(least / gibibyte).toFixed(1)} of ${now.memoryGib} GiB freeable at least; ${smaller.name} would carry it`,
    difficulty: 'careful',
    action: `aws rds modify-db-instance --region ${region} --db-instance-identifier ${id} --db-instance-class ${smaller.name} (in its maintenance window; it restarts)`,
    billedAs: classUsage(database),
  };
}

/** A non-production database that runs all the time and to which nobody connects out of office hours. */
export function assessHours(
  database: Database,
  { connections }: DatabaseUse,
  {
    calendar,
    instances,
    sources,
    prices,
  }: {
    readonly calendar: OfficeCalendar;
    /** Those that office hours stop already. */
    readonly instances: readonly string[];
    /** Those that are backed up: what is stopped cannot be. */
    readonly sources: readonly string[];
    readonly prices: WastePrices;
  },
): Verdict | undefined {
  const { id, instanceClass } = database;
  if (!isAdvisable(database) || instances.includes(id) || sources.includes(id) || !isMeasured(connections))
    return undefined;
  const closed = connections.filter(({ at }) => !isOpen(calendar, at));
  if (closed.length === 0 || most(closed) > 0 || most(connections) === 0) return undefined;
  const share = closed.length / connections.length;
  const { aMonth, basis } = classPrice(database, instanceClass, prices);
  return {
    kind: 'runs-out-of-hours',
    aMonth: aMonth === null ? null : Math.round(aMonth * share * 100) / 100,
    basis: aMonth === null ? basis : `${basis}, ${Math.round(100 * share)} % of the time`,
    evidence: `${instanceClass}: no connection in ${closed.length} hours out of office hours of ${databaseDays} days`,
    difficulty: 'easy',
    action: `name ${id} under officeHours.instances in operations.yml, and give it the tag pg-gameday:office-hours=stop-and-start`,
    billedAs: classUsage(database),
  };
}
