import { failedStates, inTurn } from '../engine/instance-work.ts';
import type { Instance } from '../model/model.ts';
import type { Rds } from '../rds.ts';

const down: readonly string[] = [...failedStates, 'deleting', 'stopping', 'stopped'];

/** RDS starts a server again that has died; what it had committed is there. */
export function recoverInstance(rds: Rds, instance: Instance): void {
  if (down.includes(instance.status)) return;
  rds.events.instance(instance, 'RDS-EVENT-0020');
  rds.jobs.start(
    async (signal) => {
      await rds.clock.wait(rds.durations.reboot, signal);
      await inTurn(instance, async () => {
        const isLost = instance.server?.hasEnded === true && !down.includes(instance.status);
        if (isLost) await rds.engine.start(instance);
      });
      rds.events.instance(instance, 'RDS-EVENT-0021');
    },
    () => {
      instance.status = 'failed';
    },
  );
}
