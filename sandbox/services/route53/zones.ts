import type { StateValue } from '../cloudwatch/alarms/state-value.ts';

export type RecordSet = {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
  readonly failover: 'PRIMARY' | 'SECONDARY' | undefined;
  readonly healthCheckId: string | undefined;
};

export type HealthCheck = {
  readonly alarm: { readonly name: string; readonly region: string };
  readonly isInverted: boolean;
  readonly whenUnknown: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
};

/** Health checkers look at the alarm in this interval, in milliseconds. */
const checkEvery = 30_000;

/** What the data of an alarm say at a moment (milliseconds), when it was in a state before; undefined: there is no such alarm. */
export type Look = (
  alarm: { readonly name: string; readonly region: string },
  at: number,
  before: StateValue,
) => StateValue | undefined;

/** Hosted zones, their records and the health checks that choose among them. */
export function makeZones({
  look,
  now,
  speed,
}: {
  readonly look: Look;
  readonly now: () => number;
  readonly speed: number;
}) {
  const zones = new Map<string, { readonly name: string; readonly records: RecordSet[] }>();
  const checks = new Map<string, HealthCheck>();
  const lastKnown = new Map<string, boolean>();

  /** As the data plane sees it: by the data of the alarm, and not by its state, as they were at the last check. */
  function isHealthy(id: string): boolean {
    const check = checks.get(id);
    // One that is new has no last status, and counts as healthy.
    const before = lastKnown.get(id) ?? true;
    if (check === undefined) return before;
    const wasOk = before !== check.isInverted;
    const value = look(check.alarm, now() - checkEvery / speed, wasOk ? 'OK' : 'ALARM');
    if (value === undefined || value === 'INSUFFICIENT_DATA')
      return check.whenUnknown === 'LastKnownStatus' ? before : check.whenUnknown === 'Healthy';
    const healthy = (value === 'OK') !== check.isInverted;
    lastKnown.set(id, healthy);
    return healthy;
  }

  /** The record that a name is answered with: the healthy primary, or the secondary, which is there when nothing else is. */
  function answer(name: string, type: string): RecordSet | undefined {
    const found = [...zones.values()]
      .flatMap(({ records }) => records)
      .filter((record) => record.name === canonical(name) && record.type === type);
    const simple = found.find(({ failover }) => failover === undefined);
    const primary = found.find(({ failover }) => failover === 'PRIMARY');
    const secondary = found.find(({ failover }) => failover === 'SECONDARY');
    if (simple !== undefined || primary === undefined) return simple ?? secondary;
    const isUp = primary.healthCheckId === undefined || isHealthy(primary.healthCheckId);
    return isUp ? primary : (secondary ?? primary);
  }

  return {
    zones,
    checks,
    isHealthy,
    answer,
    addRecord(zoneId: string, record: RecordSet) {
      const zone = zones.get(zoneId);
      if (zone === undefined) throw new Error(`hosted zone '${zoneId}' does not exist`);
      zone.records.push({ ...record, name: canonical(record.name) });
    },
    /** Of a name and type that one record has; undefined: none. */
    findRecord: (zoneId: string, name: string, type: string) =>
      zones.get(zoneId)?.records.find((record) => record.name === canonical(name) && record.type === type),
    removeRecord(zoneId: string, record: RecordSet) {
      const records = zones.get(zoneId)?.records ?? [];
      records.splice(records.indexOf(record), 1);
    },
    /** A host that some record leads to. */
    isTarget: (host: string) =>
      [...zones.values()].some(({ records }) =>
        records.some(({ values }) => values.some((value) => canonical(value) === canonical(host))),
      ),
  };
}
export type Zones = ReturnType<typeof makeZones>;

export const canonical = (name: string): string => name.replace(/\.$/, '').toLowerCase();
