/** What RDS says of an instance as a thing to be kept up. Moments in milliseconds since 1970. */
export type UpkeepReading = {
  /** When the server's certificate ends. */
  readonly certificateUntil: number | undefined;
  /** When RDS does by itself what nobody has done; undefined while nothing is forced. */
  readonly forcedAt: number | undefined;
  /** Bytes of its volume now, and those to which RDS lets it grow by itself. */
  readonly allocatedBytes: number;
  readonly mostBytes: number;
  /** Bytes that were free, about one for each hour, the oldest first. */
  readonly free: readonly FreePoint[];
};
export type FreePoint = { readonly at: number; readonly bytes: number };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days that stand for "not within sight". */
export const farAway = 365;

export const daysUntil = (moment: number | undefined, now: number): number =>
  moment === undefined ? farAway : Math.max(0, Math.min(farAway, (moment - now) / DAY));

/** Bytes that can be written until nothing is left, with what storage autoscaling adds. */
const leftBytes = ({ allocatedBytes, mostBytes }: UpkeepReading, free: number): number =>
  free + Math.max(0, mostBytes - allocatedBytes);

/** Undefined when nobody has measured it. */
export function freeStoragePercent(reading: UpkeepReading): number | undefined {
  const newest = reading.free.at(-1);
  const all = Math.max(reading.allocatedBytes, reading.mostBytes);
  if (newest === undefined || all <= 0) return undefined;
  return Math.max(0, Math.min(100, (100 * leftBytes(reading, newest.bytes)) / all));
}

/** A volume that is made larger gives at least so much of it at once: no row that was deleted. */
const enlarged = 0.05;
/** Before a day is known, an hour of loading says nothing of a week. */
const leastDay = 24 * HOUR;
const recent = 6;

/**
 * Days until the volume is full if it goes on as it did: by the mean of the week without its largest hour, which knows the loads of
 * the nights, or by the middle of the last six hours, whichever is sooner. One large load moves neither.
 * Undefined when nobody has measured it.
 */
export function storageFullDays(reading: UpkeepReading): number | undefined {
  const newest = reading.free.at(-1);
  if (newest === undefined) return undefined;
  const steps = stepsOf(reading);
  const milliseconds = sum(steps.map((step) => step.milliseconds));
  const bytes = steps.map((step) => step.bytes);
  const ofWeek = milliseconds < leastDay ? 0 : (sum(bytes) - Math.max(0, ...bytes)) / milliseconds;
  const last = steps.slice(-recent).map((step) => step.bytes / step.milliseconds);
  const ofHours = last.length < recent ? 0 : middle(last);
  const rate = Math.max(ofWeek, ofHours);
  return rate <= 0 ? farAway : Math.min(farAway, leftBytes(reading, newest.bytes) / rate / DAY);
}

/** What was written between two points, without the steps in which the volume was made larger. */
function stepsOf({ free, allocatedBytes }: UpkeepReading): { readonly bytes: number; readonly milliseconds: number }[] {
  return free.flatMap((point, index) => {
    const before = free[index - 1];
    if (before === undefined || point.at <= before.at) return [];
    const bytes = before.bytes - point.bytes;
    return bytes < -enlarged * allocatedBytes ? [] : [{ bytes, milliseconds: point.at - before.at }];
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** The lower one of two in the middle: what more than half of the hours have written. */
const middle = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0;

/** What of it is measured; what nobody knows is not. */
export function assessUpkeep(reading: UpkeepReading, now: number): Readonly<Record<string, number>> {
  const [percent, days] = [freeStoragePercent(reading), storageFullDays(reading)];
  return {
    ...(reading.certificateUntil === undefined ? {} : { CertificateDays: daysUntil(reading.certificateUntil, now) }),
    ForcedMaintenanceDays: daysUntil(reading.forcedAt, now),
    ...(percent === undefined ? {} : { FreeStoragePercent: percent }),
    ...(days === undefined ? {} : { StorageFullDays: days }),
  };
}
