/** Days of a bill as numbers since 1970-01-01: a bill knows no hours and no time zone. */

const millisecondsADay = 86_400_000;

export const dayOf = (date: string): number =>
  Math.round(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / millisecondsADay);
export const isoDate = (day: number): string => new Date(day * millisecondsADay).toISOString().slice(0, 10);

/** 0 is Sunday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;
export const isBusinessDay = (day: number): boolean => weekdayOf(day) !== 0 && weekdayOf(day) !== 6;

export type CalendarDay = { readonly year: number; readonly month: number; readonly date: number };

export function calendarDay(day: number): CalendarDay {
  const at = new Date(day * millisecondsADay);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth(), date: at.getUTCDate() };
}

/** The first day of the month that is `months` after the one of `day`; negative goes back. */
export function monthStart(day: number, months = 0): number {
  const { year, month } = calendarDay(day);
  return Math.round(Date.UTC(year, month + months, 1) / millisecondsADay);
}

export const monthLength = (day: number): number => monthStart(day, 1) - monthStart(day);
