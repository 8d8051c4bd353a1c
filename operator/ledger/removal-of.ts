import type { WasteFinding } from '../../shared/contracts/waste.ts';
import type { WasteRule } from '../../shared/domain/waste-finding.ts';
import type { WastePrices } from '../../shared/domain/waste-prices.ts';
import { methodOf } from './method.ts';
import type { Removal } from './removal.ts';
import { removeAddress } from './remove-address.ts';
import { removeVolume } from './remove-volume.ts';

export type RemovalSetting = {
  readonly rule: WasteRule;
  readonly prices: WastePrices;
  readonly now: () => Date;
  /** Between two questions whether something is done. */
  readonly pause: () => Promise<void>;
};

/** Undefined: it is for a person. */
export function removalOf(finding: WasteFinding, entryId: string, setting: RemovalSetting): Removal | undefined {
  const { removes } = methodOf(finding);
  switch (removes) {
    case 'volume':
      return removeVolume(finding, entryId, setting);
    case 'address':
      return removeAddress(finding, setting);
    case undefined:
      return undefined;
  }
}
