import type { VersionedStore } from '../aws/s3/versioned-store.ts';
import { Deliveries } from '../contracts/alert/alert.ts';
import { AwsUnavailableError } from '../errors.ts';
import type { DeliveryLog } from './ask.ts';

const mostTries = 10;

export const makeDeliveryLog = (objects: VersionedStore, key: string): DeliveryLog => ({
  async change(how) {
    for (let count = 0; count < mostTries; count += 1) {
      const before = await objects.get(key);
      const changed = how(before === undefined ? {} : Deliveries.parse(JSON.parse(before.text)));
      if (changed === undefined) return undefined;
      if (await objects.replace(key, JSON.stringify(changed), before)) return changed;
    }
    throw new AwsUnavailableError(`deliveries '${key}' were changed by others ${mostTries} times in a row`);
  },
});
