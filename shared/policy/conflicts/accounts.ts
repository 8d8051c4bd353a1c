import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';

/** Stage `dev` is a laptop, whatever account it bears. */
const deployed = ['test', 'prod'] as const;

/** IAM keeps two stages of one account apart by names and tags alone: somebody must have wanted that, and say why. */
export function* accountsShared({ stages }: Operations): Iterable<Fault> {
  const isShared = stages.test.account === stages.prod.account;
  const reasons = deployed.filter((name) => stages[name].sharedAccount !== undefined);
  if (isShared && reasons.length === 0) {
    yield {
      path: 'stages.test.account',
      observed: `account ${stages.test.account}, that of stage prod`,
      expected: 'an account of its own, or sharedAccount with the reason',
    };
  }
  for (const name of isShared ? [] : reasons) {
    yield {
      path: `stages.${name}.sharedAccount`,
      observed: 'a reason to share the account',
      expected: 'none: no other stage that is deployed has it',
    };
  }
}
