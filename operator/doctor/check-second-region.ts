import type { Operations, StageName } from '../../shared/policy/schema.ts';
import { checkDeployment, checkNetwork, checkQuotas } from './check-account.ts';
import { checkKey } from './check-key.ts';
import { checkReplicated } from './check-replicated.ts';
import type { Receivers } from './check-topics.ts';
import type { Expected, SecondRegionFacts } from './facts.ts';
import { type Finding, must, unseen } from './finding.ts';

type Stage = Operations['stages'][StageName];

/** What copies and their proofs need in the second region. */
export function checkSecondRegion(
  { region, kmsKeyId, network, replicatedBackups }: NonNullable<Stage['dr']>,
  facts: SecondRegionFacts,
  expected: Expected,
  {
    stage,
    account,
    lockDays,
    dailyDays,
    monthlyDays,
    receivers,
  }: {
    readonly stage: string;
    readonly account: string;
    readonly lockDays: number | undefined;
    readonly dailyDays: number;
    readonly monthlyDays: number;
    readonly receivers: Receivers;
  },
): Finding[] {
  const databases = Object.entries(facts.databases);
  return [
    ...checkDeployment(
      facts.deployment,
      { ...expected, schedules: expected.schedulesElsewhere },
      { stage, region, lockDays, receivers },
    ),
    ...checkKey(kmsKeyId, account, facts.key, `without it no snapshot is copied to ${region}`),
    ...(network === undefined || facts.network === undefined ? [] : checkNetwork(facts.network, network, region)),
    ...checkQuotas(facts.quotas, { databases: databases.length, dailyDays, monthlyDays }),
    ...databases.flatMap(([database, { parameterGroup, secret, replicated }]) => [
      ...checkParameterGroup(region, parameterGroup),
      secret.seen
        ? must('secret has a replica in the second region', `${database} in ${region}`, {
            holds: secret.value?.isComplete === true,
            observed:
              secret.value === undefined
                ? 'no such secret'
                : secret.value.isComplete
                  ? `user '${secret.value.user}'`
                  : 'username or password is missing',
            remedy: `aws secretsmanager replicate-secret-to-regions --secret-id … --add-replica-regions Region=${region}`,
          })
        : unseen('secret has a replica in the second region', `${database} in ${region}`, secret.reason),
      ...(replicated === undefined || replicatedBackups === undefined
        ? []
        : checkReplicated(database, region, replicatedBackups.lagSeconds, replicated)),
    ]),
  ];
}

function checkParameterGroup(
  region: string,
  group: SecondRegionFacts['databases'][string]['parameterGroup'],
): Finding[] {
  const check = 'parameter group exists in the second region';
  if (!group.seen) return [unseen(check, region, group.reason)];
  if (group.value === undefined) return []; // that the source is not there is reported already
  const { name, exists } = group.value;
  return [
    must(check, `${name} in ${region}`, {
      holds: exists,
      observed: exists ? 'it does' : 'RDS has no such parameter group: the copy cannot be restored like its source',
      remedy: `aws rds copy-db-parameter-group --region ${region} --source-db-parameter-group-identifier arn:…:pg:${name} --target-db-parameter-group-identifier ${name} --target-db-parameter-group-description …`,
    }),
  ];
}
