import { automatedBackupsIn } from '../../shared/aws/rds/automated-backups.ts';
import { makeRdsInventory } from '../../shared/aws/rds/inventory.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { PublishBackupHealthInput, PublishBackupHealthOutput } from '../../shared/contracts/watch-backups.ts';
import { backupHealth } from '../../shared/domain/backup/health.ts';
import { recoveryPaths, waysBackHealth } from '../../shared/domain/restore/recovery.ts';
import { newestSequence, readHistory } from '../../shared/evidence/chain-store.ts';
import { readRestoreTests } from '../../shared/evidence/restore-tests.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishHealth } from '../../shared/metrics/backup.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/** Enough that a way back is among them, though a few tests by hand were not asked for it. */
const mostTests = 12;

/** The trend is made of 14 runs that proved something; half of them may have failed. */
const mostRuns = 30;

/**
 * Measures each database that is backed up nightly, for the alarms: what is not reported is alarmed about as silence. Reads
 * only, so a second call is harmless; it measures again.
 */
export const publishBackupHealth = defineTask({
  input: PublishBackupHealthInput,
  output: PublishBackupHealthOutput,
  deps: () => ({
    inventory: makeRdsInventory(),
    backups: automatedBackupsIn(config().region),
    store: makeObjectStore(config().evidenceBucket),
    region: config().region,
    policy: operations().restoreTest,
    home: stagePolicy(operations(), config().stage).region,
    databases: Object.entries(stagePolicy(operations(), config().stage).databases).filter(([, { nightly }]) => nightly),
    now: () => new Date(),
  }),
  async run(_, { inventory, backups, store, databases, policy, region, home, now }) {
    const [snapshots, instances] = [await inventory.listSnapshots(), await inventory.listInstances()];
    for (const [database, { instance }] of databases) {
      const latestRestorableTime = instances.find(({ id }) => id === instance)?.latestRestorableTime;
      // Those of the first region are the instance's own, and RDS reports their newest moment with it.
      const replicated = region === home ? undefined : await backups.find(instance);
      const history = await readHistory(store, database, await newestSequence(store, database), mostRuns);
      const latestReplicatedTime = replicated?.latest;
      const found = { snapshots, latestRestorableTime, latestReplicatedTime, history };
      const health = backupHealth(database, found, now());
      // Restore tests are recorded in the first region, for both.
      const tests = region === home ? await readRestoreTests(store, database, mostTests) : undefined;
      const ways = tests && waysBackHealth(recoveryPaths(tests, policy, now()), policy.targetMinutes);
      publishHealth(database, health, ways);
      logger.info('backups measured', { database, ...health, ...ways });
    }
    return { databases: databases.length };
  },
});
export const { handler } = publishBackupHealth;
