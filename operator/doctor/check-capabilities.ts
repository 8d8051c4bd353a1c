import { capabilityNames, capabilityRole } from '../../shared/pg/bootstrap/capabilities-sql.ts';
import type { DatabasePolicy } from '../../shared/policy/schema.ts';
import type { DatabaseFacts } from './facts.ts';
import { type Finding, must, unseen } from './finding.ts';

/** A secret for each capability, of that capability's role: one that is the reader's would give the reader's privileges. */
export function checkCapabilities(
  capabilities: DatabasePolicy['capabilities'],
  reader: DatabaseFacts['secret'],
  secrets: DatabaseFacts['capabilitySecrets'],
): Finding[] {
  const readerName = reader.seen && reader.value?.isComplete ? reader.value.user : 'gameday';
  return capabilityNames.flatMap((capability) => {
    const policy = capabilities[capability];
    if (policy === undefined) return [];
    const check = `secret of capability ${capability} is its role's`;
    const secret = secrets[capability];
    if (secret === undefined) return [unseen(check, policy.secretArn, 'nobody looked at it')];
    if (!secret.seen) return [unseen(check, policy.secretArn, secret.reason)];
    const role = capabilityRole(readerName, capability);
    const found = secret.value;
    return [
      must(check, policy.secretArn, {
        holds: found?.isComplete === true && found.user === role,
        observed:
          found === undefined
            ? 'Secrets Manager has no such secret, or it is being deleted'
            : found.isComplete
              ? `user '${found.user}'`
              : 'username or password is missing',
        remedy: `Store {"username": "${role}", "password": "…"} in it, after ALTER ROLE ${role} PASSWORD '…'.`,
      }),
    ];
  });
}
