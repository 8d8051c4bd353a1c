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
