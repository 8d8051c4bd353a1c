import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ifPresent } from './collected.ts';
import type { EncryptionKey } from './facts.ts';

/** Undefined when the region has no such key. */
export async function collectKey(region: string, KeyId: string): Promise<EncryptionKey | undefined> {
  const kms = new KMSClient({ region });
  const described = await ifPresent(kms.send(new DescribeKeyCommand({ KeyId })), 'NotFoundException');
  if (described === undefined) return undefined;
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
  return { state: described.KeyMetadata?.KeyState ?? 'unknown', policy: Policy };
}
