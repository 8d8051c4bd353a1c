import type { RemedyTarget } from '../contracts/remediation/remediation.ts';
import { deadSlot, isSteady, stuckSubscription } from '../domain/remediation/replication.ts';
import { dropSlot, readSlots, readSubscriptions, setSubscription } from '../pg/remediation/replication.ts';
import type { Remedy, RemedyContext } from './remedy.ts';

type Target<Kind extends RemedyTarget['kind']> = Extract<RemedyTarget, { kind: Kind }>;

const GB = 1024 ** 3;

async function slotRule({ rds, instanceId, rule: { slots } }: RemedyContext) {
  const instance = await rds.find(instanceId);
  // Of an instance that is not there nothing is dropped.
  const bytes =
    instance === undefined ? Number.POSITIVE_INFINITY : (instance.storageGb * GB * slots.retainedPercent) / 100;
  return { names: slots.names, keep: slots.keep, bytes };
}

export const dropDeadSlot: Remedy<Target<'slot'>> = {
  async look(context) {
    const rule = await slotRule(context);
    return context.inSession(async (client) => deadSlot(await readSlots(client), rule));
  },
  describe: ({ name, retainedBytes }) =>
    `replication slot '${name}' has no consumer and retains ${(retainedBytes / GB).toFixed(1)} GB`,
  async apply(context, target) {
    const rule = await slotRule(context);
    return context.inSession(async (client) => {
      const again = deadSlot(await readSlots(client), rule);
      if ('refusal' in again) return { isApplied: false, reason: again.refusal };
      if (again.target.name !== target.name || again.target.restartLsn !== target.restartLsn) {
        return { isApplied: false, reason: `slot '${target.name}' is not any more what was found` };
      }
      const isApplied = await dropSlot(client, target);
      return { isApplied, reason: isApplied ? 'the slot was dropped' : `slot '${target.name}' has become active` };
    });
  },
  check: (context, { name }) =>
    context.inSession(async (client) => {
      const isThere = (await readSlots(client)).some((slot) => slot.name === name);
      return { isReached: !isThere, reason: isThere ? `slot '${name}' is still there` : `slot '${name}' is gone` };
    }),
};

/** Its worker begins anew where it stopped: nothing is skipped. */
export const unstickSubscription: Remedy<Target<'subscription'>> = {
  look: (context) => context.inSession(async (client) => stuckSubscription(await readSubscriptions(client))),
  describe: ({ name, errors }) => `subscription '${name}' has no worker after ${errors} errors`,
  apply: (context, target) =>
    context.inSession(async (client) => {
      const again = stuckSubscription(await readSubscriptions(client));
      if ('refusal' in again) return { isApplied: false, reason: again.refusal };
      if (again.target.oid !== target.oid) return { isApplied: false, reason: `it is '${again.target.name}' now` };
      await setSubscription(client, target, 'disable');
      await setSubscription(client, target, 'enable');
      return { isApplied: true, reason: 'the subscription was disabled and enabled' };
    }),
  check: (context, { oid }) =>
    context.inSession(async (client) => {
      const found = (await readSubscriptions(client)).find((one) => one.oid === oid);
      if (found?.isEnabled === false) return { isReached: false, reason: `subscription '${found.name}' is disabled` };
      return found !== undefined && isSteady(found)
        ? { isReached: true, reason: `subscription '${found.name}' is applied` }
        : { isReached: false, reason: 'nobody applies the subscription for long' };
    }),
  undo: (context, target) =>
    context.inSession(async (client) => {
      const found = (await readSubscriptions(client)).find(({ oid }) => oid === target.oid);
      if (found === undefined) return { isUndone: false, reason: `subscription '${target.name}' is gone` };
      await setSubscription(client, { ...target, name: found.name }, 'enable');
      return { isUndone: true, reason: `subscription '${found.name}' is enabled` };
    }),
};
