import type { Notification } from '@aws-sdk/client-budgets';
import type { MonthBill } from '../costexplorer/cost-data.ts';

/** What a notification remembers between two looks at the bill. */
export type NotificationState = { readonly month: string; readonly isOver: boolean; readonly hasRung: boolean };

export type Assessed = NotificationState & {
  readonly rings: boolean;
  /** What was compared; undefined where there is no forecast yet. */
  readonly amount: number | undefined;
  readonly line: number;
};

export const lineOf = ({ Threshold = 0, ThresholdType }: Notification, limit: number): number =>
  ThresholdType === 'ABSOLUTE_VALUE' ? Threshold : (limit * Threshold) / 100;

/**
 * An actual cost rings once in a month; a forecast each time that it rises over its line. A new month begins under
 * every line.
 */
export function assessNotification(
  notification: Notification,
  limit: number,
  bill: MonthBill,
  known: NotificationState | undefined,
): Assessed {
  const { month } = bill;
  const before = known?.month === month ? known : { month, isOver: false, hasRung: false };
  const line = lineOf(notification, limit);
  const isForecast = notification.NotificationType === 'FORECASTED';
  const amount = isForecast ? bill.forecast : bill.actual;
  const isOver = amount !== undefined && amount > line;
  const rings = isOver && (isForecast ? !before.isOver : !before.hasRung);
  return { month, isOver, hasRung: before.hasRung || rings, rings, amount, line };
}
