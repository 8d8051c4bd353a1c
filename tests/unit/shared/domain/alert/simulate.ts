import type { AlertCause, Incident } from '../../../../../shared/contracts/alert/alert.ts';
import { acknowledge } from '../../../../../shared/domain/alert/acknowledge.ts';
import { type AlertRule, decideStep } from '../../../../../shared/domain/alert/decide-step.ts';
import { applyCause, knownOf } from '../../../../../shared/domain/alert/incident.ts';
import { momentAt } from '../../../../../shared/domain/alert/moment.ts';

export const start = Date.UTC(2026, 4, 20, 14, 0); // a Wednesday, 10:00 in New York
export const at = (seconds: number): string => momentAt(start + seconds * 1000);

export const rule: AlertRule = {
  calendar: {
    timeZone: 'America/New_York',
    days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    from: '09:00',
    to: '18:00',
    holidays: ['2026-05-25'],
  },
  answerMinutes: { P1: 15, P2: 30, P3: 240 },
  chain: [
    { role: 'on-call', people: ['anna', 'ben'], rotate: 'weekly' },
    { role: 'lead', people: ['lead'], rotate: 'never' },
  ],
  people: { anna: { away: [] }, ben: { away: [] }, lead: { away: [] } },
  silences: [],
  staysOkMinutes: 10,
};

export function causeOf(change: Partial<AlertCause> & { readonly seconds?: number } = {}): AlertCause {
  const { seconds = 0, ...given } = change;
  const {
    account = '123456789012',
    region = 'us-east-1',
    stage = 'dev',
    subject = 'orders',
    cause = 'connections',
  } = given;
  return {
    ...{ key: [account, region, stage, subject, cause].join('/'), account, region, stage, subject, cause },
    ...{
      member: `pg-gameday-${cause}-critical-${subject}-${stage}`,
      severity: 'P1',
      state: 'problem',
      at: at(seconds),
    },
    ...{ title: `${subject}: ${cause}`, reason: 'it is over its line', description: '', value: 95, threshold: 90 },
    ...{ runbook: null, hasEnd: true },
    ...given,
  };
}

export type Asked = {
  readonly id: string;
  readonly key: string;
  readonly role: string;
  readonly seconds: number;
  readonly severity: string;
};

/**
 * What the machine of alert does, in seconds of its own: events come, whoever opened an incident drives it, waits end by time or by
 * being woken up. The pure decisions are the real ones.
 */
export function makeSimulation(given: AlertRule = rule) {
  let now = 0;
  let executions = 0;
  const incidents = new Map<string, Incident>();
  const resolved: Incident[] = [];
  const asked: Asked[] = [];
  const drivers = new Map<
    string,
    { key: string; id: string; round: number; until: number; settles: string | null; act: string }
  >();

  function drive(executionName: string, isUnanswered: boolean, settled: string | null): void {
    const driver = drivers.get(executionName);
    const incident = driver && incidents.get(driver.key);
    if (driver === undefined || incident === undefined) return;
    const next = decideStep(incident, given, {
      executionName,
      now: at(now),
      isUnanswered,
      settled,
      round: driver.round,
    });
    incidents.set(driver.key, next.incident);
    const { act, seconds, settles, severity } = next.decision;
    driver.round += 1;
    if (act === 'leave' || act === 'resolve') {
      drivers.delete(executionName);
      if (act === 'resolve') resolved.push(next.incident);
      return;
    }
    if (act === 'notify') {
      const step = next.incident.steps.at(-1);
      asked.push({ id: incident.id, key: driver.key, role: step?.role ?? '', seconds: now, severity });
    }
    incidents.set(driver.key, { ...next.incident, token: executionName });
    Object.assign(driver, { until: now + seconds, settles, act });
    if (knownOf(next.incident) !== next.incident.driver.knew) drive(executionName, false, null);
  }

  return {
    asked,
    resolved,
    incidents,
    drivers,
    deliver(cause: AlertCause): void {
      executions += 1;
      const executionName = `execution-${executions}`;
      const before = incidents.get(cause.key);
      const applied = applyCause(before, cause, {
        executionName,
        now: at(now),
        idOf: (moment) => `${cause.key}-${moment}`,
      });
      if (applied === undefined) return;
      incidents.set(cause.key, applied.incident);
      if (applied.incident.state !== 'resolved' && applied.incident.driver.executionName === executionName) {
        drivers.set(executionName, {
          key: cause.key,
          id: applied.incident.id,
          round: 1,
          until: now,
          settles: null,
          act: '',
        });
        drive(executionName, false, null);
      } else if (applied.wakes && applied.incident.token !== null) drive(applied.incident.token, false, null);
    },
    acknowledge(key: string, by = 'anna'): string | undefined {
      const incident = incidents.get(key);
      if (incident === undefined) return undefined;
      const { incident: after, result } = acknowledge(incident, {
        incidentId: incident.id,
        by,
        way: 'link',
        at: at(now),
      });
      incidents.set(key, after);
      if (result === 'acknowledged' && after.token !== null) drive(after.token, false, null);
      return result;
    },
    /** Lets time pass until so many seconds after the start. */
    until(seconds: number): void {
      for (;;) {
        const [next] = [...drivers].sort(([, left], [, right]) => left.until - right.until);
        if (next === undefined || next[1].until > seconds) break;
        const [name, { until, act, settles }] = next;
        now = Math.max(now, until);
        drive(name, act !== 'settle', settles);
      }
      now = Math.max(now, seconds);
    },
    now: () => now,
  };
}
