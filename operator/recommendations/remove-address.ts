import { DescribeAddressesCommand, EC2Client, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import { callAws, isAwsError } from '../../shared/aws/call.ts';
import { ec2In } from '../../shared/aws/ec2/ec2.ts';
import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { assessed } from '../../shared/domain/waste/finding.ts';
import { assessAddress } from '../../shared/domain/waste/network.ts';
import { FindingChangedError } from './errors.ts';
import type { Removal } from './removal.ts';
import type { RemovalSetting } from './removal-setting.ts';

export function removeAddress(
  { region, resource: id }: WasteFinding,
  { waste: { rule, prices }, now }: RemovalSetting,
): Removal {
  const client = new EC2Client({ region, maxAttempts: 5 });
  const ec2 = ec2In(region, client);
  return {
    steps: [`release address ${id}; AWS may give it to somebody else at once`],
    keep: undefined,

    async look() {
      const address = (await ec2.addresses()).find((one) => one.id === id);
      if (address === undefined) return undefined;
      const { Addresses = [] } = await callAws(`describe the addresses of ${region}`, (options) =>
        client.send(new DescribeAddressesCommand({}), options),
      );
      return {
        tags: address.tags,
        createdAt: address.createdAt,
        verdict: assessed([address], (one) => assessAddress(one, prices), rule, now())[0],
        state: `${address.ip} is ${address.isAssociated ? 'associated' : 'associated with nothing'}`,
        described: { ...Addresses.find(({ AllocationId }) => AllocationId === id) },
      };
    },

    async remove() {
      try {
        await callAws(`release address '${id}'`, (options) =>
          client.send(new ReleaseAddressCommand({ AllocationId: id }), options),
        );
      } catch (error) {
        if (isAwsError(error, 'InvalidAllocationID.NotFound')) return;
        if (!isAwsError(error, 'InvalidIPAddress.InUse')) throw error;
        throw new FindingChangedError(`address '${id}' is associated now`, { cause: error });
      }
    },

    async confirm() {},
  };
}
