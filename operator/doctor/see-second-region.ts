import { DescribeDBParameterGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Operations, StageName } from '../../shared/policy/schema.ts';
import type { DatabaseElsewhere, DatabaseFacts, SecondRegionFacts, Seen } from './facts.ts';
import { ifPresent, look } from './look.ts';
import { seeDeployment, seeNetwork, seeQuotas } from './see-account.ts';
import { seeSecret } from './see-database.ts';
import { seeKey } from './see-key.ts';

type Stage = Operations['stages'][StageName];

/** What copies and their proofs need in the second region. `databases` are those of the first, as they were seen. */
export async function seeSecondRegion(
  stage: string,
  { region: firstRegion, databases: policies }: Stage,
  { region, kmsKeyId, network }: NonNullable<Stage['dr']>,
  databases: Readonly<Record<string, DatabaseFacts>>,
): Promise<SecondRegionFacts> {
  const [deployment, key, seenNetwork, quotas] = await Promise.all([
    seeDeployment(region, stage),
    look(`read key '${kmsKeyId}'`, () => seeKey(region, kmsKeyId)),
    network === undefined ? undefined : seeNetwork(region, network),
    seeQuotas(region),
  ]);
  const elsewhere: Record<string, DatabaseElsewhere> = {};
  for (const [database, { secretArn }] of Object.entries(policies)) {
    const replica = secretArn.replace(`:${firstRegion}:`, `:${region}:`);
    elsewhere[database] = {
      parameterGroup: await seeParameterGroup(region, databases[database]?.instance),
      secret: await look(`read secret '${replica}'`, () => seeSecret(region, replica)),
    };
  }
  return { deployment, key, network: seenNetwork, quotas, databases: elsewhere };
}

async function seeParameterGroup(
  region: string,
  source: DatabaseFacts['instance'] | undefined,
): Promise<DatabaseElsewhere['parameterGroup']> {
  if (source?.seen !== true || source.value === undefined)
    return { seen: true, value: undefined } satisfies Seen<undefined>;
  const { parameterGroup: name } = source.value;
  return look(`describe parameter group '${name}'`, async () => {
    const found = await ifPresent(
      new RDSClient({ region }).send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: name })),
      'DBParameterGroupNotFoundFault',
      'DBParameterGroupNotFound',
    );
    return { name, exists: found !== undefined };
  });
}
