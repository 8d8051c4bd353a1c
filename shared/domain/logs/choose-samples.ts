const HOUR = 3_600_000;
/** What lies closer together is no day: somebody has started the workflow by hand. */
const leastDay = 18 * HOUR;
/** Further apart is not the day before. */
const mostDay = 54 * HOUR;
const fourWeeks = 28 * 24 * HOUR;

/** Moments, in milliseconds since 1970, of the snapshots that a report is made of. */
export type ChosenSamples = {
  /** Undefined where there is no snapshot from which a day could be counted. */
  readonly begin: number | undefined;
  readonly dayBefore: number | undefined;
  readonly monthAgo: readonly [begin: number, end: number] | undefined;
};

/** Chooses among the stored snapshots for a report that ends with the one of `end`. */
export function chooseSamples(stored: readonly number[], end: number): ChosenSamples {
  const begin = dayFrom(stored, end);
  const monthEnd = nearest(stored, end - fourWeeks);
  const monthBegin = monthEnd === undefined ? undefined : dayFrom(stored, monthEnd);
  return {
    begin,
    dayBefore: begin === undefined ? undefined : dayFrom(stored, begin),
    monthAgo: monthEnd === undefined || monthBegin === undefined ? undefined : [monthBegin, monthEnd],
  };
}

/** The newest one that lies a day before. */
function dayFrom(stored: readonly number[], end: number): number | undefined {
  const ages = stored.filter((at) => end - at >= leastDay && end - at <= mostDay);
  return ages.length === 0 ? undefined : Math.max(...ages);
}

/** Another day of the week is another load. */
function nearest(stored: readonly number[], moment: number): number | undefined {
  const [first] = stored
    .filter((at) => Math.abs(at - moment) <= 24 * HOUR - leastDay)
    .sort((one, other) => Math.abs(one - moment) - Math.abs(other - moment));
  return first;
}
