import type { Template } from '../../template/template.ts';

/** The key of an encrypted topic: whether a service may publish to it depends on the policy of that key. */
export const topicKeyIn =
  (stacks: readonly Template[]) =>
  (topicArn: string): string | undefined =>
    stacks.flatMap(({ topics }) => topics).find(({ arn }) => arn === topicArn)?.kmsMasterKeyId;
