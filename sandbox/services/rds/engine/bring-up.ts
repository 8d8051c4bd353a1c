import type { Instance } from '../model/model.ts';
import type { Rds } from '../rds.ts';
import { beginBackups } from './automated-backups.ts';
import { isParameterProblem } from './engine.ts';
import { breakInstance, inTurn, lasting, takePlannedFailure } from './instance-work.ts';
import { keep, type ReadFiles } from './snapshot-files.ts';

type Birth = {
  readonly duration: number;
  readonly build: (signal: AbortSignal) => Promise<void>;
  /** From the call on, so that what is deleted right behind it is still read. */
  readonly reads?: readonly ReadFiles[];
  /** Reports the event. */
  readonly done: () => void;
};

/** An instance that ends in another failed state never had a server. */
const keepsData = ['storage-full', 'inaccessible-encryption-credentials-recoverable'];

/** From `creating` to `available`, by way of the first automated backup. */
export function bringUp(rds: Rds, instance: Instance, birth: Birth): void {
  const planned = takePlannedFailure(rds, 'instance', instance);
  const releases = (birth.reads ?? []).map(keep);
  rds.jobs.start(
    async (signal) => {
      const build = async () => {
        try {
          if (planned === undefined || keepsData.includes(planned.status)) {
            await inTurn(instance, () => birth.build(signal));
          }
        } finally {
          for (const release of releases) release();
        }
      };
      await lasting(rds, birth.duration, signal, build);
      if (planned !== undefined) {
        await breakInstance(rds, instance, planned.status);
        return;
      }
      if (instance.status !== 'creating') return; // A test has forced another state meanwhile.
      instance.createdAt = rds.clock.now();
      birth.done();
      if (instance.traits.backupRetentionPeriod > 0) await beginBackups(rds, instance, signal);
      if (['creating', 'backing-up'].includes(instance.status)) instance.status = 'available';
    },
    (error) => {
      instance.createdAt ??= rds.clock.now();
      return breakInstance(rds, instance, isParameterProblem(error) ? 'incompatible-parameters' : 'failed');
    },
  );
}
