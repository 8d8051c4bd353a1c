import assert from 'node:assert/strict';
import { CreateDBSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import { poll } from '../../sandbox/postgres/poll.ts';
import { type BackupFixture, openBackupFixture, policy, region } from '../support/sandbox/backup.ts';

describe('an event of the emulated RDS', () => {
  let fixture: BackupFixture;
  beforeAll(async () => {
    fixture = await openBackupFixture({ fill: async () => {} });
  });
  afterAll(() => fixture.close());

  test('reaches the targets of a rule that asks for it, and of no other', async () => {
    const { sandbox } = fixture;
    const topic = sandbox.template.topics.find(({ logicalId }) => logicalId === 'P1Topic');
    // A topic of the template lets no rule of a test publish; this role may.
    const role = sandbox.template.roles.find(({ logicalId }) => logicalId === 'PublishOutcomeRole');
    assert.ok(topic && role);
    const arn = `arn:aws:sns:${region}:${sandbox.credentials.account}:${topic.name}`;
    const ask = (name: string, id: string) => {
      const detail = { EventID: [id], SourceIdentifier: ['noticed'] };
      const rule = sandbox.bus.putRule({ name, region, pattern: { source: ['aws.rds'], detail } });
      rule.targets.set('topic', { Id: 'topic', Arn: arn, RoleArn: role.arn, Input: JSON.stringify(name) });
    };
    ask('taken', 'RDS-EVENT-0042');
    ask('deleted', 'RDS-EVENT-0041');
    const rds = new RDSClient(sandbox.clientConfig);
    try {
      await rds.send(
        new CreateDBSnapshotCommand({ DBInstanceIdentifier: policy.instance, DBSnapshotIdentifier: 'noticed' }),
      );
    } finally {
      rds.destroy();
    }
    const reported = await poll(20_000, () => {
      const messages = sandbox.sns.messages(arn);
      return messages.length > 0 ? messages : undefined;
    });
    assert.deepEqual(
      reported?.map(({ message }) => message),
      ['"taken"'],
    );
  });
});
