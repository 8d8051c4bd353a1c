import type { Template } from '../../template/template.ts';
import { topicKeyIn } from './topic-key.ts';

/** The attributes of a topic that its stack declares: AWS shows the policy as text. */
export const declaredIn =
  (stacks: readonly Template[]) =>
  (topicArn: string): Readonly<Record<string, string>> => {
    const policy = stacks
      .flatMap(({ resourcePolicies }) => resourcePolicies)
      .map(({ properties }) => properties as { Topics?: unknown; PolicyDocument?: unknown })
      .find(({ Topics }) => Array.isArray(Topics) && Topics.includes(topicArn));
    const key = topicKeyIn(stacks)(topicArn);
    return {
      ...(policy === undefined ? {} : { Policy: JSON.stringify(policy.PolicyDocument) }),
      ...(key === undefined ? {} : { KmsMasterKeyId: key }),
    };
  };
