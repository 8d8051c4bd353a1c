import * as client from '@aws-sdk/client-kms';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import { type Regional, regional } from '../regional.ts';

export type Key = { readonly metadata: client.KeyMetadata; readonly policy: string };

export type Kms = Service & {
  /** The keys of each region by key id; a test or a person at the sandbox puts them there. */
  readonly regions: Regional<Map<string, Key>>;
  /** Puts a key of that ARN into its region. */
  addKey(arn: string, its?: { readonly state: client.KeyState }): void;
};

/** The key with which RDS encrypts when it is given none; see `defaultKey` of the emulated RDS. */
const managedKeyId = '00000000-0000-4000-8000-000000000001';

/** What is known of keys. Nothing is encrypted: to the emulated RDS a key is a name. */
export function makeKms({ account }: { readonly account: string }): Kms {
  const regions = regional(
    (region) => new Map([[managedKeyId, makeKey({ region, account, keyId: managedKeyId, manager: 'AWS' })]]),
  );
  const named = (id: string | undefined, region: string): Key => {
    const found = regions.in(region).get(id?.split('/').at(-1) ?? '');
    // An ARN of another region does not exist here.
    if (found !== undefined && (!id?.startsWith('arn:') || found.metadata.Arn === id)) return found;
    throw new AwsError('NotFoundException', `Key '${id}' does not exist`);
  };
  return {
    id: 'kms',
    client,
    regions,
    addKey(arn, its) {
      const [, , , region = '', owner = '', resource = ''] = arn.split(':');
      const keyId = resource.replace(/^key\//, '');
      regions.in(region).set(keyId, makeKey({ region, account: owner, keyId, ...its }));
    },
    operations: {
      DescribeKey: (input: client.DescribeKeyCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['KeyId']);
        return { KeyMetadata: named(input.KeyId, region).metadata };
      },
      GetKeyPolicy: (input: client.GetKeyPolicyCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['KeyId', 'PolicyName']);
        return { Policy: named(input.KeyId, region).policy, PolicyName: 'default' };
      },
    },
  };
}

export function makeKey({
  region,
  account,
  keyId,
  manager = 'CUSTOMER',
  state = 'Enabled',
  policy,
}: {
  readonly region: string;
  readonly account: string;
  readonly keyId: string;
  readonly manager?: client.KeyManagerType;
  readonly state?: client.KeyState;
  /** The account's administrators and so IAM decide, when absent: what AWS gives a new key. */
  readonly policy?: object;
}): Key {
  const openToAccount = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
    ],
  };
  return {
    metadata: {
      KeyId: keyId,
      Arn: `arn:aws:kms:${region}:${account}:key/${keyId}`,
      AWSAccountId: account,
      Enabled: state === 'Enabled',
      KeyState: state,
      KeyManager: manager,
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      MultiRegion: false,
    },
    policy: JSON.stringify(policy ?? openToAccount),
  };
}
