import type { Operations, StageName } from '../../shared/policy/schema.ts';
import { collectAccount, collectDeployment, collectNetwork, collectQuotas } from './collect-account.ts';
import { collectDatabase } from './collect-database.ts';
import { collectSecondRegion } from './collect-second-region.ts';
import type { DatabaseFacts, Facts } from './facts.ts';

/**
 * Looks at everything that a stage needs. Only reading calls, and one execution of inspect-database for each database,
 * which only reads, too. `onProgress` is reported what is looked at.
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
    collectAccount(region),
    collectDeployment(region, stage),
    collectQuotas(region),
    network === undefined ? undefined : collectNetwork(region, network),
  ]);
  const seen: Record<string, DatabaseFacts> = {};
  for (const [database, its] of Object.entries(databases)) {
    onProgress(`database ${database}`);
    seen[database] = await collectDatabase({ region, stage }, database, its);
  }
  if (dr !== undefined) onProgress(`second region ${dr.region}`);
  const secondRegion = dr === undefined ? undefined : await collectSecondRegion(stage, policy, dr, seen);
  return { account, deployment, quotas, network: seenNetwork, databases: seen, secondRegion };
}
