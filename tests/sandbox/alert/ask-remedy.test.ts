import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventOf } from '../../../sandbox/workflows/event-file.ts';
import type { WaitingApproval } from '../../../shared/contracts/remediation/remediation.ts';
import { type AccountFixture, openAccountFixture } from '../../support/sandbox/account.ts';
import { askedPerson } from '../../support/sandbox/asked-person.ts';
import { waitUntil } from '../../support/wait-until.ts';

const region = 'us-east-1';

/** operations.yml lets `start-stopped` ask in dev. An hour to answer is a minute. */
describe('a remedy that asks', () => {
  let fixture: AccountFixture;
  beforeAll(async () => {
    fixture = await openAccountFixture({ speed: 60 });
  });
  afterAll(async () => {
    for (const { identifier } of fixture.sandbox.rds.inspect.instances(region))
      await fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true });
    await fixture.sandbox.rds.inspect.idle();
    await fixture.close();
  });

  const idle = () => fixture.sandbox.rds.inspect.idle();
  const statusOf = (id: string) =>
    fixture.sandbox.rds.inspect.instances(region).find(({ identifier }) => identifier === id)?.status;

  /** Its owner has tagged it, and somebody has stopped it. */
  async function stopped(DBInstanceIdentifier: string): Promise<void> {
    await fixture.call('rds', 'CreateDBInstance', {
      ...{ DBInstanceIdentifier, Engine: 'postgres', DBInstanceClass: 'db.t3.micro', AllocatedStorage: 20 },
      ...{ MasterUsername: 'postgres', MasterUserPassword: 'of-a-remedy-that-asks', BackupRetentionPeriod: 0 },
      Tags: [{ Key: 'pg-gameday:remediation', Value: 'start-and-grow' }],
    });
    await idle();
    await fixture.call('rds', 'StopDBInstance', { DBInstanceIdentifier });
    await idle();
  }

  const person = () => askedPerson(fixture.sandbox, (key) => fixture.read(key));
  function askedAbout(instance: string): Promise<WaitingApproval> {
    const text = readFileSync(new URL('../../../events/cloudwatch/silent.json', import.meta.url), 'utf8');
    return person().question(eventOf(JSON.parse(text.replaceAll('fantasy-dev', instance)), 'silent.json'));
  }

  test('does nothing by an answer that was signed for another execution, and acts by the yes of an approver', async () => {
    await stopped('own-dev');
    await stopped('fantasy-dev');
    const stolen = await askedAbout('own-dev');
    const refused = await person().answer(stolen, true, 'another-execution');
    assert.equal(refused.outcome, 'refused');
    assert.match(refused.answer?.reason ?? '', /what was signed is 'approve another-execution'/);
    assert.equal(statusOf('own-dev'), 'stopped');

    const question = await askedAbout('fantasy-dev');
    assert.equal(statusOf('fantasy-dev'), 'stopped', 'it acts before it is answered');
    const topic = fixture.sandbox.template.topics.find(({ logicalId }) => logicalId === 'P2Topic')?.arn ?? '';
    await waitUntil('it is published', () =>
      fixture.sandbox.sns.messages(topic).some(({ message }) => message.includes(question.executionName)),
    );
    const remedied = await person().answer(question, true);
    assert.equal(remedied.outcome, 'remedied', remedied.summary);
    assert.match(remedied.answer?.reason ?? '', /approved by 'arn:aws:iam::123456789012:user\/operator'/);
    assert.equal(remedied.claim?.isGranted, true);
    await idle();
    assert.equal(statusOf('fantasy-dev'), 'available');
  });
});
