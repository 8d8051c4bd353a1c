import { makeKey } from '../../sandbox/services/kms/kms.ts';
import { alarmMistakes } from './alarm-mistakes.ts';
import { bootstrapMistakes } from './bootstrap-mistakes.ts';
import type { Mistake } from './mistake.ts';
import { region } from './sandbox/backup.ts';
import { mistakesElsewhere } from './second-region-mistakes.ts';
import { account, network, operationsWith, policy, type SoundAccount, toolsOf } from './sound-account.ts';

/** The key of an instance that was given none. */
const managedKey = '00000000-0000-4000-8000-000000000001';
const machine = `arn:aws:states:${region}:${account}:stateMachine:`;

/** What people forget, planted one at a time. The last one cannot be undone. */
export function mistakesIn(sound: () => SoundAccount): readonly Mistake[] {
  const tools = () => toolsOf(sound().fixture);
  let secret = '';
  const removed: { TopicArn: string; Protocol: string; Endpoint: string }[] = [];
  const givenSecret = async (text: string) => {
    const { SecretString } = await sound().fixture.call<{ SecretString: string }>('secretsmanager', 'GetSecretValue', {
      SecretId: policy.secretArn,
    });
    secret = SecretString;
    await tools().secretIs(text);
  };
  const endpointsWithout = (service: string) => {
    const all = tools().ec2().vpcEndpoints;
    all.splice(
      all.findIndex(({ ServiceName }) => ServiceName?.endsWith(service)),
      1,
    );
  };
  const policyOfKey = (key: Parameters<typeof makeKey>[0]) =>
    sound().fixture.sandbox.kms.regions.in(region).set(managedKey, makeKey(key));
  const key = { region, account, keyId: managedKey, manager: 'AWS' } as const;
  const forceSsl = (ParameterValue: string) =>
    tools().rds('ModifyDBParameterGroup', {
      DBParameterGroupName: `${policy.instance}-parameters`,
      Parameters: [{ ParameterName: 'rds.force_ssl', ParameterValue, ApplyMethod: 'immediate' }],
    });
  return [
    {
      title: 'credentials of another account',
      make: () => {
        sound().operations = operationsWith({
          ...sound().operations.stages.dev,
          account: '210987654321',
        });
      },
      undo: () => {
        sound().operations = operationsWith({
          ...sound().operations.stages.dev,
          account,
        });
      },
      named: 'credentials are of the account',
      says: /Use credentials of account 210987654321/,
      also: ['key policy lets the account use it'],
    },
    {
      title: 'an instance that does not exist',
      make: () => {
        sound().operations = operationsWith({
          ...sound().operations.stages.dev,
          databases: { own: { ...policy, instance: 'absent-dev' } },
        });
      },
      undo: () => {
        sound().operations = operationsWith({
          ...sound().operations.stages.dev,
          databases: { own: policy },
        });
      },
      named: 'source exists',
      says: /Correct 'instance' or 'region'/,
    },
    {
      title: 'no parameter group',
      make: () => tools().modify({ DBParameterGroupName: 'default.postgres18' }),
      undo: async () => {
        await tools().modify({ DBParameterGroupName: `${policy.instance}-parameters` });
        await tools().rds('RebootDBInstance', { DBInstanceIdentifier: policy.instance });
        await tools().settled();
      },
      named: 'source has a parameter group of its own',
      says: /default\.postgres18/,
      also: ['parameters are in force'],
    },
    {
      title: 'TLS off',
      make: () => forceSsl('0'),
      undo: () => forceSsl('1'),
      named: 'TLS is required',
      says: /rds\.force_ssl = 0/,
      also: ['parameters are in force'],
    },
    {
      title: 'retention 0',
      make: () => tools().modify({ BackupRetentionPeriod: 0 }),
      undo: () => tools().modify({ BackupRetentionPeriod: 7 }),
      named: 'automated backups reach back 7 days',
      says: /automated backups are off/,
    },
    {
      title: 'a public instance',
      make: () => tools().modify({ PubliclyAccessible: true }),
      undo: () => tools().modify({ PubliclyAccessible: false }),
      named: 'source is not public',
      says: /--no-publicly-accessible/,
    },
    {
      title: 'a key policy for one role only',
      make: () =>
        policyOfKey({
          ...key,
          policy: {
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${account}:role/admin` },
                Action: 'kms:*',
                Resource: '*',
              },
            ],
          },
        }),
      undo: () => policyOfKey(key),
      named: 'key policy lets the account use it',
      says: /no statement allows kms:CreateGrant/,
    },
    {
      title: 'a disabled key',
      make: () => policyOfKey({ ...key, state: 'Disabled' }),
      undo: () => policyOfKey(key),
      named: 'key is enabled',
      says: /aws kms enable-key/,
    },
    {
      title: 'a secret of another form',
      make: () => givenSecret('{"user":"gameday"}'),
      undo: () => tools().secretIs(secret),
      named: 'secret has username and password',
      says: /put-secret-value/,
      also: ['functions reach the database'],
    },
    {
      title: 'a wrong password',
      make: () => givenSecret('{"username":"gameday","password":"not-this-one"}'),
      undo: () => tools().secretIs(secret),
      named: 'functions reach the database',
      says: /CredentialsRejectedError/,
    },
    {
      title: "the master user's secret",
      make: () =>
        givenSecret(
          JSON.stringify({
            username: sound().fixture.source.master.user,
            password: sound().fixture.source.master.password,
          }),
        ),
      undo: () => tools().secretIs(secret),
      named: 'secret is of a role of our own',
      says: /it is the master user's, 'postgres'/,
      also: [
        'bootstrap is complete',
        'nothing of a stranger in schema gameday',
        // Called after the reader.
        "secret of capability restore is its role's",
        "secret of capability maintain is its role's",
      ],
    },
    ...bootstrapMistakes(tools),
    {
      title: 'no bootstrap',
      make: () => tools().asGameday('alter schema gameday rename to elsewhere'),
      undo: () => tools().asGameday('alter schema elsewhere rename to gameday'),
      named: 'bootstrap is complete',
      says: /schema gameday/,
    },
    {
      title: 'a privilege that was taken away',
      make: () => tools().asGameday('revoke insert on gameday.heartbeat from gameday'),
      undo: () => tools().asGameday('grant insert on gameday.heartbeat to gameday'),
      named: 'bootstrap is complete',
      says: /missing: SELECT, INSERT, UPDATE on gameday\.heartbeat.*\n?.*bootstrap-database -- own/,
    },
    {
      title: 'row-level security without a policy for the role',
      make: () => tools().asGameday('alter table orders enable row level security'),
      undo: () => tools().asGameday('alter table orders disable row level security'),
      named: 'role sees every row',
      says: /row-level security hides/,
    },
    {
      title: 'no endpoint',
      make: () => endpointsWithout('secretsmanager'),
      undo: () =>
        tools()
          .ec2()
          .vpcEndpoints.push({
            VpcId: sound().operations.stages.dev.network?.vpcId,
            ServiceName: `com.amazonaws.${region}.secretsmanager`,
            State: 'Available',
          }),
      named: 'functions reach secretsmanager',
      says: /create-vpc-endpoint/,
    },
    {
      title: 'a subnet that does not exist',
      make: () =>
        tools()
          .ec2()
          .subnets.delete(network.subnetIds[1] ?? ''),
      undo: () =>
        tools()
          .ec2()
          .subnets.set(network.subnetIds[1] ?? '', {
            SubnetId: network.subnetIds[1],
            VpcId: sound().operations.stages.dev.network?.vpcId,
          }),
      named: 'subnets of the functions exist in the VPC',
      says: /subnet-0123456789abcdef1 does not exist/,
    },
    {
      title: 'no subnet group for copies',
      make: () => {
        const wrong = { ...(sound().operations.stages.dev.network ?? network), databaseSubnetGroup: 'absent' };
        sound().operations = operationsWith({
          ...sound().operations.stages.dev,
          network: wrong,
        });
      },
      undo: () => {
        const right = {
          ...(sound().operations.stages.dev.network ?? network),
          databaseSubnetGroup: network.databaseSubnetGroup,
        };
        sound().operations = operationsWith({
          ...sound().operations.stages.dev,
          network: right,
        });
      },
      named: 'subnet group of the copies exists',
      says: /create-db-subnet-group/,
    },
    {
      title: 'evidence without versions',
      make: () => tools().versioning('Suspended'),
      undo: () => tools().versioning('Enabled'),
      named: 'evidence is kept in versions',
      says: /versioning Suspended/,
    },
    {
      title: 'a schedule that is off',
      make: () => sound().fixture.call('events', 'DisableRule', { Name: 'retention-dev' }),
      undo: () => sound().fixture.call('events', 'EnableRule', { Name: 'retention-dev' }),
      named: 'schedules are on',
      says: /retention-dev/,
    },
    ...alarmMistakes(sound),
    {
      title: 'topics that nobody hears',
      make: async () => {
        for (const TopicArn of tools().topics()) {
          const { Subscriptions } = await sound().fixture.call<{
            Subscriptions: { SubscriptionArn: string; Protocol: string; Endpoint: string }[];
          }>('sns', 'ListSubscriptionsByTopic', { TopicArn });
          for (const { SubscriptionArn, Protocol, Endpoint } of Subscriptions) {
            removed.push({ TopicArn, Protocol, Endpoint });
            await sound().fixture.call('sns', 'Unsubscribe', { SubscriptionArn });
          }
        }
      },
      undo: async () => {
        for (const one of removed.splice(0)) await sound().fixture.call('sns', 'Subscribe', one);
      },
      named: 'somebody hears the topics',
      also: ['every alarm reaches somebody'],
      says: /the function is not subscribed to pg-gameday-p1-dev, .*oncall@example\.com is not subscribed/,
    },
    ...mistakesElsewhere(sound),
    {
      title: 'a state machine that is not deployed',
      make: () => sound().fixture.call('states', 'DeleteStateMachine', { stateMachineArn: `${machine}retention-dev` }),
      undo: () => {}, // the last one
      named: 'stage is deployed',
      says: /missing: retention-dev/,
    },
  ];
}
