import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { SwitchNameInput, SwitchNameOutput } from '../../shared/contracts/dr-promotion/name.ts';
import { type Resolve, resolve } from '../../shared/dns/resolve.ts';
import { promotionVerifiedKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishPromotedEpoch } from '../../shared/metrics/promotion.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { nameOf } from '../../shared/rules/dns.ts';

/**
 * Lets the name of a database lead to the promoted instance: writes down that it was verified, so that the agent goes on publishing the
 * metric by which the name turns, publishes it at once, and looks where the name leads. No control plane is asked. In the first region
 * there is nothing to say: the agent of the second one has nothing to keep there, and says so each minute. A second call is harmless: it
 * publishes the same once more.
 */
export const switchName = defineTask({
  input: SwitchNameInput,
  output: SwitchNameOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew'>,
    resolve: resolve as Pick<Resolve, 'target'>,
    publish: publishPromotedEpoch,
    policy: operations(),
    config: config(),
  }),
  async run(
    { executionName, database, epoch },
    { store, resolve: resolver, publish, policy, config: { stage, region } },
  ) {
    const ofStage = stagePolicy(policy, stage);
    const { name, expected } = nameOf(ofStage, databasePolicy(policy, stage, database), database, region);
    if (region !== ofStage.region) {
      await store.putNew(promotionVerifiedKey(database, epoch), executionName, 'text/plain');
      publish(database, epoch);
    }
    const target = await resolver.target(name);
    const switched = { name, target, expected, isSwitched: target === expected };
    logger.info('name looked up', switched);
    return switched;
  },
});
export const { handler } = switchName;
