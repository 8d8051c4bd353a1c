import type { SourceInstance } from './facts.ts';
import { type Finding, should } from './finding.ts';

const minutesOfDay = 24 * 60;
const minutesOfWeek = 7 * minutesOfDay;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** A run that begins in the hour before a window is likely to be under way when it opens. */
const runMinutes = 60;

/** Minutes of the week, UTC; one that passes the end of Sunday ends after it. */
type Span = { readonly from: number; readonly to: number };

/** Whether RDS's own work on an instance meets the backups of the plan, or itself. Times are UTC. */
export function checkWindows(
  instanceId: string,
  { backupWindow, maintenanceWindow, pendingMaintenance }: SourceInstance,
  schedule: string,
): Finding[] {
  const [backups, maintenance, runs] = [
    backupSpans(backupWindow),
    maintenanceSpans(maintenanceWindow),
    runSpans(schedule),
  ];
  const met = [
    ...(doMeet(backups, maintenance)
      ? [`its backups (${backupWindow}) and its maintenance (${maintenanceWindow})`]
      : []),
    ...(doMeet(runs, backups) ? [`backupPlan.schedule ${schedule} and its backups (${backupWindow})`] : []),
    ...(doMeet(runs, maintenance)
      ? [`backupPlan.schedule ${schedule} and its maintenance (${maintenanceWindow})`]
      : []),
  ];
  return [
    should('windows do not meet', instanceId, {
      holds: met.length === 0,
      observed: met.length === 0 ? `${backupWindow}, ${maintenanceWindow} UTC` : `${met.join('; ')} meet`,
      remedy: `aws rds modify-db-instance --db-instance-identifier ${instanceId} --preferred-backup-window … --preferred-maintenance-window …: RDS takes no snapshot of an instance that it is working on.`,
    }),
    should('no maintenance is pending', instanceId, {
      holds: pendingMaintenance.length === 0,
      observed: pendingMaintenance.length === 0 ? 'none' : pendingMaintenance.join('; '),
      remedy:
        'aws rds apply-pending-maintenance-action --opt-in-type next-maintenance …, before RDS chooses the moment.',
    }),
  ];
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const everyDay = (from: number, length: number): Span[] =>
  days.map((_, day) => ({ from: day * minutesOfDay + from, to: day * minutesOfDay + from + length }));

/** `03:00-03:30`, every day. */
function backupSpans(window: string): Span[] {
  const [, from = '', to = ''] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(window) ?? [];
  if (from === '') return [];
  return everyDay(minutesOf(from), (minutesOf(to) - minutesOf(from) + minutesOfDay) % minutesOfDay);
}

/** `sun:05:00-sun:05:30`, once a week. */
function maintenanceSpans(window: string): Span[] {
  const found = /^([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)$/.exec(window.toLowerCase());
  if (found === null) return [];
  const at = (day = '', clock = '') => days.indexOf(day) * minutesOfDay + minutesOf(clock);
  const [from, to] = [at(found[1], found[2]), at(found[3], found[4])];
  return [{ from, to: to < from ? to + minutesOfWeek : to }];
}

/** `cron(30 8 * * ? *)` with plain numbers, taken as every day; of any other nothing is said. */
function runSpans(schedule: string): Span[] {
  const [, minutes = '', hours = ''] = /^cron\((\d+(?:,\d+)*) (\d+(?:,\d+)*) /.exec(schedule) ?? [];
  return hours
    .split(',')
    .flatMap((hour) =>
      hour === ''
        ? []
        : minutes.split(',').flatMap((minute) => everyDay(Number(hour) * 60 + Number(minute), runMinutes)),
    );
}

/** The week is a circle: each span is also looked at a week later. */
const doMeet = (left: readonly Span[], right: readonly Span[]): boolean =>
  left.some((one) =>
    right.some((other) =>
      [-minutesOfWeek, 0, minutesOfWeek].some((shift) => one.from < other.to + shift && other.from + shift < one.to),
    ),
  );
