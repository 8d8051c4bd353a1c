import assert from 'node:assert/strict';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { type FaultFixture, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';

describe('faults of deliveries', () => {
  let fixture: FaultFixture;
  beforeAll(async () => {
    fixture = await openFaultFixture();
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(() => fixture?.close());

  const machine = () =>
    fixture.sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'nightly-backup');
  const executions = async () => {
    const stateMachineArn = machine()?.arn;
    const { executions = [] } = await fixture.call<{ executions?: { name: string; executionArn: string }[] }>(
      'states',
      'ListExecutions',
      { stateMachineArn },
    );
    return executions;
  };
  /** How many executions the work started, all of them ended. */
  const started = async (work: () => Promise<unknown>, expected: number) => {
    const before = (await executions()).length;
    await work();
    await waitUntil('executions start', async () => (await executions()).length >= before + expected);
    const all = await executions();
    await Promise.all(all.map(({ executionArn }) => fixture.sandbox.states.waitForEnd(executionArn)));
    return all.length - before;
  };

  test('an event of a schedule is lost, late or twice, and starts as many executions', async () => {
    await fixture.arm('events:Deliver=lost');
    assert.equal(await started(fixture.fireSchedule, 0), 0);
    await fixture.arm('events:Deliver=twice');
    assert.equal(await started(fixture.fireSchedule, 2), 2, 'a schedule that fires twice makes two events');
    await fixture.arm('events:Deliver=late@1');
    assert.equal(await started(fixture.fireSchedule, 1), 1);
  });

  test('an event that matches a pattern and comes twice is the same event: one execution', async () => {
    const role = fixture.sandbox.template.roles.find(({ logicalId }) => logicalId === 'NightlyBackupStartRole');
    await fixture.call('events', 'PutRule', { Name: 'on-order', EventPattern: '{"source":["shop"]}' });
    const target = { Id: 'machine', Arn: machine()?.arn, RoleArn: role?.arn, Input: '{}' };
    await fixture.call('events', 'PutTargets', { Rule: 'on-order', Targets: [target] });
    const put = () =>
      fixture.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'order', Detail: '{}' }] });
    await fixture.arm('on-order/events:Deliver#1=twice');
    assert.equal(await started(put, 1), 1);
    assert.equal(fixture.injector.struck().length, 1);
    await fixture.arm('on-order/events:Deliver#1=lost');
    assert.equal(await started(put, 0), 0);
  });

  test('a message to a function is lost or comes twice', async () => {
    const { TopicArn } = await fixture.call<{ TopicArn: string }>('sns', 'CreateTopic', { Name: 'orders' });
    const fn = fixture.sandbox.template.functions.find(({ name }) => name.endsWith('-planRun'));
    await fixture.call('sns', 'Subscribe', { TopicArn, Protocol: 'lambda', Endpoint: fn?.arn });
    // No policy lets a topic invoke this function, so that each try is reported as undelivered.
    const tries = () => fixture.lines.filter((line) => line.startsWith('subscription of')).length;
    const publish = async (...faults: string[]) => {
      await fixture.arm(...faults);
      fixture.lines.length = 0;
      await fixture.call('sns', 'Publish', { TopicArn, Message: 'an order' });
    };
    await publish('orders/sns:Deliver#1=lost');
    await waitUntil('it strikes', () => fixture.injector.struck().length === 1);
    assert.equal(tries(), 0);
    await publish('orders/sns:Deliver#1=twice');
    await waitUntil('both are tried', () => tries() === 2);
  });
});
