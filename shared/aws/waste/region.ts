import { assessed } from '../../domain/waste/finding.ts';
import { assessAddress, assessLoadBalancer, trafficQuestion } from '../../domain/waste/network.ts';
import { assessImage, assessSnapshot, assessVolume } from '../../domain/waste/storage.ts';
import type { WasteSetting } from '../../rules/waste.ts';
import { readMetrics } from '../cloudwatch.ts';
import { ec2In } from '../ec2/ec2.ts';
import { listLoadBalancers } from '../ec2/load-balancers.ts';
import { once, type WasteScan } from './look.ts';

/** Days over which traffic is measured. */
const measuredDays = 14;
const secondsPerDay = 86_400;

/** Storage, addresses and load balancers of one region. */
export function scansOfRegion(region: string, { rule, prices }: WasteSetting, now: Date): readonly WasteScan[] {
  const ec2 = ec2In(region);
  const [volumes, images] = [once(ec2.volumes), once(ec2.images)];
  return [
    {
      part: 'volumes',
      region,
      read: async () => assessed(await volumes(), (one) => assessVolume(one, prices, now), rule, now),
    },
    {
      part: 'images',
      region,
      read: async () => assessed(await images(), (one) => assessImage(one, { prices, rule, now }), rule, now),
    },
    {
      part: 'snapshots',
      region,
      async read() {
        // All three or none: an image that was not read would make its snapshots look orphaned.
        const storage = { volumes: await volumes(), images: await images() };
        const all = await ec2.snapshots();
        return assessed(all, (one) => assessSnapshot(one, storage, { prices, rule, now }), rule, now);
      },
    },
    {
      part: 'addresses',
      region,
      read: async () => assessed(await ec2.addresses(), (one) => assessAddress(one, prices), rule, now),
    },
    {
      part: 'load balancers',
      region,
      async read() {
        const asked = (await listLoadBalancers(region)).flatMap((balancer) => {
          const question = trafficQuestion(balancer);
          return question === undefined ? [] : [{ balancer, question }];
        });
        const from = new Date(now.getTime() - measuredDays * secondsPerDay * 1000);
        const questions = asked.map(({ question }) => question);
        const answers = await readMetrics(region, questions, { from, to: now, period: secondsPerDay });
        const measured = asked.map(({ balancer, question }, index) => ({
          ...balancer,
          traffic: {
            days: measuredDays,
            metric: question.name,
            sum: (answers[index] ?? []).reduce((sum, { value }) => sum + value, 0),
          },
        }));
        return assessed(measured, (one) => assessLoadBalancer(one, one.traffic, prices), rule, now);
      },
    },
  ];
}
