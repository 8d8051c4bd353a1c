import type { Holding, Verdict } from './finding.ts';
import { priced, priceIn, type WastePrices } from './prices.ts';

export type Address = Holding & { readonly ip: string; readonly isAssociated: boolean };

export type LoadBalancer = Holding & {
  readonly arn: string;
  readonly type: string;
  readonly state: string;
};

/** What a load balancer has carried in `days` days. */
export type Traffic = { readonly days: number; readonly metric: string; readonly sum: number };

/** The metric that shows whether a load balancer carries anything; undefined for a type that is not known. */
export function trafficQuestion({ arn, type }: LoadBalancer) {
  const [namespace, name] =
    { application: ['AWS/ApplicationELB', 'RequestCount'], network: ['AWS/NetworkELB', 'ProcessedBytes'] }[type] ?? [];
  const path = arn.split(':loadbalancer/')[1];
  if (namespace === undefined || name === undefined || path === undefined) return undefined;
  return { namespace, name, dimensions: { LoadBalancer: path }, statistic: 'Sum' } as const;
}

/** An address that leads nowhere. AWS does not report since when. */
export function assessAddress({ id, region, ip, isAssociated }: Address, prices: WastePrices): Verdict | undefined {
  if (isAssociated) return undefined;
  return {
    kind: 'unassociated-address',
    ...priced(prices.address, 1, 'address', 'address'),
    evidence: `${ip} is associated with nothing; AWS does not report since when`,
    difficulty: 'careful',
    action: `aws ec2 release-address --region ${region} --allocation-id ${id}`,
    billedAs: { service: 'Amazon Virtual Private Cloud', usageType: 'PublicIPv4:IdleAddress' },
  };
}

/** A load balancer that has carried nothing. */
export function assessLoadBalancer(
  { region, arn, type, state }: LoadBalancer,
  traffic: Traffic,
  prices: WastePrices,
): Verdict | undefined {
  if (state !== 'active' || traffic.sum > 0) return undefined;
  const { aMonth, basis } = priced(priceIn(prices.loadBalancer, type), 1, 'load balancer', `loadBalancer.${type}`);
  return {
    kind: 'idle-load-balancer',
    aMonth,
    basis: aMonth === null ? basis : `${basis}, without capacity units and addresses`,
    evidence: `${type} load balancer: ${traffic.metric} is 0 in ${traffic.days} days`,
    difficulty: 'careful',
    action: `aws elbv2 delete-load-balancer --region ${region} --load-balancer-arn ${arn}`,
    billedAs: { service: 'Amazon Elastic Load Balancing', usageType: 'LoadBalancerUsage' },
  };
}
