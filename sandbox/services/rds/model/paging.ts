import { invalidValue } from './errors.ts';

export type PageRequest = { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined };
export type Page<T> = { readonly items: T[]; readonly Marker?: string };

const smallest = 20;
const largest = 100;

/** A page in the order of `keyOf`. `limit` lowers the size of every page, so that few items make many pages. */
export function pageOf<T>(all: readonly T[], keyOf: (item: T) => string, request: PageRequest, limit: number): Page<T> {
  const asked = request.MaxRecords ?? largest;
  if (asked < smallest || asked > largest) {
    throw invalidValue(`Invalid value ${asked} for MaxRecords. Must be between ${smallest} and ${largest}`);
  }
  const size = Math.min(asked, limit);
  const after = request.Marker ? keyInMarker(request.Marker) : undefined;
  const rest = [...all]
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
    .filter((item) => after === undefined || compare(keyOf(item), after) > 0);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (last === undefined || rest.length <= size) return { items };
  return { items, Marker: Buffer.from(keyOf(last)).toString('base64url') };
}

function keyInMarker(marker: string): string {
  const key = Buffer.from(marker, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') !== marker) throw invalidValue(`Invalid marker: ${marker}`);
  return key;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export type Filter = { readonly Name?: string | undefined; readonly Values?: readonly string[] | undefined };

/** Keeps the items that every filter matches. `readers` says which filters exist and what they look at. */
export function filtered<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  readers: Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>,
): T[] {
  const checks = (filters ?? []).map(({ Name = '', Values = [] }) => {
    const read = readers[Name];
    if (read === undefined) throw invalidValue(`Unrecognized filter name: ${Name}`);
    const wanted = new Set(Values.map((value) => value.toLowerCase()));
    return (item: T) => read(item).some((value) => value !== undefined && wanted.has(value.toLowerCase()));
  });
  return items.filter((item) => checks.every((check) => check(item)));
}
