/** Runs of one database, oldest first, that the newest is compared with. */
const window = 14;
/** With fewer earlier runs there is no history to be far from. */
const fewest = 7;
/** A deviation below this factor is never odd, however quiet the history is. */
const leastFactor = 1.5;
/** Deviations from the trend, as robust standard deviations, that are usual. */
const usualSpread = 6;

/**
 * Whether the last of a series of sizes or durations is far from the trend of those before it. Robust against growth:
 * the trend is the Theil-Sen line through the logarithms, the spread their median absolute deviation from it, so that
 * neither steady growth nor one earlier outlier matters. Values that are not positive do not count.
 */
export function isOddInHistory(series: readonly number[]): boolean {
  const logs = series.map((value) => (value > 0 ? Math.log(value) : undefined));
  const last = logs.at(-1);
  const earlier = logs.slice(0, -1).slice(-window);
  const points = earlier.flatMap((y, x) => (y === undefined ? [] : [{ x, y }]));
  if (last === undefined || points.length < fewest) return false;
  const slopes = points.flatMap((one, index) =>
    points.slice(index + 1).map((other) => (other.y - one.y) / (other.x - one.x)),
  );
  const slope = median(slopes);
  const level = median(points.map(({ x, y }) => y - slope * x));
  const spread = 1.4826 * median(points.map(({ x, y }) => Math.abs(y - slope * x - level)));
  const deviation = Math.abs(last - (level + slope * earlier.length));
  return deviation > Math.max(Math.log(leastFactor), usualSpread * spread);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
