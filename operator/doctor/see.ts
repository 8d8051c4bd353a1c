import type { Operations, StageName } from '../../shared/policy/schema.ts';
import type { DatabaseFacts, Facts } from './facts.ts';
import { seeAccount, seeDeployment, seeNetwork, seeQuotas } from './see-account.ts';
import { seeDatabase } from './see-database.ts';
import { seeSecondRegion } from './see-second-region.ts';

/**
 * Looks at everything that a stage needs. Only reading calls, and one execution of inspect-database for each database,
 * which only reads, too. `onProgress` is told what is looked at.
 */
export async function see(
  operations: Operations,
  stage: StageName,
  onProgress: (what: string) => void,
): Promise<Facts> {
  const policy = operations.stages[stage];
  const { region, network, databases, dr } = policy;
  onProgress('account, deployment, network, quotas');
  const [account, deployment, quotas, seenNetwork] = await Promise.all([
    seeAccount(region),
    seeDeployment(region, stage),
    seeQuotas(region),
    network === undefined ? undefined : seeNetwork(region, network),
  ]);
  const seen: Record<string, DatabaseFacts> = {};
  for (const [database, its] of Object.entries(databases)) {
    onProgress(`database ${database}`);
    seen[database] = await seeDatabase({ region, stage }, database, its);
  }
  if (dr !== undefined) onProgress(`second region ${dr.region}`);
  const secondRegion = dr === undefined ? undefined : await seeSecondRegion(stage, policy, dr, seen);
  return { account, deployment, quotas, network: seenNetwork, databases: seen, secondRegion };
}
