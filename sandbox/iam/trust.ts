import type { Template } from '../template/template.ts';
import { evaluate } from './evaluate.ts';
import type { Policies } from './policies.ts';

/**
 * A service acts with a role only when the role trusts it. AWS refuses to create a function or a state machine
 * otherwise, and EventBridge fails to deliver; here all faults are reported at once when the template is loaded.
 */
export function checkTrust(template: Template, policies: Policies): void {
  const { account, functions, stateMachines, rules } = template;
  const users = [
    ...functions.map(({ logicalId, arn, roleArn }) => ({ logicalId, arn, roleArn, service: 'lambda.amazonaws.com' })),
    ...stateMachines.map((machine) => ({ ...machine, service: 'states.amazonaws.com' })),
    ...rules.flatMap(({ logicalId, arn, targets }) =>
      targets.flatMap(({ RoleArn }) =>
        RoleArn === undefined ? [] : [{ logicalId, arn, roleArn: RoleArn, service: 'events.amazonaws.com' }],
      ),
    ),
  ];
  const faults = users.flatMap(({ logicalId, arn, roleArn, service }) => {
    if (!policies.trust.has(roleArn)) {
      return [`'${logicalId}' uses role '${roleArn}', which the template does not declare`];
    }
    const decision = evaluate(policies, {
      caller: { account, accessKeyId: service, arn: service },
      action: 'sts:AssumeRole',
      resource: roleArn,
      context: new Map([
        ['aws:sourceaccount', [account]],
        ['aws:sourcearn', [arn]],
      ]),
    });
    return decision.allowed ? [] : [`'${logicalId}' uses role '${roleArn}', which does not trust '${service}'`];
  });
  if (faults.length > 0) {
    throw new Error(
      `roles of the template cannot be assumed\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
        'HINT: Compare AssumeRolePolicyDocument with the service that uses the role.',
    );
  }
}
