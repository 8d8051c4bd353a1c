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
