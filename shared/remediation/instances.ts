import { grownInstance, type InstanceTarget, stoppedInstance } from '../domain/remediation/instances.ts';
import type { Remedy, RemedyContext } from './remedy.ts';

const stopped = async ({ rds, instanceId, servedElsewhere }: RemedyContext) => {
  const reason = await servedElsewhere();
  return reason === undefined ? stoppedInstance(await rds.find(instanceId), instanceId) : { refusal: reason };
};

export const startStopped: Remedy<InstanceTarget> = {
  look: stopped,
  describe: ({ instanceId }) => `instance '${instanceId}' is stopped and must run`,
  async apply(context) {
    const again = await stopped(context);
    if ('refusal' in again) return { isApplied: false, reason: again.refusal };
    const isApplied = await context.rds.start(context.instanceId);
    return { isApplied, reason: isApplied ? 'the instance is started' : 'the instance does something else, says RDS' };
  },
  async check({ rds, instanceId }) {
    const status = (await rds.find(instanceId))?.status ?? 'gone';
    return { isReached: status === 'available', reason: `instance '${instanceId}' is '${status}'` };
  },
};

const growRule = ({ rule: { storage }, prices }: RemedyContext) => ({ ...storage, prices: prices.storageGbMonth });

export const growStorage: Remedy<InstanceTarget> = {
  look: async (context) =>
    grownInstance(await context.rds.find(context.instanceId), context.instanceId, growRule(context)),
  describe: ({ instanceId, storageGb, toStorageGb }) =>
    `instance '${instanceId}' would grow from ${storageGb} to ${toStorageGb} GB`,
  async apply(context, target) {
    const { rds, instanceId } = context;
    const again = grownInstance(await rds.find(instanceId), instanceId, growRule(context));
    if ('refusal' in again) return { isApplied: false, reason: again.refusal };
    if (again.target.storageGb !== target.storageGb) {
      return { isApplied: false, reason: `it has ${again.target.storageGb} GB now, and had ${target.storageGb}` };
    }
    const isApplied = await rds.grow(instanceId, target.toStorageGb);
    return {
      isApplied,
      reason: isApplied ? 'the instance grows; it cannot be made smaller again' : 'the instance is busy, says RDS',
    };
  },
  async check({ rds, instanceId }, { toStorageGb }) {
    const found = await rds.find(instanceId);
    const isReached = (found?.storageGb ?? 0) >= toStorageGb && found?.status !== 'storage-full';
    return {
      isReached,
      reason: `instance '${instanceId}' has ${found?.storageGb ?? 0} GB and is '${found?.status ?? 'gone'}'`,
    };
  },
};
