import type { Fault } from '../../faults.ts';
import { type AlarmKind, type AlarmSetting, alarmKinds } from '../schema/health-alarms.ts';
import type { Operations } from '../schema.ts';

/** A critical line that is crossed first would make the warning say nothing. */
export function* alarmLinesOutOfOrder({ health }: Operations): Iterable<Fault> {
  const settings = health.alarms as Readonly<Record<string, AlarmSetting>>;
  for (const [name, kind] of Object.entries<AlarmKind>(alarmKinds)) {
    const { warning, critical } = settings[name] ?? {};
    if (warning === undefined || critical === undefined) continue;
    const isInOrder = kind.when === 'above' ? warning < critical : warning > critical;
    if (isInOrder) continue;
    yield {
      path: `health.alarms.${name}.critical`,
      observed: String(critical),
      expected: `${kind.when === 'above' ? 'more' : 'less'} than warning, which is ${warning}`,
    };
  }
}

/** A window for a database that is not there would mute nothing, and nobody would know. */
export function* windowsOfStrangers({ stages }: Operations): Iterable<Fault> {
  for (const [stage, { maintenance, databases }] of Object.entries(stages)) {
    for (const [index, window] of maintenance.entries()) {
      for (const name of window.databases.filter((one) => !Object.hasOwn(databases, one))) {
        yield {
          path: `stages.${stage}.maintenance.${index}.databases`,
          observed: `'${name}'`,
          expected: `databases of the stage: ${Object.keys(databases).join(', ')}`,
        };
      }
    }
  }
}

/** An alarm without a line is none, one whose critical line is crossed first says its warning never, and two of one name are one. */
export function* platformMetricsWithoutLines({ stages }: Operations): Iterable<Fault> {
  for (const [stage, { metrics }] of Object.entries(stages)) {
    for (const [index, { name, when, warning, critical }] of metrics.entries()) {
      const path = `stages.${stage}.metrics.${index}`;
      if (metrics.findIndex((one) => one.name === name) !== index) {
        yield { path: `${path}.name`, observed: `'${name}'`, expected: 'a name that no other metric of the stage has' };
      }
      if (warning === undefined && critical === undefined) {
        yield { path, observed: 'neither warning nor critical', expected: 'a line, or both' };
      }
      if (warning === undefined || critical === undefined) continue;
      if (when === 'above' ? warning < critical : warning > critical) continue;
      const expected = `${when === 'above' ? 'more' : 'less'} than warning, which is ${warning}`;
      yield { path: `${path}.critical`, observed: String(critical), expected };
    }
  }
}
