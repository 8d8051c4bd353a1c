import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { callAws } from '../../shared/aws/call.ts';
import { listLoadBalancers } from '../../shared/aws/ec2/load-balancers.ts';
import { scansOfRegion } from '../../shared/aws/waste/region.ts';
import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { assessedNow } from './assessed-now.ts';
import type { Removal } from './removal.ts';
import type { RemovalSetting } from './removal-setting.ts';

export function removeLoadBalancer(finding: WasteFinding, { waste, now, pause }: RemovalSetting): Removal {
  const { region, resource: name } = finding;
  const client = new ElasticLoadBalancingV2Client({ region, maxAttempts: 5 });
  const find = async () => (await listLoadBalancers(region, client)).find((one) => one.id === name);
  return {
    steps: [`delete load balancer ${name} with its listeners; its name in DNS ends with it`],
    keep: undefined,

    async look() {
      const balancer = await find();
      if (balancer === undefined) return undefined;
      const { arn, tags, createdAt, state, type } = balancer;
      const description = await callAws(`describe load balancer '${name}'`, async (options) => {
        for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {}, options)) {
          const found = LoadBalancers.find(({ LoadBalancerArn }) => LoadBalancerArn === arn);
          if (found !== undefined) return found;
        }
        return undefined;
      });
      const { Attributes = [] } = await callAws(`read the attributes of load balancer '${name}'`, (options) =>
        client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }), options),
      );
      const attributes = Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
      const change =
        'aws elbv2 modify-load-balancer-attributes --attributes Key=deletion_protection.enabled,Value=false';
      return {
        tags,
        createdAt,
        locked:
          attributes['deletion_protection.enabled'] === 'true'
            ? {
                text: 'is under deletion protection',
                hint: `Lift it, if it may go: ${change} --region ${region} --load-balancer-arn ${arn}.`,
              }
            : undefined,
        verdict: await assessedNow(finding, scansOfRegion(region, waste, now())),
        state: `${type} load balancer, state '${state}', that has carried something of late or is not measured`,
        described: { ...description, Attributes: attributes },
      };
    },

    async remove() {
      const balancer = await find();
      if (balancer === undefined) return;
      // A second deletion succeeds as the first one did.
      await callAws(`delete load balancer '${name}'`, (options) =>
        client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer.arn }), options),
      );
    },

    async confirm(say) {
      for (let found = await find(); found !== undefined; found = await find()) {
        say(`load balancer ${name}: ${found.state}`);
        await pause();
      }
    },
  };
}
