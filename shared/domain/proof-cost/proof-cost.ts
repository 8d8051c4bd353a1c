import type { Phase } from '../../contracts/common.ts';
import type { ProofCost, ProofSize } from '../../contracts/proof/proof-cost.ts';

/** Prices of the stage's region; a class or storage type that is missing has no known price. */
export type ProofPrices = {
  readonly instanceHour: Readonly<Record<string, number>>;
  readonly storageGbMonth: Readonly<Record<string, number>>;
  readonly snapshotGbMonth: number;
  readonly transferGb: number;
};

/** As AWS counts a month of storage. */
const hoursPerMonth = 730;
const daysPerMonth = hoursPerMonth / 24;

/**
 * What a proof costs when its copy runs for `hours`. Snapshots are taken for as large as the storage, so that the
 * bill is rather lower: RDS stores what has changed.
 */
export function proofCost(size: ProofSize, hours: number, prices: ProofPrices): ProofCost {
  const { instanceClass, storageGb, storageType, snapshots, snapshotDays, isCopiedToRegion } = size;
  const snapshot = snapshots * storageGb * (snapshotDays / daysPerMonth) * prices.snapshotGbMonth;
  const name = snapshots === 1 ? 'snapshot' : `${snapshots} snapshots`;
  const parts = [
    { name: `copy of class ${instanceClass}`, money: times(priceOf(prices.instanceHour, instanceClass), hours) },
    {
      name: `${storageGb} GB of ${storageType}`,
      money: times(priceOf(prices.storageGbMonth, storageType), (storageGb * hours) / hoursPerMonth),
    },
    { name, money: snapshot },
    ...(isCopiedToRegion
      ? [
          { name: `copy of the ${name} in another region`, money: snapshot },
          { name: 'transfer to another region', money: snapshots * storageGb * prices.transferGb },
        ]
      : []),
  ];
  const total = parts.reduce<number | null>(
    (sum, { money }) => (sum === null || money === null ? null : sum + money),
    0,
  );
  return { hours, parts, total };
}

const priceOf = (prices: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(prices, name) ? prices[name] : undefined;

const times = (price: number | undefined, count: number): number | null => (price === undefined ? null : price * count);

/** Phases of a run in which there is no copy yet. */
const beforeTheCopy = ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot'];

/** The hours that the copies of a run were there, by its phases; null when there was none. */
export function copyHours(phases: readonly Phase[]): number | null {
  const ofCopies = phases.filter(({ name }) => !beforeTheCopy.includes(name));
  if (ofCopies.length === 0) return null;
  const milliseconds = ofCopies.reduce(
    (sum, { startedAt, endedAt }) => sum + Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
    0,
  );
  return milliseconds / 3_600_000;
}
