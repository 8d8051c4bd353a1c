import type { CostEvent } from '../../contracts/cost-report.ts';
import { type AnomalyKind, analyseSeries } from './anomaly.ts';
import { isoDate } from './days.ts';
import type { DetectorLimits } from './detector-limits.ts';
import { type CostPart, rootCause } from './root-cause.ts';

/** A bill of one axis of days, divided by service and usage type. */
export type DividedBill = {
  readonly firstDay: number;
  readonly total: Float64Array;
  readonly parts: readonly { readonly service: string; readonly usageType: string; readonly amounts: Float64Array }[];
};

type Found = {
  readonly kind: AnomalyKind;
  readonly service: string | null;
  readonly usageType: string | null;
  readonly first: number;
  readonly last: number;
  readonly actual: number;
  readonly expected: number;
};

/**
 * What of a bill's last days is out of the ordinary, most money first. One service's anomalies in one direction on the
 * same days are one event, whatever number of its usage types show it. The total counts only where no service does.
 */
export function findEvents(bill: DividedBill, assessedDays: number, limits: DetectorLimits): CostEvent[] {
  const { firstDay, total } = bill;
  const end = total.length;
  const events = eventsUntil(bill, end, assessedDays, limits);
  const before = new Map<string | null, readonly Found[]>();
  const wasThere = ({ service, kind, first, last }: Found) => {
    if (!before.has(service)) {
      const own = { ...bill, parts: bill.parts.filter((part) => service === null || part.service === service) };
      before.set(
        service,
        eventsUntil(own, end - 1, assessedDays, limits).map((group) => wholeOf(group)),
      );
    }
    return (before.get(service) ?? []).some(
      (one) =>
        one.service === service && isMissing(one) === isMissing({ kind }) && one.first <= last && one.last >= first - 2,
    );
  };
  return events
    .map((group): CostEvent => {
      const whole = wholeOf(group);
      const { kind, service, first, last, actual, expected } = whole;
      const days = last - first + 1;
      const isOpen = last === end - 1;
      const own = bill.parts.filter((part) => service === null || part.service === service);
      const parts = own.map(({ amounts, ...dimensions }): CostPart => ({ dimensions, amounts }));
      return {
        id: `${service ?? 'all services'} ${isoDate(firstDay + first)} ${isMissing(whole) ? 'missing' : 'more'}`,
        kind,
        service,
        usageTypes: [...new Set(group.flatMap(({ usageType }) => (usageType === null ? [] : [usageType])))],
        first: isoDate(firstDay + first),
        last: isoDate(firstDay + last),
        days,
        actual,
        expected,
        aDay: (actual - expected) / days,
        isOpen,
        isNew: isOpen && !wasThere(whole),
        causes: rootCause(parts, ['service', 'usageType'], { firstDay, first, last, kind }),
        awsAnomalies: [],
      };
    })
    .toSorted((left, right) => Math.abs(right.aDay) - Math.abs(left.aDay));
}

const isMissing = ({ kind }: { readonly kind: AnomalyKind }): boolean => kind === 'missing';

/** Anomalies of the days before `end`, each list one event. */
function eventsUntil(
  { firstDay, total, parts }: DividedBill,
  end: number,
  assessedDays: number,
  limits: DetectorLimits,
): Found[][] {
  const from = Math.max(0, total.length - assessedDays);
  const assess = (amounts: Float64Array, service: string | null, usageType: string | null): Found[] =>
    analyseSeries(amounts.subarray(0, end), firstDay, from, limits).anomalies.map((one) => ({
      ...one,
      service,
      usageType,
    }));
  const events = [...Map.groupBy(parts, ({ service }) => service)].flatMap(([service, own]) => {
    const sum = sumOf(
      own.map(({ amounts }) => amounts),
      total.length,
    );
    const found = [
      ...own.flatMap(({ usageType, amounts }) => assess(amounts, service, usageType)),
      ...(own.length > 1 ? assess(sum, service, null) : []),
    ];
    return joinOverlapping(found);
  });
  const ofTotal = assess(total, null, null).filter(
    (one) => !events.some((group) => isMissing(wholeOf(group)) === isMissing(one) && overlaps(wholeOf(group), one)),
  );
  return [...events, ...ofTotal.map((one) => [one])];
}

/** Days that touch are the same days. */
const overlaps = (left: Found, right: Found): boolean => left.first <= right.last + 1 && right.first <= left.last + 1;

function joinOverlapping(found: readonly Found[]): Found[][] {
  const groups: Found[][] = [];
  for (const one of found.toSorted((left, right) => left.first - right.first)) {
    const open = groups.find(
      (group) =>
        group.some((other) => overlaps(other, one)) && group.every((other) => isMissing(other) === isMissing(one)),
    );
    if (open === undefined) groups.push([one]);
    else open.push(one);
  }
  return groups;
}

/** The usage types add up; the service's own sum counts only where none of them is reported. */
function wholeOf(group: readonly Found[]): Found {
  const parts = group.filter(({ usageType }) => usageType !== null);
  const counted = parts.length > 0 ? parts : group;
  const sum = (of: (one: Found) => number) => counted.reduce((total, one) => total + of(one), 0);
  const largest = counted.reduce((best, one) =>
    Math.abs(one.actual - one.expected) > Math.abs(best.actual - best.expected) ? one : best,
  );
  return {
    ...largest,
    usageType: null,
    first: Math.min(...counted.map(({ first }) => first)),
    last: Math.max(...counted.map(({ last }) => last)),
    actual: sum(({ actual }) => actual),
    expected: sum(({ expected }) => expected),
  };
}

/** A day that one of them does not know is unknown. */
function sumOf(list: readonly Float64Array[], days: number): Float64Array {
  const sum = new Float64Array(days);
  for (const amounts of list)
    for (let day = 0; day < days; day += 1) sum[day] = (sum[day] ?? 0) + (amounts[day] ?? Number.NaN);
  return sum;
}
