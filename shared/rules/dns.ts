import { InvalidOperationsError } from '../errors.ts';
import type { DatabasePolicy, Operations, StageName } from '../policy/schema.ts';

/** What the applications resolve, and where it leads when the primary is in `here`. */
export function nameOf(
  { dns: ofStage, region }: Operations['stages'][StageName],
  { dns }: DatabasePolicy,
  database: string,
  here: string,
): { readonly name: string; readonly expected: string; readonly clientSecretArn: string } {
  if (ofStage === undefined || dns === undefined)
    throw new InvalidOperationsError(`database '${database}' has no dns in operations.yml`);
  return {
    name: `${dns.name}.${ofStage.zone}`,
    expected: (here === region ? dns.primary : dns.second).toLowerCase(),
    clientSecretArn: dns.clientSecretArn,
  };
}

/** What the agent of the second region says of a name each minute: it follows a verified promotion, for as long as that holds its lease. */
export const promotedEpoch = (
  pass: { readonly accepts: boolean; readonly epoch: number } | undefined,
  isVerified: boolean,
): number => (pass?.accepts === true && isVerified ? pass.epoch : 0);
