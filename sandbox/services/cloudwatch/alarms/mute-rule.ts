import { AwsError } from '../../../wire/aws-error.ts';
import { refuseMembers } from '../../refuse-members.ts';
import { type MuteWindow, parseMuteSchedule } from './mute-schedule.ts';

export type MuteRule = {
  readonly name: string;
  readonly alarms: readonly string[];
  /** The window that a moment lies in, of those that end last the last. */
  windowAt(at: number): MuteWindow | undefined;
};

const mostAlarms = 100;
const record = (value: unknown): Readonly<Record<string, unknown>> => (value ?? {}) as Record<string, unknown>;

/** Reads the properties of a template's rule, which are PutAlarmMuteRule's; `isAlarm` says whether an alarm of that name exists. */
export function readMuteRule(properties: object, isAlarm: (name: string) => boolean): MuteRule {
  const { Name, Rule, MuteTargets, StartDate, ExpireDate } = record(properties);
  const name = String(Name ?? '');
  const invalid = (why: string) => new AwsError('ValidationError', `mute rule '${name}': ${why}`);
  refuseMembers(properties, ['Name', 'Description', 'Rule', 'MuteTargets', 'StartDate', 'ExpireDate', 'Tags']);
  if (name === '' || name.length > 255) throw invalid('Name has 1 to 255 characters');
  const schedule = record(record(Rule)['Schedule']);
  refuseMembers(schedule, ['Expression', 'Duration', 'Timezone']);
  const windowAt = parseMuteSchedule(
    {
      expression: String(schedule['Expression'] ?? ''),
      duration: String(schedule['Duration'] ?? ''),
      timeZone: String(schedule['Timezone'] ?? 'UTC'),
    },
    invalid,
  );
  const names = record(MuteTargets)['AlarmNames'];
  const alarms = Array.isArray(names) ? names.map(String) : [];
  if (alarms.length === 0 || alarms.length > mostAlarms)
    throw invalid(`it has ${alarms.length} alarms, 1 to 100 are required`);
  const missing = alarms.find((one) => !isAlarm(one));
  if (missing !== undefined) throw invalid(`alarm '${missing}' does not exist`);
  const [start, end] = [momentOf(StartDate, 0), momentOf(ExpireDate, Number.POSITIVE_INFINITY)];
  if (Number.isNaN(start) || Number.isNaN(end)) throw invalid('StartDate and ExpireDate are moments in ISO 8601');
  return { name, alarms, windowAt: (at) => (at < start || at >= end ? undefined : windowAt(at)) };
}

const momentOf = (given: unknown, otherwise: number): number =>
  given === undefined ? otherwise : Date.parse(String(given));
