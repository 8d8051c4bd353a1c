import type { InstanceEventId } from '../catalogue/event-catalogue.ts';
import type { Instance } from '../model/model.ts';
import type { PlannedFailure, Rds } from '../rds.ts';

/** Runs work on an instance's server after the work that came before it. */
export async function inTurn<T>(instance: Instance, work: () => Promise<T>): Promise<T> {
  const turn = instance.queue.then(work);
  instance.queue = turn.catch(() => {});
  return turn;
}

/** Both the work and the time that RDS takes for it. */
export async function lasting<T>(
  rds: Rds,
  milliseconds: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  // Both are waited for even when one fails: nothing goes on behind a job that has ended.
  const [result, waited] = await Promise.allSettled([work(), rds.clock.wait(milliseconds, signal)]);
  if (result.status === 'rejected') throw result.reason;
  if (waited.status === 'rejected') throw waited.reason;
  return result.value;
}

export function takePlannedFailure(
  rds: Rds,
  kind: PlannedFailure['kind'],
  target: { readonly region: string; readonly identifier: string },
): PlannedFailure | undefined {
  const index = rds.plannedFailures.findIndex(
    (plan) =>
      plan.kind === kind &&
      (plan.region === undefined || plan.region === target.region) &&
      (typeof plan.identifier === 'string'
        ? plan.identifier === target.identifier
        : plan.identifier.test(target.identifier)),
  );
  return index < 0 ? undefined : rds.plannedFailures.splice(index, 1)[0];
}

/** States in which nobody can connect: the server of such an instance is down. */
export const failedStates = [
  'failed',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'insufficient-capacity',
  'restore-error',
  'storage-full',
] as const;
export type FailedState = (typeof failedStates)[number];

const failureEvents: Readonly<Record<string, InstanceEventId>> = {
  'incompatible-parameters': 'RDS-EVENT-0035',
  'incompatible-network': 'RDS-EVENT-0036',
  'storage-full': 'RDS-EVENT-0007',
};

/** Puts an instance into a failed state, whatever it is doing. */
export async function breakInstance(rds: Rds, instance: Instance, status: FailedState | string): Promise<void> {
  instance.status = status;
  rds.events.instance(instance, failureEvents[status] ?? 'RDS-EVENT-0031', status);
  await inTurn(instance, () => rds.engine.stop(instance, 'immediate'));
}
