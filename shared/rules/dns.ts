import type { LeasePassReport } from '../contracts/keep-lease/keep-lease.ts';
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

/**
 * What the agent of the second region says of a name each minute: it follows a verified promotion, for as long as that holds its lease.
 * Undefined, so that nothing is said and the name stays where it is: the lease may be kept here, and what did not answer may come back.
 */
export function promotedEpoch(
  pass: Pick<LeasePassReport, 'did' | 'accepts' | 'epoch' | 'reason'> | undefined,
  isVerified: boolean,
): number | undefined {
  if (pass === undefined) return 0;
  if (pass.accepts) return isVerified ? pass.epoch : 0;
  return pass.did === 'fenced' || (pass.did === 'standby' && pass.reason === null) ? 0 : undefined;
}
