import { isParameterProblem } from './engine.ts';
import { breakInstance, inTurn, lasting, takePlannedFailure } from './instance-work.ts';
import type { Instance, Rds } from './model.ts';
import { automatedSnapshotName, registerSnapshot, runSnapshot } from './take-snapshot.ts';

type Birth = {
  readonly duration: number;
  readonly message: string;
  readonly build: (signal: AbortSignal) => Promise<void>;
};

/** From `creating` to `available`, by way of the first automated backup. */
export function bringUp(rds: Rds, instance: Instance, birth: Birth): void {
  const planned = takePlannedFailure(rds, 'instance', instance);
  rds.jobs.start(
    async (signal) => {
      await lasting(rds, birth.duration, signal, () => inTurn(instance, () => birth.build(signal)));
      if (planned !== undefined) {
        await breakInstance(rds, instance, planned.status);
        return;
      }
      if (instance.status !== 'creating') return; // A test has forced another state meanwhile.
      instance.createdAt = rds.clock.now();
      rds.events.instance(instance, ['creation'], birth.message);
      if (instance.traits.backupRetentionPeriod > 0) await firstBackup(rds, instance, signal);
      if (['creating', 'backing-up'].includes(instance.status)) instance.status = 'available';
    },
    (error) => {
      instance.createdAt ??= rds.clock.now();
      return breakInstance(rds, instance, isParameterProblem(error) ? 'incompatible-parameters' : 'failed');
    },
  );
}

async function firstBackup(rds: Rds, instance: Instance, signal: AbortSignal): Promise<void> {
  instance.status = 'backing-up';
  const name = automatedSnapshotName(rds, instance);
  const snapshot = registerSnapshot(rds, instance, name, 'automated', []);
  await lasting(rds, rds.durations.automatedBackup, signal, () => runSnapshot(rds, instance, snapshot, signal));
}
