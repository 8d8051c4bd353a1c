import * as client from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { refuseMembers } from '../refuse-members.ts';
import { type Regional, regional } from '../regional.ts';

export type EmulatedLoadBalancer = client.LoadBalancer & { readonly Tags?: client.Tag[] };
export type LoadBalancers = Service & { readonly balancers: Regional<Map<string, EmulatedLoadBalancer>> };

export function makeLoadBalancers(): LoadBalancers {
  const balancers = regional(() => new Map<string, EmulatedLoadBalancer>());
  return {
    id: 'elasticloadbalancing',
    client,
    balancers,
    operations: {
      DescribeLoadBalancers: (input: client.DescribeLoadBalancersCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['Marker', 'PageSize']);
        const { items, next } = page([...balancers.in(region).values()], input.Marker, input.PageSize ?? 400);
        return { LoadBalancers: items.map(({ Tags: _, ...one }) => one), NextMarker: next };
      },
      DescribeTags: (input: client.DescribeTagsCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['ResourceArns']);
        if ((input.ResourceArns ?? []).length > 20) {
          throw new AwsError('ValidationError', 'The maximum number of resources in a request is 20');
        }
        return {
          TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => {
            const found = balancers.in(region).get(ResourceArn);
            if (found === undefined) {
              throw new AwsError('LoadBalancerNotFoundException', `Load balancer '${ResourceArn}' not found`);
            }
            return { ResourceArn, Tags: found.Tags ?? [] };
          }),
        };
      },
    },
  };
}
