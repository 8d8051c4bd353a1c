import { InvalidOperationsError } from '../errors.ts';
import type { DatabasePolicy, Operations, StageName } from '../policy/schema.ts';

/** What the applications resolve, and where it leads after a promotion. */
export function nameOf(
  { dns: ofStage }: Operations['stages'][StageName],
  { dns }: DatabasePolicy,
  database: string,
): { readonly name: string; readonly second: string; readonly clientSecretArn: string } {
  if (ofStage === undefined || dns === undefined)
    throw new InvalidOperationsError(`database '${database}' has no dns in operations.yml`);
  return {
    name: `${dns.name}.${ofStage.zone}`,
    second: dns.second.toLowerCase(),
    clientSecretArn: dns.clientSecretArn,
  };
}
