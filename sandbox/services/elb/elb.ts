import * as client from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { refuseMembers } from '../refuse-members.ts';
import { type Regional, regional } from '../regional.ts';

export type EmulatedLoadBalancer = client.LoadBalancer & {
  readonly Tags?: client.Tag[];
  readonly Attributes?: client.LoadBalancerAttribute[];
};
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
        return { LoadBalancers: items.map(({ Tags: _, Attributes: __, ...one }) => one), NextMarker: next };
      },
      DescribeLoadBalancerAttributes: (
        input: client.DescribeLoadBalancerAttributesCommandInput,
        { region }: CallContext,
      ) => {
        refuseMembers(input, ['LoadBalancerArn']);
        return { Attributes: known(balancers.in(region), input.LoadBalancerArn).Attributes ?? [] };
      },
      /** One that is not there is deleted as well, as at AWS. */
      DeleteLoadBalancer: (input: client.DeleteLoadBalancerCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['LoadBalancerArn']);
        const own = balancers.in(region);
        const found = own.get(input.LoadBalancerArn ?? '');
        const isProtected = found?.Attributes?.some(
          ({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true',
        );
        if (isProtected) {
          const message = `Load balancer '${found?.LoadBalancerArn}' cannot be deleted because deletion protection is enabled`;
          throw new AwsError('OperationNotPermitted', message);
        }
        own.delete(input.LoadBalancerArn ?? '');
        return {};
      },
      DescribeTags: (input: client.DescribeTagsCommandInput, { region }: CallContext) => {
        refuseMembers(input, ['ResourceArns']);
        if ((input.ResourceArns ?? []).length > 20) {
          throw new AwsError('ValidationError', 'The maximum number of resources in a request is 20');
        }
        return {
          TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => {
            const found = known(balancers.in(region), ResourceArn);
            return { ResourceArn, Tags: found.Tags ?? [] };
          }),
        };
      },
    },
  };
}

function known(balancers: ReadonlyMap<string, EmulatedLoadBalancer>, arn: string | undefined): EmulatedLoadBalancer {
  const found = balancers.get(arn ?? '');
  if (found === undefined) throw new AwsError('LoadBalancerNotFoundException', `Load balancer '${arn}' not found`);
  return found;
}
