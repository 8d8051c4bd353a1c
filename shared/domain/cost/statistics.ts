/** Robust statistics of short lists. NaN marks a day without data, and is left out by those who fill the list. */

/** Makes a normal distribution's median absolute deviation its standard deviation. */
const madToSigma = 1.4826;

/** Median of the first `count` numbers, which are reordered; NaN of none. */
export function medianInPlace(list: Float64Array, count: number): number {
  if (count === 0) return Number.NaN;
  sortStart(list, count);
  const middle = count >> 1;
  return count % 2 === 1 ? at(list, middle) : (at(list, middle - 1) + at(list, middle)) / 2;
}

/** Standard deviation by the median absolute deviation; reorders and overwrites the first `count` numbers. */
export function sigmaInPlace(list: Float64Array, count: number): number {
  const center = medianInPlace(list, count);
  for (let index = 0; index < count; index += 1) list[index] = Math.abs(at(list, index) - center);
  return medianInPlace(list, count) * madToSigma;
}

export const median = (values: readonly number[]): number => medianInPlace(Float64Array.from(values), values.length);

/** Insertion is faster than a general sort for the lists of a week or a month. */
function sortStart(list: Float64Array, count: number): void {
  if (count > 24) {
    list.subarray(0, count).sort();
    return;
  }
  for (let index = 1; index < count; index += 1) {
    const value = at(list, index);
    let place = index - 1;
    while (place >= 0 && at(list, place) > value) {
      list[place + 1] = at(list, place);
      place -= 1;
    }
    list[place + 1] = value;
  }
}

const at = (list: Float64Array, index: number): number => list[index] ?? Number.NaN;
