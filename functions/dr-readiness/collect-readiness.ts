import { makeKeys } from '../../shared/aws/keys.ts';
import { makeAutomatedBackups } from '../../shared/aws/rds/automated-backups.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeRdsInventory } from '../../shared/aws/rds/inventory.ts';
import { makeReplicas } from '../../shared/aws/rds/standby/replicas.ts';
import { objectStoreIn } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { CollectReadinessInput, CollectReadinessOutput } from '../../shared/contracts/dr-readiness/dr-readiness.ts';
import { SecondBucketEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { collectSide } from '../../shared/readiness/collect-side.ts';
import { factsKey, readyDatabases } from '../../shared/rules/readiness.ts';

const mostAtOnce = 10;

/**
 * Reads what its own region holds of each database and leaves it in the second region, where a promotion is decided. Reads the
 * databases only, so a second call is harmless: it writes the same object anew.
 */
export const collectReadiness = defineTask({
  input: CollectReadinessInput,
  output: CollectReadinessOutput,
  environment: SecondBucketEnvironment,
  deps: ({ SECOND_EVIDENCE_BUCKET }) => {
    const { stage, region } = config();
    const { dr, databases, region: home } = stagePolicy(operations(), stage);
    return {
      parts: {
        rds: makeRds(),
        inventory: makeRdsInventory(),
        backups: makeAutomatedBackups(),
        secrets: makeSecrets(),
        replicas: makeReplicas(),
        keys: makeKeys(),
        copyKeyId: dr?.kmsKeyId,
        region,
        side: region === home ? ('primary' as const) : ('standby' as const),
        now: () => new Date(),
      },
      // A stage with one region has nowhere to go.
      databases: dr === undefined ? [] : readyDatabases(databases),
      store: objectStoreIn(dr?.region ?? region, SECOND_EVIDENCE_BUCKET),
    };
  },
  async run(_, { parts, databases, store }) {
    const collected = await someAtOnce(databases, mostAtOnce, async ([database, policy]) => {
      const facts = await collectSide(database, policy, parts);
      await store.put(factsKey(database, parts.side), JSON.stringify(facts), 'application/json');
      if (facts.failure !== null) logger.warn('database is silent', { database, failure: facts.failure });
      return { database, failure: facts.failure };
    });
    return { side: parts.side, databases: collected };
  },
});
export const { handler } = collectReadiness;
