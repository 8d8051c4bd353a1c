import { isDeepStrictEqual } from 'node:util';
import { CostEvidence } from '../../../shared/contracts/cost-report.ts';
import { generateBill } from '../../cost-series/bill.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

const withWaste = { findWaste: true };
const [forgottenId, protectedId] = ['vol-forgotten', 'vol-protected'];

/** Each run finds a bill with an anomaly on its last settled day, a volume that nobody has and one that is protected. */
export const workflow: SweptWorkflow = {
  input: () => withWaste,
  async prepare({ sandbox: { costs, ec2, loadBalancers, region, template } }) {
    const { data } = costs;
    const bill = generateBill({ seed: 7, days: 202, endDay: data.today - 1 });
    const lines = bill.lines.map((line, index) => {
      const last = line.amounts.length - 1;
      return index === 0 ? { ...line, amounts: line.amounts.with(last, (line.amounts[last] ?? 0) + 900) } : line;
    });
    data.bill = { ...bill, lines };
    const forgotten = { State: 'available', VolumeType: 'gp3', Size: 100, CreateTime: new Date(0) } as const;
    const { volumes } = ec2.regions.in(region);
    volumes.set(forgottenId, { ...forgotten, VolumeId: forgottenId });
    const Tags = [{ Key: 'pg-gameday:protected', Value: 'by the sweep' }];
    volumes.set(protectedId, { ...forgotten, VolumeId: protectedId, Tags });
    const LoadBalancerArn = `arn:aws:elasticloadbalancing:${region}:${template.account}:loadbalancer/app/swept/0123456789abcdef`;
    const balancer = { LoadBalancerArn, LoadBalancerName: 'swept', Type: 'application' } as const;
    loadBalancers.balancers.in(region).set(LoadBalancerArn, balancer);
  },
  violations: ({ executions, evidence }) =>
    executions
      .filter(({ status }) => status === 'SUCCEEDED')
      .flatMap(({ name, input }) => {
        const stored = evidence.get(`cost-report/${name}/evidence.json`);
        return stored === undefined
          ? ['succeeded without evidence']
          : reportViolations(CostEvidence.parse(JSON.parse(stored)), isDeepStrictEqual(input, withWaste));
      }),
};

/** Succeeded means: the anomaly and the waste are reported, or the report says that it is partial; and no unread cost is reported as stopped. */
function reportViolations({ analysis, isPartial, waste }: CostEvidence, isWasteAsked: boolean): string[] {
  if (analysis === null) return ['succeeded without an analysis'];
  const isSeen = analysis.events.some(({ isNew }) => isNew);
  const found = waste?.findings.map(({ resource }) => resource) ?? [];
  const isLookedFor = waste !== null || analysis.notes.some((note) => note.startsWith('Waste could not'));
  const isMissing = waste?.missing.some(({ part }) => part.startsWith('volumes')) ?? true;
  return [
    ...(isLookedFor || !isWasteAsked ? [] : ['the report does not say that waste was not looked for']),
    ...(found.includes(forgottenId) || isMissing ? [] : ['the forgotten volume is not reported']),
    ...(found.includes(protectedId) ? ['it is advised to delete a protected volume'] : []),
    ...(isSeen || isPartial ? [] : ['the anomaly of the last day is not reported']),
    ...analysis.events
      .filter(({ kind }) => kind === 'missing')
      .map(({ id }) => `a cost that was not read is reported as stopped: ${id}`),
  ];
}
