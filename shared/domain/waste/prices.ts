/** What things cost a month, as operations.yml says it. What it does not name is unknown, never nothing. */
export type WastePrices = {
  readonly volumeGb: Readonly<Record<string, number>>;
  readonly snapshotGb?: number | undefined;
  readonly bucketGb?: number | undefined;
  readonly address?: number | undefined;
  readonly loadBalancer: Readonly<Record<string, number>>;
  /** PostgreSQL in one zone. */
  readonly databaseClass: Readonly<Record<string, number>>;
  readonly databaseSnapshotGb?: number | undefined;
};

/** As AWS counts a month. */
const hoursPerMonth = 730;

/** Of the two tables of operations.yml: its own, and the one that proofs are priced by. No class and no GB is in both. */
export const wastePrices = ({
  waste,
  prices,
}: {
  readonly waste: { readonly prices: Omit<WastePrices, 'databaseSnapshotGb' | 'databaseClass'> };
  readonly prices: {
    readonly instanceHour: Readonly<Record<string, number>>;
    readonly snapshotGbMonth?: number | undefined;
  };
}): WastePrices => ({
  ...waste.prices,
  databaseClass: Object.fromEntries(
    Object.entries(prices.instanceHour).map(([name, anHour]) => [name, Math.round(anHour * hoursPerMonth * 100) / 100]),
  ),
  databaseSnapshotGb: prices.snapshotGbMonth,
});

export type Money = { readonly aMonth: number | null; readonly basis: string };

/** `count` units of a price that operations.yml has under `name`. */
export function priced(price: number | undefined, count: number | undefined, unit: string, name: string): Money {
  if (price === undefined) return { aMonth: null, basis: `no price ${name} in operations.yml` };
  if (count === undefined) return { aMonth: null, basis: `its size in ${unit} is not reported` };
  return { aMonth: Math.round(price * count * 100) / 100, basis: `${count} ${unit} at ${price} (${name})` };
}

export const priceIn = (prices: Readonly<Record<string, number>>, key: string): number | undefined =>
  Object.hasOwn(prices, key) ? prices[key] : undefined;
