import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { signAnswer } from '../../../operator/approve/sign-answer.ts';
import { makeTaskTokens } from '../../../shared/aws/task-tokens.ts';
import { AlarmEvent } from '../../../shared/contracts/alarm-event.ts';
import { RemediationRecord, WaitingApproval } from '../../../shared/contracts/remediation/remediation.ts';
import { answerText } from '../../../shared/domain/remediation/approval.ts';
import { approvalKey } from '../../../shared/evidence/keys.ts';
import { type AccountFixture, openAccountFixture } from '../../support/sandbox/account.ts';
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

  /** The question of the execution that the alarm of an instance starts. */
  async function askedAbout(instance: string): Promise<WaitingApproval> {
    const text = readFileSync(new URL('../../../events/cloudwatch/silent.json', import.meta.url), 'utf8');
    const event = AlarmEvent.parse(JSON.parse(text.replaceAll('fantasy-dev', instance)));
    const { source, resources, detail } = event;
    const executions: string[] = [];
    const stop = fixture.sandbox.states.onEvent((one) => {
      if (one.kind === 'history' && one.executionArn.includes(':execution:remediation-'))
        executions.push(one.executionArn);
    });
    await fixture.sandbox.bus.emit(region, { source, resources, detailType: event['detail-type'], detail });
    stop();
    const key = approvalKey(executions[0]?.split(':').at(-1) ?? assert.fail('the event started nothing'));
    let question: WaitingApproval | undefined;
    await waitUntil('a person is asked', async () => {
      question = await fixture.read(key).then(
        (found) => WaitingApproval.parse(JSON.parse(found)),
        () => undefined,
      );
      return question !== undefined;
    });
    return question ?? assert.fail();
  }

  async function answer({ token, executionArn }: WaitingApproval, isApproved: boolean, signedFor: string) {
    const { endpoint, credentials } = fixture.sandbox;
    const { accessKeyId, secretAccessKey } = credentials.operator;
    const who = { region, endpoint, credentials: { accessKeyId, secretAccessKey } };
    const signed = await signAnswer(answerText(signedFor, isApproved), who);
    assert.ok(await makeTaskTokens(new SFNClient(who)).wake(token, { answer: { isApproved, signed } }));
    const { status, output, cause } = await fixture.sandbox.states.waitForEnd(executionArn);
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    const { recordKey } = JSON.parse(output ?? 'null') as { recordKey: string };
    return RemediationRecord.parse(JSON.parse(await fixture.read(recordKey)));
  }

  test('does nothing by an answer that was signed for another execution, and acts by the yes of an approver', async () => {
    await stopped('own-dev');
    await stopped('fantasy-dev');
    const stolen = await askedAbout('own-dev');
    const refused = await answer(stolen, true, 'another-execution');
    assert.equal(refused.outcome, 'refused');
    assert.match(refused.answer?.reason ?? '', /what was signed is 'approve another-execution'/);
    assert.equal(statusOf('own-dev'), 'stopped');

    const question = await askedAbout('fantasy-dev');
    assert.equal(statusOf('fantasy-dev'), 'stopped', 'it acts before it is answered');
    const topic = fixture.sandbox.template.topics.find(({ logicalId }) => logicalId === 'P2Topic')?.arn ?? '';
    await waitUntil('it is published', () =>
      fixture.sandbox.sns.messages(topic).some(({ message }) => message.includes(question.executionName)),
    );
    const remedied = await answer(question, true, question.executionName);
    assert.equal(remedied.outcome, 'remedied', remedied.summary);
    assert.match(remedied.answer?.reason ?? '', /approved by 'arn:aws:iam::123456789012:user\/operator'/);
    assert.equal(remedied.claim?.isGranted, true);
    await idle();
    assert.equal(statusOf('fantasy-dev'), 'available');
  });
});
