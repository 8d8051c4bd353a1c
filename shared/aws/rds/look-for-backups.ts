import type { Candidate } from '../../domain/restore/candidates.ts';
import type { Looked, Place } from '../../domain/restore/paths.ts';
import { coerceError } from '../../errors.ts';
import type { AutomatedBackups } from './automated-backups.ts';
import type { Rds } from './instances.ts';

type Looking = { readonly rds: Pick<Rds, 'findSnapshot'>; readonly backups: AutomatedBackups };

/**
 * What one region has of an instance's backups. An API that does not answer keeps its own paths from being tried, and no
 * other one.
 */
export async function lookForBackups(
  region: string,
  { rds, backups }: Looking,
  instance: string,
  candidates: readonly Candidate[],
): Promise<Place> {
  return {
    region,
    snapshots: await looked(async () => {
      const found = await Promise.all(candidates.map(({ snapshotId }) => rds.findSnapshot(snapshotId)));
      return new Set(found.flatMap((one) => (one?.status === 'available' ? [one.id] : [])));
    }),
    backups: await looked(() => backups.find(instance)),
  };
}

async function looked<T>(look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await look() };
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    return { failed: `${name}: ${message}` };
  }
}
