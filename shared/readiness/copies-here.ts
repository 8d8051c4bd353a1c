import type { AutomatedBackups } from '../aws/rds/automated-backups.ts';
import type { RdsInventory } from '../aws/rds/inventory.ts';
import { newestProven } from '../domain/backup/newest-proven.ts';
import type { Copies } from '../domain/dr/next-path.ts';
import { answerOf } from '../lambda/answer-of.ts';

type Parts = { readonly inventory: Pick<RdsInventory, 'listSnapshots'>; readonly backups: AutomatedBackups };

/** The newest copies of a database in this region; what does not answer is none. */
export async function copiesHere({ inventory, backups }: Parts, database: string, instance: string): Promise<Copies> {
  const snapshots = (await answerOf('the snapshots of this region', () => inventory.listSnapshots())) ?? [];
  const kept = await answerOf('the automated backups of this region', () => backups.find(instance));
  const proven = newestProven(snapshots, database);
  return {
    snapshot: proven?.takenAt === undefined ? null : { id: proven.id, takenAt: proven.takenAt },
    restorableUntil: kept?.latest ?? null,
  };
}
