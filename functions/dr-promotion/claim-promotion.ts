import { undefinedWhen } from '../../shared/aws/call.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeStates, type States } from '../../shared/aws/states.ts';
import { config } from '../../shared/config.ts';
import { ClaimPromotionInput, ClaimPromotionOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { PromotionClaimedError } from '../../shared/errors.ts';
import { promotionClaimKey, promotionClaimPrefix } from '../../shared/evidence/keys.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/**
 * Takes the turn of a database: one promotion at a time. The newest claim is another's as long as its execution runs; the next one is
 * written where S3 lets one writer win. A second call is harmless: it finds its own claim.
 */
export const claimPromotion = defineTask({
  input: ClaimPromotionInput,
  output: ClaimPromotionOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'listKeys' | 'getText' | 'putNew'>,
    states: makeStates() as Pick<States, 'describe'>,
  }),
  async run({ database, executionArn }, { store, states }) {
    const keys = await store.listKeys(promotionClaimPrefix(database));
    const newest = keys.reduce((most, key) => Math.max(most, numberOf(key)), 0);
    if (newest > 0) {
      const key = promotionClaimKey(database, newest);
      const holder = await store.getText(key);
      if (holder === executionArn) return { claimKey: key };
      const state =
        holder === undefined ? undefined : await states.describe(holder).catch(undefinedWhen('ExecutionDoesNotExist'));
      if (holder !== undefined && state?.status === 'RUNNING') throw claimed(database, holder);
    }
    const claimKey = promotionClaimKey(database, newest + 1);
    if (await store.putNew(claimKey, executionArn, 'text/plain')) return { claimKey };
    // Written meanwhile, perhaps by ourselves when the answer was lost.
    const holder = await store.getText(claimKey);
    if (holder === executionArn) return { claimKey };
    throw claimed(database, holder ?? 'another execution');
  },
});
export const { handler } = claimPromotion;

const numberOf = (key: string): number => Number(/\/claim-(\d+)\.txt$/.exec(key)?.[1] ?? 0);

const claimed = (database: string, holder: string) =>
  new PromotionClaimedError(`promotion of '${database}' goes on already: ${holder}`, {
    hints: [
      'Look at that execution. Stop it before another one is started, and lift the fence that it may have put up.',
    ],
  });
