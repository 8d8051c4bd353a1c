import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../clock.ts';
import type { MetricStore } from '../../cloudwatch/metric-store.ts';
import type { Instance } from '../model/model.ts';

/** RDS reports each minute; a look at thousands of files wants some true time between two. */
const minute = 60_000;
const leastPause = 2000;
const gigabyte = 1024 ** 3;

/** Publishes what is left of each volume, namespace AWS/RDS, until the signal aborts: what was allocated less the files that are there. */
export function publishFreeStorage(
  instances: () => readonly Instance[],
  metrics: MetricStore,
  clock: Clock,
  signal: AbortSignal,
): void {
  const follow = async (): Promise<void> => {
    for (;;) {
      for (const instance of instances()) {
        if (instance.createdAt === undefined) continue;
        const free = instance.traits.allocatedStorage * gigabyte - (await bytesBelow(instance.directory));
        metrics.put(instance.region, {
          namespace: 'AWS/RDS',
          name: 'FreeStorageSpace',
          dimensions: { DBInstanceIdentifier: instance.identifier },
          at: new Date(),
          unit: 'Bytes',
          values: [{ value: Math.max(0, free), count: 1 }],
        });
      }
      await delay(Math.max(minute / clock.speed, leastPause), undefined, { signal });
    }
  };
  follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** A file that vanishes meanwhile has no size. */
async function bytesBelow(directory: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await lstat(path.join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += found?.size ?? 0;
  }
  return bytes;
}
