import type { Severity } from '../../contracts/common.ts';
import type { OfficeCalendar } from '../office-hours/office-hours.ts';
import { afterBusinessMinutes, endOfBusinessDay } from './business-time.ts';
import { later } from './moment.ts';

export type AnswerRule = {
  readonly calendar: OfficeCalendar;
  /** P1 and P2 at any hour, P3 of business time; P4 has until the end of the next business day. */
  readonly answerMinutes: Readonly<Record<'P1' | 'P2' | 'P3', number>>;
};

export function answerBy(severity: Severity, since: string, { calendar, answerMinutes }: AnswerRule): string {
  if (severity === 'P4') return endOfBusinessDay(calendar, since, 1);
  if (severity === 'P3') return afterBusinessMinutes(calendar, since, answerMinutes.P3);
  return later(since, answerMinutes[severity] * 60);
}

/** Whoever was called at night has five business days to write down why. */
const reviewDays = 5;

export const reviewBy = (severity: Severity, resolvedAt: string, { calendar }: AnswerRule): string | null =>
  severity === 'P1' || severity === 'P2' ? endOfBusinessDay(calendar, resolvedAt, reviewDays) : null;
