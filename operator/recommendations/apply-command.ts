import { setTimeout as sleep } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { callAws } from '../../shared/aws/call.ts';
import { apply, inspectAgain } from './apply.ts';
import { findAccepted } from './find-accepted.ts';
import { methodOf } from './method.ts';
import { removalOf } from './removal-of.ts';
import { removalPolicy } from './removal-policy.ts';
import type { RecommendationStore } from './store.ts';

/** Between two questions whether something is done. */
const untilTheNextScan = (): Promise<void> => sleep(10_000);

/** Exit code 3: it is for a person. */
export async function applyCommand(
  recommendations: RecommendationStore,
  {
    id,
    operations,
    isMeant,
    pause = untilTheNextScan,
  }: {
    readonly id: string;
    readonly operations: string;
    readonly isMeant: boolean;
    readonly pause?: () => Promise<void>;
  },
): Promise<number> {
  const entry = await findAccepted(recommendations, id);
  const { finding, application } = entry;
  if (application?.finishedAt) {
    console.error(`'${id}' was applied at ${application.finishedAt} by ${application.by}; nothing was changed.`);
    return 1;
  }
  const method = methodOf(finding);
  const { ownInstances, waste } = removalPolicy(operations, finding.region);
  const now = () => new Date();
  const removal = removalOf(finding, id, { waste, now, pause });
  if (method.removes === undefined || removal === undefined) {
    console.log(`'${id}' is for a person${method.removes === undefined ? `: ${method.why}` : ''}. Nothing was done.`);
    console.log(`  ${finding.action}`);
    return 3;
  }
  if (!isMeant) {
    const money = entry.expectedMonthly === null ? 'an unknown sum' : entry.expectedMonthly.toFixed(2);
    console.log(`${id}: ${money} a month, accepted on ${entry.acceptedOn} by ${entry.acceptedBy ?? 'nobody named'}`);
    const seen = await inspectAgain(entry, removal, ownInstances);
    console.log(`Now: ${seen?.verdict?.evidence ?? 'it is not there, or going'}`);
    const steps = [
      'write how AWS describes it into the ledger',
      ...removal.steps,
      'write into the recommendations what was done',
    ];
    for (const [index, step] of steps.entries()) console.log(`  ${index + 1}. ${step}`);
    console.log('Nothing was changed. Add --yes to do it.');
    return 0;
  }
  const { Arn = 'unknown' } = await callAws('ask whose credentials these are', (options) =>
    new STSClient({}).send(new GetCallerIdentityCommand({}), options),
  );
  const say = (line: string) => console.log(`… ${line}`);
  const done = await apply(entry, removal, recommendations, { ownInstances, by: Arn, now, say });
  const kept = done.application?.finalSnapshot;
  console.log(`'${id}' is removed${kept ? `; its data is in ${kept}` : ''}.`);
  return 0;
}
