import type { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import type { Entry, Recommendations } from '../../shared/contracts/recommendations.ts';
import { measuredSaving } from './saving.ts';
import { tableLines } from './table.ts';

/** The recommendations as a table, with what the newest bill says of each entry; the last line sums what is measured. */
export function recommendationLines({ entries }: Recommendations, costs: CollectedCosts | undefined): string[] {
  if (entries.length === 0) return ['The recommendations is empty.'];
  const currency = costs?.currency ?? '';
  const measured = entries.map((entry) => (costs === undefined ? undefined : measuredSaving(costs, entry)));
  const rows = entries.map((entry, index) => {
    const { acceptedOn, id, what, expectedMonthly } = entry;
    const saving = measured[index];
    return [
      stateOf(entry),
      acceptedOn,
      id,
      expectedMonthly === null ? 'unknown' : expectedMonthly.toFixed(2),
      saving === undefined ? 'not known yet' : saving.monthly.toFixed(2),
      what,
    ];
  });
  const known = entries.filter((_, index) => measured[index] !== undefined);
  const sum = measured.reduce((total, saving) => total + (saving?.monthly ?? 0), 0);
  const expected = known.reduce((total, { expectedMonthly }) => total + (expectedMonthly ?? 0), 0);
  return [
    ...tableLines(['state', 'accepted', 'id', 'expected', 'measured', 'what'], rows, ['expected', 'measured']),
    `Accepted: ${sumOf(entries)} a month expected; done: ${sumOf(entries.filter(isDone))}.`,
    costs === undefined
      ? 'No cost report has stored a bill yet: nothing can be measured.'
      : `Measured of ${known.length} of ${entries.length}: ${sum.toFixed(2)} of ${expected.toFixed(2)} ${currency} a month expected.`,
  ];
}

const isDone = ({ application }: Entry): boolean => (application?.finishedAt ?? null) !== null;

function stateOf({ application }: Entry): string {
  if (application === null) return 'accepted';
  return application.finishedAt === null ? 'begun' : `done ${application.finishedAt.slice(0, 10)}`;
}

function sumOf(entries: readonly Entry[]): string {
  const sum = entries.reduce((total, { expectedMonthly }) => total + (expectedMonthly ?? 0), 0);
  const unknown = entries.filter(({ expectedMonthly }) => expectedMonthly === null).length;
  return `${entries.length}, ${sum.toFixed(2)}${unknown === 0 ? '' : ` and ${unknown} unknown`}`;
}
