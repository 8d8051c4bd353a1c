import { isOpen, type OfficeCalendar } from '../office-hours/office-hours.ts';
import { momentAt, timeOf } from './moment.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** A calendar without a working minute in so many days is none: then time passes as on the wall. */
const mostDays = 60;

const openAt = (calendar: OfficeCalendar, time: number): boolean => isOpen(calendar, new Date(time));

/** The first working minute at or after a time; undefined when there is none for two months. */
function opening(calendar: OfficeCalendar, from: number): number | undefined {
  if (openAt(calendar, from)) return from;
  const end = from + mostDays * 24 * 60 * MINUTE;
  for (let time = from - (from % MINUTE); time < end; time += QUARTER) {
    if (!openAt(calendar, time)) continue;
    let first = time;
    while (first - MINUTE > from && openAt(calendar, first - MINUTE)) first -= MINUTE;
    return first;
  }
  return undefined;
}

/** The first minute at or after a time that is none of work. */
function closing(calendar: OfficeCalendar, from: number): number {
  let time = from;
  while (openAt(calendar, time + QUARTER)) time += QUARTER;
  while (openAt(calendar, time)) time += MINUTE;
  return time;
}

/** When so many minutes of business time have passed since a moment, by the clock on the wall of the calendar's zone. */
export function afterBusinessMinutes(calendar: OfficeCalendar, moment: string, minutes: number): string {
  let [time, left] = [timeOf(moment), minutes * MINUTE];
  for (;;) {
    const open = opening(calendar, time);
    if (open === undefined) return momentAt(time + left);
    const close = closing(calendar, open);
    if (close - open >= left) return momentAt(open + left);
    left -= close - open;
    time = close;
  }
}

/** The end of the so-many-th business day after the one in which a moment is, or after a moment that is in none. */
export function endOfBusinessDay(calendar: OfficeCalendar, moment: string, days: number): string {
  let time = timeOf(moment);
  if (openAt(calendar, time)) time = closing(calendar, time);
  for (let left = days; left > 0; left -= 1) {
    const open = opening(calendar, time);
    if (open === undefined) return momentAt(time + left * 24 * 60 * MINUTE);
    time = closing(calendar, open);
  }
  return momentAt(time);
}
