/** What things cost a month, as operations.yml says it. What it does not name is unknown, never nothing. */
export type WastePrices = {
  readonly volumeGb: Readonly<Record<string, number>>;
  readonly snapshotGb?: number | undefined;
  readonly bucketGb?: number | undefined;
  readonly address?: number | undefined;
  readonly loadBalancer: Readonly<Record<string, number>>;
  /** PostgreSQL in one zone. */
  readonly databaseClass: Readonly<Record<string, number>>;
  /** By which drills are priced, too. */
  readonly databaseSnapshotGb?: number | undefined;
};

/** Of the two tables of operations.yml: its own, and the one that drills are priced by. */
export const wastePrices = ({
  waste,
  prices,
}: {
  readonly waste: { readonly prices: Omit<WastePrices, 'databaseSnapshotGb'> };
  readonly prices: { readonly snapshotGbMonth?: number | undefined };
}): WastePrices => ({ ...waste.prices, databaseSnapshotGb: prices.snapshotGbMonth });

export type Money = { readonly aMonth: number | null; readonly basis: string };

/** `count` units of a price that operations.yml has under `name`. */
export function priced(price: number | undefined, count: number | undefined, unit: string, name: string): Money {
  if (price === undefined) return { aMonth: null, basis: `no price ${name} in operations.yml` };
  if (count === undefined) return { aMonth: null, basis: `its size in ${unit} is not reported` };
  return { aMonth: Math.round(price * count * 100) / 100, basis: `${count} ${unit} at ${price} (${name})` };
}

export const priceIn = (prices: Readonly<Record<string, number>>, key: string): number | undefined =>
  Object.hasOwn(prices, key) ? prices[key] : undefined;
