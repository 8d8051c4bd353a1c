import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { callAws, undefinedWhen } from './call.ts';

export type Keys = {
  /** `Enabled`, `Disabled`, `PendingDeletion` …; `missing` where the region has no such key. */
  stateOf(id: string): Promise<string>;
};

export function makeKeys(client = new KMSClient({ maxAttempts: 5 })): Keys {
  return {
    async stateOf(id) {
      const found = await callAws(`describe key '${id}'`, (options) =>
        client.send(new DescribeKeyCommand({ KeyId: id }), options),
      ).catch(undefinedWhen('NotFoundException'));
      return found?.KeyMetadata?.KeyState ?? 'missing';
    },
  };
}
