import {
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancer } from '../../domain/waste/network.ts';
import { callAws } from '../call.ts';
import { everyOne } from '../every-one.ts';
import { tagsOf } from '../tag-list.ts';

/** AWS reports the tags of so many load balancers at a time. */
const tagsAtATime = 20;

export async function listLoadBalancers(
  region: string,
  client = new ElasticLoadBalancingV2Client({ region, maxAttempts: 5 }),
): Promise<readonly LoadBalancer[]> {
  const found = await callAws(`list the load balancers of ${region}`, (options) =>
    everyOne(
      paginateDescribeLoadBalancers({ client }, {}, options),
      ({ LoadBalancers }) => LoadBalancers,
      (one): LoadBalancer => ({
        id: one.LoadBalancerName ?? '',
        region,
        tags: {},
        createdAt: one.CreatedTime,
        arn: one.LoadBalancerArn ?? '',
        type: one.Type ?? 'unknown',
        state: one.State?.Code ?? 'unknown',
      }),
    ),
  );
  const tags = new Map<string, LoadBalancer['tags']>();
  for (let start = 0; start < found.length; start += tagsAtATime) {
    const ResourceArns = found.slice(start, start + tagsAtATime).map(({ arn }) => arn);
    const { TagDescriptions = [] } = await callAws(`read the tags of load balancers in ${region}`, (options) =>
      client.send(new DescribeTagsCommand({ ResourceArns }), options),
    );
    for (const { ResourceArn = '', Tags } of TagDescriptions) tags.set(ResourceArn, tagsOf(Tags));
  }
  // One whose tags were not reported may be protected.
  return found.flatMap((one) => {
    const own = tags.get(one.arn);
    return own === undefined ? [] : [{ ...one, tags: own }];
  });
}
