import type { CostEvent } from '../../contracts/cost-report.ts';
import { dayOf } from './days.ts';
import { type CauseStep, type CostPart, rootCause } from './root-cause.ts';
import { type CostRow, tabulate } from './series.ts';

/** What the days of an event are compared with: eight weeks of weekdays. */
export const daysBefore = 60;

type Answers = {
  readonly from: string;
  readonly to: string;
  /** By region and account, of the event's service and usage type only. */
  readonly places: readonly CostRow[];
  readonly tags: readonly CostRow[];
};

/** Where an anomaly comes from: region and account, and the tag, as far as each explains at least half of it. */
export function causesInPlaces(
  { from, to, places, tags }: Answers,
  { kind, first, last }: Pick<CostEvent, 'kind' | 'first' | 'last'>,
): CauseStep[] {
  const firstDay = dayOf(from);
  const days = { firstDay, first: dayOf(first) - firstDay, last: dayOf(last) - firstDay, kind };
  const parts = (rows: readonly CostRow[], named: (keys: readonly string[]) => Record<string, string>): CostPart[] =>
    [...tabulate(rows, from, to).series].map(([name, amounts]) => ({ dimensions: named(name.split('\t')), amounts }));
  const byPlace = parts(places, ([region = '', account = '']) => ({ region, account }));
  const byTag = parts(tags, ([tag = '']) => ({ tag: tag.slice(tag.indexOf('$') + 1) || 'untagged' }));
  return [...rootCause(byPlace, ['region', 'account'], days), ...rootCause(byTag, ['tag'], days)];
}
