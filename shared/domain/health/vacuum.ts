import type { OverdueVacuum } from '../../contracts/collect-health.ts';
import type { OverdueReading } from './reading.ts';

/**
 * Since when each table has waited for a vacuum that does not come to its end. A vacuum that has ended since, and one that
 * runs and has come further since the last pass, begin the count anew: a slow one against wraparound is no failed one. A
 * worker that was cancelled is another one the next time, and has come no further.
 */
export function overdueVacuums(
  tables: readonly OverdueReading[],
  before: Readonly<Record<string, OverdueVacuum>>,
  now: number,
): Record<string, OverdueVacuum> {
  return Object.fromEntries(
    tables.map(({ table, vacuums, progress }) => {
      const known = Object.hasOwn(before, table) ? before[table] : undefined;
      const goesOn = known !== undefined && known.vacuums === vacuums && !hasAdvanced(known.progress, progress);
      return [table, { since: goesOn ? known.since : now, vacuums, progress }];
    }),
  );
}

/** The same process, elsewhere: `pid:phase and blocks`. */
function hasAdvanced(before: string | null, after: string | null): boolean {
  if (before === null || after === null) return false;
  return before.split(':', 1)[0] === after.split(':', 1)[0] && before !== after;
}

export const longestOverdue = (overdue: Readonly<Record<string, OverdueVacuum>>, now: number): number =>
  Math.max(0, ...Object.values(overdue).map(({ since }) => (now - since) / 1000));
