import type { CollectedCosts } from '../../contracts/cost-report.ts';
import { isoDate } from './days.ts';
import { type CostRow, type CostTable, tabulate } from './series.ts';
import { keepWholeDays } from './whole-days.ts';

/** What Cost Explorer answered; the rows of a division may lack pages. */
export type ReportedCosts = {
  readonly from: string;
  /** The first day that was not asked for. */
  readonly to: string;
  readonly totals: readonly CostRow[];
  readonly parts: readonly CostRow[];
  readonly places: readonly CostRow[];
  readonly tags: readonly CostRow[];
};

/** Shown of a list of days. */
const shownDays = 3;

/** Puts the answers on one axis of days, and leaves out every day of which a division is not whole. */
export function collectedCosts(
  reported: ReportedCosts,
  awsAnomalies: CollectedCosts['awsAnomalies'],
  notes: readonly string[],
): CollectedCosts {
  const bill = tabulate(reported.totals, reported.from, reported.to);
  const total = bill.series.get('') ?? new Float64Array(bill.days).fill(Number.NaN);
  const said = new Set<string>([...notes, ...bill.notes]);
  const divide = (rows: readonly CostRow[], name: string): CostTable => {
    const table = tabulate(rows, reported.from, reported.to);
    const broken = keepWholeDays(table, total).map((index) => isoDate(table.firstDay + index));
    if (broken.length > 0)
      said.add(`Costs by ${name} are not known of ${listed(broken)}: they do not add up to the day.`);
    return table;
  };
  const parts = divide(reported.parts, 'service and usage type');
  const places = divide(reported.places, 'account and region');
  const tags = divide(reported.tags, 'tag');
  return {
    schemaVersion: 1,
    from: reported.from,
    currency: bill.currency,
    total: amountsOf(total),
    parts: seriesOf(parts, ([service = '', usageType = '']) => ({ service, usageType })),
    places: seriesOf(places, ([account = '', region = '']) => ({ account, region })),
    // Cost Explorer writes a tag as key$value.
    tags: seriesOf(tags, ([tag = '']) => ({ value: tag.slice(tag.indexOf('$') + 1) })),
    awsAnomalies,
    notes: [...said],
  };
}

/** A hundredth of a cent is enough; a missing day is no number. */
const amountsOf = (amounts: Float64Array): (number | null)[] =>
  Array.from(amounts, (amount) => (Number.isNaN(amount) ? null : Math.round(amount * 10_000) / 10_000));

const seriesOf = <T extends object>(table: CostTable, named: (keys: readonly string[]) => T) =>
  [...table.series].map(([name, amounts]) => ({ ...named(name.split('\t')), amounts: amountsOf(amounts) }));

function listed(days: readonly string[]): string {
  const more = days.length - shownDays;
  return `${days.length === 1 ? 'one day' : `${days.length} days`}: ${days.slice(0, shownDays).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
