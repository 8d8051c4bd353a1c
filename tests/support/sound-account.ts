import assert from 'node:assert/strict';
import type pg from 'pg';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import type { Operations } from '../../shared/policy/schema.ts';
import { type BackupFixture, policyOf, region } from './sandbox/backup.ts';
import { waitUntil } from './wait-until.ts';

export const policy = policyOf('own');
export const account = '123456789012';
export const network = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  databaseSubnetGroup: 'isolated',
};

/** The dev stage with a network of its own and the one database that the fixture has. */
export function operationsWith(change: Partial<Operations['stages']['dev']> = {}): Operations {
  const operations = readOperationsFile(new URL('../../operations.yml', import.meta.url));
  const dev = { ...operations.stages.dev, network, databases: { own: policy }, ...change };
  return { ...operations, stages: { ...operations.stages, dev } };
}

/** An account in the sandbox with everything that a stage needs, and the policy that goes with it. */
export type SoundAccount = { readonly fixture: BackupFixture; operations: Operations };

/** What the mistakes are made with. */
export const toolsOf = (fixture: BackupFixture) => {
  const rds = (operation: string, input: object) => fixture.call('rds', operation, input);
  const modify = async (change: object) => {
    await rds('ModifyDBInstance', { DBInstanceIdentifier: policy.instance, ApplyImmediately: true, ...change });
    await settled();
  };
  const settled = async () => {
    await fixture.sandbox.rds.inspect.idle();
    await waitUntil('the instance is available', () => {
      const found = fixture.sandbox.rds.inspect
        .instances(region)
        .find(({ identifier }) => identifier === policy.instance);
      return found?.status === 'available';
    });
  };
  const secretIs = (text: string) =>
    fixture.call('secretsmanager', 'PutSecretValue', { SecretId: policy.secretArn, SecretString: text });
  const asGameday = (text: string) => fixture.asMaster((client: pg.Client) => client.query(text));
  const topics = () => fixture.sandbox.template.topics.map(({ arn }) => arn);
  const bucket = () => fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const versioning = (Status: string) =>
    fixture.call('s3', 'PutBucketVersioning', { Bucket: bucket(), VersioningConfiguration: { Status } });
  const ec2 = () => fixture.sandbox.ec2.regions.in(region);
  /** A call of an operator in the second region. */
  const elsewhere = (service: string, operation: string, input: object) =>
    fixture.sandbox.dispatch(service, operation, input, {
      region: fixture.sandbox.stacks[1]?.region ?? '',
      caller: fixture.sandbox.credentials.operator.caller,
    });
  return { rds, modify, settled, secretIs, asGameday, topics, versioning, ec2, elsewhere };
};

/** Adds what the dev stage lacks: a network, and somebody who hears the topics. */
export async function makeSound(fixture: BackupFixture): Promise<SoundAccount> {
  const { rds, topics, ec2 } = toolsOf(fixture);
  for (const [index, SubnetId] of network.subnetIds.entries()) {
    const AvailabilityZone = `${region}${'ab'[index]}`;
    ec2().subnets.set(SubnetId, { SubnetId, VpcId: network.vpcId, AvailabilityZone });
  }
  await rds('CreateDBSubnetGroup', {
    DBSubnetGroupName: network.databaseSubnetGroup,
    DBSubnetGroupDescription: 'of the copies',
    SubnetIds: network.subnetIds,
  });
  const [group] = (
    await fixture.call<{ DBSubnetGroups: { VpcId: string }[] }>('rds', 'DescribeDBSubnetGroups', {
      DBSubnetGroupName: network.databaseSubnetGroup,
    })
  ).DBSubnetGroups;
  assert.ok(group);
  // The emulated RDS has one network of its own.
  const operations = operationsWith({ network: { ...network, vpcId: group.VpcId } });
  for (const subnet of ec2().subnets.values()) subnet.VpcId = group.VpcId;
  for (const service of ['rds', 'secretsmanager', 's3']) {
    ec2().vpcEndpoints.push({
      VpcId: group.VpcId,
      ServiceName: `com.amazonaws.${region}.${service}`,
      State: 'Available',
    });
  }
  fixture.sandbox.kms.addKey(operations.stages.dev.dr?.kmsKeyId ?? '');
  for (const TopicArn of topics()) {
    await fixture.call('sns', 'Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'oncall@example.com' });
  }
  return { fixture, operations };
}
