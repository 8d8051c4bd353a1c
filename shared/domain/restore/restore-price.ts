import type { InstanceSettings } from '../../contracts/restore/instance-settings.ts';
import { type ProofPrices, proofCost } from '../proof-cost/proof-cost.ts';

/** What the restored instance costs as long as it is there; null where a price is unknown. A standby costs as much again. */
export function restorePrice(
  { instanceClass, storageGb, storageType, isMultiAz }: InstanceSettings,
  prices: ProofPrices,
): { readonly day: number | null; readonly month: number | null } {
  const size = { instanceClass, storageGb, storageType, snapshots: 0, snapshotDays: 0, isCopiedToRegion: false };
  const of = (hours: number) => {
    const { total } = proofCost(size, hours, prices);
    return total === null ? null : Math.round(total * (isMultiAz ? 2 : 1) * 100) / 100;
  };
  return { day: of(24), month: of(730) };
}
