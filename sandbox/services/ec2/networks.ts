import type * as client from '@aws-sdk/client-ec2';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import type { Regional } from '../regional.ts';
import type { Ec2Region } from './ec2-store.ts';

/** Subnets, route tables and VPC endpoints as a test or a person put them there: what functions in a VPC depend on. */
export const networkOperations = (regions: Regional<Ec2Region>) => ({
  DescribeSubnets: (input: client.DescribeSubnetsCommandInput, { region }: CallContext) => {
    refuseMembers(input, ['SubnetIds']);
    const { subnets } = regions.in(region);
    return {
      Subnets: (input.SubnetIds ?? [...subnets.keys()]).map((id) => {
        const found = subnets.get(id);
        if (found !== undefined) return found;
        throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
      }),
    };
  },
  DescribeVpcEndpoints: (input: client.DescribeVpcEndpointsCommandInput, { region }: CallContext) => {
    refuseMembers(input, ['Filters']);
    const vpcs = filtered(input.Filters, 'vpc-id');
    return { VpcEndpoints: regions.in(region).vpcEndpoints.filter(({ VpcId }) => vpcs(VpcId)) };
  },
  DescribeRouteTables: (input: client.DescribeRouteTablesCommandInput, { region }: CallContext) => {
    refuseMembers(input, ['Filters']);
    const vpcs = filtered(input.Filters, 'vpc-id');
    return { RouteTables: regions.in(region).routeTables.filter(({ VpcId }) => vpcs(VpcId)) };
  },
});

/** The one filter that is known; another one is refused, because what it leaves out would be shown. */
function filtered(filters: readonly client.Filter[] | undefined, known: string) {
  const unknown = filters?.find(({ Name }) => Name !== known)?.Name;
  if (unknown !== undefined) {
    throw new AwsError('NotImplemented', `the sandbox does not know the filter '${unknown}'`, { status: 501 });
  }
  return (value: string | undefined) => (filters ?? []).every(({ Values }) => Values?.includes(value ?? ''));
}
