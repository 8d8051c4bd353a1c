import type { Edition } from '../../contracts/cost-report.ts';
import { calendarDay, monthStart, weekdayOf } from './days.ts';

export type Period = { readonly edition: Edition; readonly from: number; readonly to: number };

/**
 * The report of a day and the period that it is about; both days included. The day on which a week, a month, a quarter
 * or a year has settled brings the edition of the longest of them: `lastDay` is the last settled day.
 */
export function periodOf(lastDay: number): Period {
  const isLastOfMonth = monthStart(lastDay, 1) === lastDay + 1;
  const months = calendarDay(lastDay).month + 1;
  if (isLastOfMonth && months === 12) return { edition: 'yearly', from: monthStart(lastDay, -11), to: lastDay };
  if (isLastOfMonth && months % 3 === 0) return { edition: 'quarterly', from: monthStart(lastDay, -2), to: lastDay };
  if (isLastOfMonth) return { edition: 'monthly', from: monthStart(lastDay), to: lastDay };
  if (weekdayOf(lastDay) === 0) return { edition: 'weekly', from: lastDay - 6, to: lastDay };
  return { edition: 'daily', from: lastDay, to: lastDay };
}

/** Cost Explorer keeps 14 months; a year is compared with nothing before it. */
const daysOfYearly = 400;

/** How many days have to be collected, so that the period and what it is compared with are among them. */
export const daysToCollect = ({ edition }: Period, historyDays: number): number =>
  edition === 'yearly' ? daysOfYearly : historyDays;
