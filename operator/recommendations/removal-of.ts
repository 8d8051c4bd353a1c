import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { methodOf } from './method.ts';
import type { Removal } from './removal.ts';
import type { RemovalSetting } from './removal-setting.ts';
import { removeAddress } from './remove-address.ts';
import { removeDatabase } from './remove-database.ts';
import { removeLoadBalancer } from './remove-load-balancer.ts';
import { removeVolume } from './remove-volume.ts';

/** Undefined: it is for a person. */
export function removalOf(finding: WasteFinding, entryId: string, setting: RemovalSetting): Removal | undefined {
  const { removes } = methodOf(finding);
  switch (removes) {
    case 'volume':
      return removeVolume(finding, entryId, setting);
    case 'address':
      return removeAddress(finding, setting);
    case 'load balancer':
      return removeLoadBalancer(finding, setting);
    case 'database':
      return removeDatabase(finding, entryId, setting);
    case undefined:
      return undefined;
  }
}
