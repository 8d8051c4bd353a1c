/** `2026-03-07T14:03:40.989+0000`, as CloudWatch writes it, and `…Z` alike, as ISO 8601 in UTC with milliseconds. */
export const momentOf = (text: string): string =>
  new Date(Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))).toISOString();

export const momentAt = (milliseconds: number): string => new Date(milliseconds).toISOString();
export const timeOf = (moment: string): number => Date.parse(moment);
export const later = (moment: string, seconds: number): string => momentAt(timeOf(moment) + seconds * 1000);
/** Whole seconds from one to the other, rounded up: a wait that ends too early asks once more. */
export const secondsBetween = (from: string, to: string): number => Math.ceil((timeOf(to) - timeOf(from)) / 1000);
