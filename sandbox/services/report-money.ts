import type { Parts } from './definition.ts';
import { makePublishAsService } from './sns/publish-as-service.ts';
import { topicKeyIn } from './sns/topic-key.ts';

/** How the services of the bill report to topics of the stacks. */
export const reportMoney = ({ account, dispatch, stacks, reportUndelivered }: Parts) => ({
  account,
  publish: makePublishAsService({ account, dispatch, topicKey: topicKeyIn(stacks) }),
  onFailure: (name: string, error: unknown) => reportUndelivered(`'${name}' of the costs`, error),
});
