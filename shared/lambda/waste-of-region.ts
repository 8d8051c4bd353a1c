import { readMetrics } from '../aws/cloudwatch.ts';
import { ec2In } from '../aws/ec2.ts';
import { listLoadBalancers } from '../aws/load-balancers.ts';
import { judged } from '../domain/waste-finding.ts';
import { judgeAddress, judgeLoadBalancer, trafficQuestion } from '../domain/waste-network.ts';
import { judgeImage, judgeSnapshot, judgeVolume } from '../domain/waste-storage.ts';
import { type Look, once } from './waste-look.ts';
import type { WasteSetting } from './waste-rule.ts';

/** Days over which traffic is measured. */
const measuredDays = 14;
const secondsPerDay = 86_400;

/** Storage, addresses and load balancers of one region. */
export function looksAtRegion(region: string, { rule, prices }: WasteSetting, now: Date): readonly Look[] {
  const ec2 = ec2In(region);
  const [volumes, images] = [once(ec2.volumes), once(ec2.images)];
  return [
    {
      part: 'volumes',
      region,
      read: async () => judged(await volumes(), (one) => judgeVolume(one, prices, now), rule, now),
    },
    {
      part: 'images',
      region,
      read: async () => judged(await images(), (one) => judgeImage(one, { prices, rule, now }), rule, now),
    },
    {
      part: 'snapshots',
      region,
      async read() {
        // All three or none: an image that was not read would make its snapshots look orphaned.
        const storage = { volumes: await volumes(), images: await images() };
        const all = await ec2.snapshots();
        return judged(all, (one) => judgeSnapshot(one, storage, { prices, rule, now }), rule, now);
      },
    },
    {
      part: 'addresses',
      region,
      read: async () => judged(await ec2.addresses(), (one) => judgeAddress(one, prices), rule, now),
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
        return judged(measured, (one) => judgeLoadBalancer(one, one.traffic, prices), rule, now);
      },
    },
  ];
}
