import { checkAlarmChain } from './check-alarm-chain.ts';
import { checkTopics, type Receivers } from './check-topics.ts';
import type { Collected, DeploymentFacts, Expected, Facts, NetworkFacts } from './facts.ts';
import { type Finding, must, unseen } from './finding.ts';

/** What the functions in the VPC call; their logs and metrics go another way. */
const neededEndpoints = ['rds', 'secretsmanager', 's3'];

export function checkAccount(account: Facts['account'], expected: string): Finding[] {
  if (!account.seen) return [unseen('credentials are of the account', expected, account.reason)];
  return [
    must('credentials are of the account', expected, {
      holds: account.value === expected,
      observed: account.value,
      remedy: `Use credentials of account ${expected}, or correct 'account' in operations.yml.`,
    }),
  ];
}

export function checkNetwork(
  network: Collected<NetworkFacts>,
  policy: { readonly vpcId: string; readonly subnetIds: readonly string[]; readonly databaseSubnetGroup: string },
  region: string,
): Finding[] {
  if (!network.seen) return [unseen('network of the functions', policy.vpcId, network.reason)];
  const { subnets, missingSubnets, databaseSubnetGroup, endpoints, subnetsWithNat } = network.value;
  const astray = subnets.filter(({ vpcId }) => vpcId !== policy.vpcId).map(({ id }) => id);
  const withoutNat = subnets.filter(({ id }) => !subnetsWithNat.includes(id));
  const zones = new Set(databaseSubnetGroup?.zones);
  return [
    must('subnets of the functions exist in the VPC', policy.subnetIds.join(', '), {
      holds: missingSubnets.length === 0 && astray.length === 0,
      observed:
        [
          ...missingSubnets.map((id) => `${id} does not exist`),
          ...astray.map((id) => `${id} is not in ${policy.vpcId}`),
        ].join(', ') || `${subnets.length} subnets`,
      remedy: "Correct 'network.subnetIds' in operations.yml.",
    }),
    ...neededEndpoints.map((service) =>
      must(`functions reach ${service}`, policy.vpcId, {
        holds: endpoints.includes(service) || (subnets.length > 0 && withoutNat.length === 0),
        observed: endpoints.includes(service)
          ? 'by a VPC endpoint'
          : subnets.length === 0
            ? 'no VPC endpoint, and no subnet of the functions to look for a NAT gateway'
            : withoutNat.length === 0
              ? `by a NAT gateway, from ${subnets.map(({ id }) => id).join(', ')}`
              : `no VPC endpoint, and no NAT gateway for ${withoutNat.map(({ id }) => id).join(', ')}`,
        remedy: `aws ec2 create-vpc-endpoint --vpc-id ${policy.vpcId} --service-name com.amazonaws.${region}.${service} ${service === 's3' ? '--vpc-endpoint-type Gateway --route-table-ids …' : '--vpc-endpoint-type Interface --private-dns-enabled --subnet-ids …'}`,
      }),
    ),
    must('subnet group of the copies exists', policy.databaseSubnetGroup, {
      holds: databaseSubnetGroup !== undefined && databaseSubnetGroup.vpcId === policy.vpcId && zones.size >= 2,
      observed:
        databaseSubnetGroup === undefined
          ? 'RDS has no such subnet group'
          : `${databaseSubnetGroup.vpcId}, ${zones.size} zones`,
      remedy: `aws rds create-db-subnet-group with subnets of two zones of ${policy.vpcId}, without a route to the internet.`,
    }),
  ];
}

const daysOfMonth = 30.4;

export function checkQuotas(
  quotas: Facts['quotas'],
  {
    databases,
    dailyDays,
    monthlyDays,
  }: { readonly databases: number; readonly dailyDays: number; readonly monthlyDays: number },
): Finding[] {
  if (!quotas.seen) return [unseen('quotas leave room', 'RDS', quotas.reason)];
  const { snapshots, instances } = quotas.value;
  const wanted = databases * (dailyDays + 1 + Math.ceil(monthlyDays / daysOfMonth));
  return [
    must('quota of manual snapshots leaves room', 'RDS', {
      holds: snapshots.most - snapshots.used >= databases && snapshots.most >= wanted,
      observed: `${snapshots.used} of ${snapshots.most} used; a year's house keeps ${wanted} daily and monthly ones`,
      remedy: 'Ask for a higher quota of manual DB snapshots in Service Quotas, or delete some that nobody needs.',
    }),
    must('quota of instances leaves room for a copy', 'RDS', {
      holds: instances.most - instances.used >= 1,
      observed: `${instances.used} of ${instances.most} used`,
      remedy: 'Ask for a higher quota of DB instances in Service Quotas.',
    }),
  ];
}

