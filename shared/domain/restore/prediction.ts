import type { RestorePrediction } from '../../contracts/restore-test.ts';

export type RestorePoint = { readonly at: Date; readonly bytes: number; readonly seconds: number };

/** With fewer points a line through them says more than they do. */
const fewestPoints = 5;

/** Quantile 0.975 of Student's t with 2, 3, … degrees of freedom; beyond the last it is taken for all. */
const quantiles = [
  4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101,
  2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const quantileOf = (freedom: number): number => quantiles[Math.min(freedom - 2, quantiles.length - 1)] ?? 2.042;

type Line = {
  readonly at: (x: number) => number;
  /** How far a new value at `x` may lie from the line, 19 times of 20. */
  readonly reach: (x: number) => number;
};

/** Least squares. Where all `x` are the same, the level. */
function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): Line {
  const count = points.length;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  const middle = meanOf(points.map(({ x }) => x));
  const level = meanOf(points.map(({ y }) => y));
  const spread = points.reduce((sum, { x }) => sum + (x - middle) ** 2, 0);
  const isFlat = spread === 0;
  const slope = isFlat ? 0 : points.reduce((sum, { x, y }) => sum + (x - middle) * (y - level), 0) / spread;
  const at = (x: number) => level + slope * (x - middle);
  const residual = points.reduce((sum, { x, y }) => sum + (y - at(x)) ** 2, 0);
  const freedom = count - 2;
  const deviation = Math.sqrt(residual / freedom);
  return {
    at,
    reach: (x) =>
      quantileOf(freedom) * deviation * Math.sqrt(1 + 1 / count + (isFlat ? 0 : (x - middle) ** 2 / spread)),
  };
}

/**
 * How long the next restore will take, by the size that the database will have `when`; undefined with too few points. A line
 * of time by size: what does not grow with the size (a machine that starts) is its level.
 */
export function predictRestore(points: readonly RestorePoint[], when: Date): RestorePrediction | undefined {
  const newest = points.at(-1);
  if (newest === undefined || points.length < fewestPoints) return undefined;
  const began = points[0]?.at.getTime() ?? 0;
  const size = lineThrough(points.map(({ at, bytes }) => ({ x: at.getTime() - began, y: bytes })));
  const bytes = Math.max(0, size.at(when.getTime() - began));
  // In units of the newest size, so that squares of bytes do not lose what is small.
  const unit = Math.max(1, newest.bytes);
  const time = lineThrough(points.map((point) => ({ x: point.bytes / unit, y: point.seconds })));
  const seconds = Math.max(0, time.at(bytes / unit));
  const reach = time.reach(bytes / unit);
  return { bytes, seconds, low: Math.max(0, seconds - reach), high: seconds + reach, points: points.length };
}

/** With fewer values nobody can tell how far they scatter. */
const fewestValues = 3;

export type Level = { readonly expected: number; readonly low: number; readonly high: number };

/** The next of values that grow with nothing: 19 of 20 lie between low and high. Undefined with too few of them. */
export function predictLevel(values: readonly number[]): Level | undefined {
  const count = values.length;
  if (count < fewestValues) return undefined;
  const expected = values.reduce((sum, value) => sum + value, 0) / count;
  const freedom = count - 1;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / freedom);
  const reach = quantileOf(freedom) * deviation * Math.sqrt(1 + 1 / count);
  return { expected, low: Math.max(0, expected - reach), high: expected + reach };
}
