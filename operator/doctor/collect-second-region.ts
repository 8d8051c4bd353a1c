import { DescribeDBParameterGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
import { automatedBackupsIn } from '../../shared/aws/rds/automated-backups.ts';
import type { Operations, StageName } from '../../shared/policy/schema.ts';
import { collectDeployment, collectNetwork, collectQuotas } from './collect-account.ts';
import { collectSecret } from './collect-database.ts';
import { collectKey } from './collect-key.ts';
import { ifPresent, look } from './collected.ts';
import type { Collected, DatabaseElsewhere, DatabaseFacts, SecondRegionFacts } from './facts.ts';

type Stage = Operations['stages'][StageName];

/** What copies and their proofs need in the second region. `databases` are those of the first, as they were seen. */
export async function collectSecondRegion(
  stage: string,
  { region: firstRegion, databases: policies }: Stage,
  { region, kmsKeyId, network, replicatedBackups }: NonNullable<Stage['dr']>,
  databases: Readonly<Record<string, DatabaseFacts>>,
): Promise<SecondRegionFacts> {
  const [deployment, key, seenNetwork, quotas] = await Promise.all([
    collectDeployment(region, stage),
    look(`read key '${kmsKeyId}'`, () => collectKey(region, kmsKeyId)),
    network === undefined ? undefined : collectNetwork(region, network),
    collectQuotas(region),
  ]);
  const elsewhere: Record<string, DatabaseElsewhere> = {};
  for (const [database, { instance, secretArn, copyParameterGroup, nightly }] of Object.entries(policies)) {
    const replica = secretArn.replace(`:${firstRegion}:`, `:${region}:`);
    elsewhere[database] = {
      parameterGroup: await collectParameterGroup(region, databases[database]?.instance, copyParameterGroup),
      secret: await look(`read secret '${replica}'`, () => collectSecret(region, replica)),
      replicated:
        replicatedBackups === undefined || !nightly
          ? undefined
          : await look(`describe the replicated backups of '${instance}'`, () => collectReplicated(region, instance)),
    };
  }
  return { deployment, key, network: seenNetwork, quotas, databases: elsewhere };
}

async function collectParameterGroup(
  region: string,
  source: DatabaseFacts['instance'] | undefined,
  copyParameterGroup: string | undefined,
): Promise<DatabaseElsewhere['parameterGroup']> {
  if (source?.seen !== true || source.value === undefined)
    return { seen: true, value: undefined } satisfies Collected<undefined>;
  const name = copyParameterGroup ?? source.value.parameterGroup;
  return look(`describe parameter group '${name}'`, async () => {
    const found = await ifPresent(
      new RDSClient({ region }).send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: name })),
      'DBParameterGroupNotFoundFault',
      'DBParameterGroupNotFound',
    );
    return { name, exists: found !== undefined };
  });
}

async function collectReplicated(
  region: string,
  instance: string,
): Promise<{ readonly behindSeconds: number | undefined } | undefined> {
  const found = await automatedBackupsIn(region).find(instance);
  if (found === undefined) return undefined;
  const latest = found.latest?.getTime();
  return { behindSeconds: latest === undefined ? undefined : Math.round((Date.now() - latest) / 1000) };
}
