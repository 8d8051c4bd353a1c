import assert from 'node:assert/strict';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { makeStates, type States } from '../../sandbox/services/states/states.ts';
import { startWire, type Wire } from '../../sandbox/wire/server.ts';
import { account, roleArn } from './service-support.ts';
import { fastClock, machine } from './support.ts';

test('[API: StartExecution and its like] the AWS SDK creates, runs and reads a state machine over the wire, and a child through the machine’s role', async () => {
  const credentials = makeCredentials();
  const states: States = makeStates({
    account,
    clock: fastClock,
    dispatch: (service, operation, input, options) => wire.dispatch(service, operation, input, options),
    issueCaller: (arn, session) => {
      const { accessKeyId, sessionToken } = credentials.issue(arn, session);
      const found = credentials.find(accessKeyId, sessionToken);
      assert.equal(found.kind, 'caller');
      return found.kind === 'caller' ? found.caller : credentials.operator.caller;
    },
  });
  const wire: Wire = await startWire({ services: [states], credentials, clock: fastClock });
  const client = new SFNClient({
    region: 'eu-central-1',
    endpoint: wire.endpoint,
    credentials: credentials.operator,
  });
  try {
    const create = async (name: string, definition: unknown) => {
      const command = new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) });
      return (await client.send(command)).stateMachineArn;
    };
    const childArn = await create(
      'child',
      machine({ P: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, End: true } }),
    );
    const parentArn = await create(
      'parent',
      machine({
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Arguments: { StateMachineArn: childArn, Input: '{% $states.input %}' },
          Output: '{% $states.result.Output %}',
          End: true,
        },
      }),
    );
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn: parentArn, input: '{"n":1}' }),
    );
    await states.waitForEnd(String(executionArn));
    const description = await client.send(new DescribeExecutionCommand({ executionArn }));
    assert.equal(description.status, 'SUCCEEDED');
    assert.equal(description.output, '{"n":2}');
    assert.ok(description.stopDate instanceof Date);
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    assert.deepEqual(
      events.map((event) => event.type),
      [
        'ExecutionStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSubmitted',
        'TaskSucceeded',
        'TaskStateExited',
        'ExecutionSucceeded',
      ],
    );
    assert.equal(events[2]?.taskScheduledEventDetails?.resourceType, 'states');
    await assert.rejects(
      client.send(new StartExecutionCommand({ stateMachineArn: `${childArn}x` })),
      StateMachineDoesNotExist,
    );
  } finally {
    client.destroy();
    await states.abortAll();
    await wire.stop();
  }
});
