import { setTimeout as sleep } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { callAws } from '../../shared/aws/call.ts';
import { NotAcceptedError } from '../../shared/errors.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { type AcceptedEntry, apply, lookAnew } from './apply.ts';
import { methodOf } from './method.ts';
import { removalOf } from './removal-of.ts';
import type { LedgerStore } from './store.ts';

/** Between two questions whether something is done. */
const untilTheNextLook = (): Promise<void> => sleep(10_000);

/** Exit code 3: it is for a person. */
export async function applyCommand(
  ledger: LedgerStore,
  {
    id,
    operations,
    isMeant,
    pause = untilTheNextLook,
  }: {
    readonly id: string;
    readonly operations: string;
    readonly isMeant: boolean;
    readonly pause?: () => Promise<void>;
  },
): Promise<number> {
  const entry = (await ledger.read()).entries.find((one) => one.id === id);
  if (entry === undefined) {
    throw new NotAcceptedError(`'${id}' is not in the ledger`, {
      hints: ['npm run ledger -- accept takes a finding into it; list names what it has.'],
    });
  }
  const { finding, application } = entry;
  if (finding === null) {
    throw new NotAcceptedError(`'${id}' was added by hand and names no finding`, {
      hints: ['Only a finding that was accepted can be applied.'],
    });
  }
  if (application?.finishedAt) {
    console.error(`'${id}' was applied at ${application.finishedAt} by ${application.by}; nothing was changed.`);
    return 1;
  }
  const method = methodOf(finding);
  const { stages, costs } = readOperationsFile(operations, operations);
  const ownInstances = Object.values(stages).flatMap((stage) => [
    ...Object.values(stage.databases).map(({ instance }) => instance),
    ...('officeHours' in stage ? (stage.officeHours?.instances ?? []) : []),
  ]);
  const now = () => new Date();
  const waste = {
    rule: costs.waste,
    prices: { ...costs.waste.prices, databaseSnapshotGb: costs.prices.snapshotGbMonth },
    regions: [finding.region],
    currency: costs.currency,
    tag: costs.tag,
    settleDays: costs.settleDays,
    office: undefined,
    sources: ownInstances,
  };
  const removal = removalOf(finding, id, { waste, now, pause });
  if (method.removes === undefined || removal === undefined) {
    console.log(`'${id}' is for a person${method.removes === undefined ? `: ${method.why}` : ''}. Nothing was done.`);
    console.log(`  ${finding.action}`);
    return 3;
  }
  const accepted: AcceptedEntry = { ...entry, finding };
  if (!isMeant) {
    const money = entry.expectedMonthly === null ? 'an unknown sum' : entry.expectedMonthly.toFixed(2);
    console.log(`${id}: ${money} a month, accepted on ${entry.acceptedOn} by ${entry.acceptedBy ?? 'nobody named'}`);
    const seen = await lookAnew(accepted, removal, ownInstances);
    console.log(`Now: ${seen?.verdict?.evidence ?? 'it is not there'}`);
    const steps = [
      'write how AWS describes it into the ledger',
      ...removal.steps,
      'write into the ledger what was done',
    ];
    for (const [index, step] of steps.entries()) console.log(`  ${index + 1}. ${step}`);
    console.log('Nothing was changed. Add --yes to do it.');
    return 0;
  }
  const { Arn = 'unknown' } = await callAws('ask whose credentials these are', (options) =>
    new STSClient({}).send(new GetCallerIdentityCommand({}), options),
  );
  const say = (line: string) => console.log(`… ${line}`);
  const done = await apply(accepted, removal, ledger, { ownInstances, by: Arn, now, say });
  const kept = done.application?.finalSnapshot;
  console.log(`'${id}' is removed${kept ? `; its data is in ${kept}` : ''}.`);
  return 0;
}