export function checkDeployment(
  deployment: Collected<DeploymentFacts>,
  expected: Expected,
  {
    stage,
    region,
    lockDays = 0,
    receivers,
  }: {
    readonly stage: string;
    /** The second one; absent for the first. */
    readonly region?: string;
    readonly lockDays?: number | undefined;
    readonly receivers: Receivers;
  },
): Finding[] {
  const subject = region === undefined ? `stage ${stage}` : `stage ${stage} in ${region}`;
  if (!deployment.seen) return [unseen('stage is deployed', subject, deployment.reason)];
  const { functions, stateMachines, rules, alarms, chain, topics, evidence } = deployment.value;
  const deploy = `npx serverless deploy --stage ${stage}${region === undefined ? '' : ` --region ${region}`}`;
  const absent = [
    ...expected.functions.filter((name) => !functions.includes(name)),
    ...expected.stateMachines.filter((name) => !stateMachines.includes(name)),
  ];
  const off = expected.schedules.filter((name) => !rules.some((rule) => rule.name === name && rule.isEnabled));
  const mute = alarms.filter(({ acts }) => !acts).map(({ name }) => name);
  return [
    must('stage is deployed', subject, {
      holds: absent.length === 0,
      observed:
        absent.length === 0
          ? `${expected.functions.length} functions, ${expected.stateMachines.length} state machines`
          : `missing: ${shortened(absent)}`,
      remedy: deploy,
    }),
    must('schedules are on', subject, {
      holds: off.length === 0,
      observed: off.length === 0 ? `${expected.schedules.length} rules` : `absent or disabled: ${off.join(', ')}`,
      remedy: `aws events enable-rule --name …, or ${deploy} when it is absent`,
    }),
    must('alarms act', subject, {
      holds: alarms.length > 0 && mute.length === 0,
      observed:
        alarms.length === 0 ? 'no alarm' : mute.length === 0 ? `${alarms.length} alarms` : `mute: ${shortened(mute)}`,
      remedy: alarms.length === 0 ? deploy : 'aws cloudwatch enable-alarm-actions --alarm-names …',
    }),
    ...checkAlarmChain(chain, { subject, deploy, alertRule: alertRuleOf(rules, stage) }),
    ...checkTopics(topics, { stage, subject, deploy, receivers }),
    ...(evidence === undefined
      ? []
      : [
          must('evidence is kept in versions', evidence.bucket, {
            holds: evidence.versioning === 'Enabled',
            observed: `versioning ${evidence.versioning}`,
            remedy: `aws s3api put-bucket-versioning --bucket ${evidence.bucket} --versioning-configuration Status=Enabled`,
          }),
          must('evidence is encrypted with a KMS key', evidence.bucket, {
            // AWS encrypts every bucket with AES256 of itself: that alone says nothing about this one.
            holds: evidence.encryption.startsWith('aws:kms'),
            observed: `default encryption is ${evidence.encryption}, the template's is aws:kms`,
            remedy: deploy,
          }),
          must('evidence is locked as operations.yml says', evidence.bucket, {
            holds: evidence.lockedDays >= lockDays,
            observed: `new versions are locked for ${evidence.lockedDays} days, wanted are ${lockDays}`,
            remedy: `${deploy}; it holds for what is written from then on (docs/deploy.md, Object Lock)`,
          }),
        ]),
  ];
}

const alertRuleOf = (rules: DeploymentFacts['rules'], stage: string) => {
  const name = `alert-event-${stage}`;
  return { name, isEnabled: rules.some((rule) => rule.name === name && rule.isEnabled) };
};

const shortened = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
