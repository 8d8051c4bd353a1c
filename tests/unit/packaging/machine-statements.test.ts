import assert from 'node:assert/strict';
import { machineStatements } from '../../../packaging/cloudformation/machine-statements.cjs';
import { readWorkflows, type Workflow } from '../../../packaging/cloudformation/workflows.cjs';

const workflow = (name: string, States: object, more: Partial<Workflow> = {}): Workflow => ({
  name,
  id: name.replace(/^./, (letter) => letter.toUpperCase()),
  file: '',
  stack: 'backups',
  definition: { States },
  ...more,
});
const invoke = (key: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: { 'Fn::GetAtt': [key, 'Arn'] } },
});
const start = (id: string, kind: string) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${kind}`,
  Arguments: { StateMachineArn: { Ref: id } },
});
const other = workflow('other', {});
const sids = (states: object, more: Partial<Workflow> = {}) =>
  machineStatements(workflow('own', states, more), [other]).map(({ Sid }) => Sid);

describe('the statements of a machine', () => {
  test('name every function that it invokes once, those within a Map and a Parallel too, and no other', () => {
    const States = {
      A: invoke('a'),
      Again: invoke('a'),
      M: { Type: 'Map', ItemProcessor: { States: { B: invoke('b') } } },
      P: { Type: 'Parallel', Branches: [{ States: { C: invoke('c') } }, { States: { D: invoke('d') } }] },
    };
    const [tasks] = machineStatements(workflow('own', States), []);
    assert.deepEqual(
      tasks?.Resource,
      ['A', 'B', 'C', 'D'].map((key) => ({ 'Fn::GetAtt': [`${key}LambdaFunction`, 'Arn'] })),
    );
  });

  test('let it start a machine, and await and stop one that it waits for', () => {
    assert.deepEqual(sids({ S: start('Other', '') }), ['StartMachines', 'Trace']);
    const awaited = ['StartMachines', 'AwaitMachines', 'HearOfEnds', 'Trace'];
    assert.deepEqual(sids({ S: start('Other', '.sync:2') }), awaited);
    assert.deepEqual(sids({ S: start('Other', '.sync:2'), T: start('Other', '') }), awaited);
  });

  test('let a fleet start, await and take up again its own children', () => {
    const fleet = { ProcessorConfig: { Mode: 'DISTRIBUTED' }, States: { A: invoke('a') } };
    const awaiting = machineStatements(workflow('own', { M: { Type: 'Map', ItemProcessor: fleet } }), []).find(
      ({ Sid }) => Sid === 'AwaitMap',
    );
    assert.deepEqual(awaiting?.Action, ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution']);
    assert.deepEqual(sids({ M: { Type: 'Map', ItemProcessor: fleet } }), [
      'InvokeTasks',
      'RunMap',
      'AwaitMap',
      'Trace',
    ]);
    assert.deepEqual(sids({ M: { Type: 'Map', ItemProcessor: { States: { A: invoke('a') } } } }), [
      'InvokeTasks',
      'Trace',
    ]);
  });

  test('contain what workflows.yml says of other calls; a call that nothing allows is refused', () => {
    const States = { S: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:describeExecution' } };
    assert.throws(() => sids(States), /state 'S' of 'own' calls '.*:describeExecution', which no statement .* allows/);
    const statement = { Sid: 'Ask', Effect: 'Allow', Action: ['states:DescribeExecution'], Resource: 'arn' };
    assert.deepEqual(sids(States, { statements: [statement] }), ['Ask', 'Trace']);
    const deny = { statements: [{ ...statement, Effect: 'Deny' }] };
    assert.throws(() => sids(States, deny), /no statement/);
  });

  test('contain what a Map reads its items with and writes its results with, or it is refused', () => {
    const fleet = { ProcessorConfig: { Mode: 'DISTRIBUTED' }, States: {} };
    const reader = { Type: 'Map', ItemProcessor: fleet, ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } };
    const writer = { Type: 'Map', ItemProcessor: fleet, ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } };
    const only = (Action: string) => ({ statements: [{ Sid: 'S3', Effect: 'Allow', Action, Resource: 'arn' }] });
    assert.throws(
      () => sids({ M: reader }),
      /state 'M' of 'own' calls '.*:s3:getObject', which no statement .* allows/,
    );
    assert.throws(() => sids({ M: writer }, only('s3:GetObject')), /calls '.*:s3:putObject', which no statement/);
    assert.deepEqual(sids({ M: writer }, only('s3:PutObject')), ['RunMap', 'AwaitMap', 'S3', 'Trace']);
  });

  test('refuse a machine that is no workflow, and a function that is not named', () => {
    assert.throws(() => sids({ S: start('Nobody', '') }), /starts \{"Ref":"Nobody"\}, which is no workflow/);
    const task = { ...invoke('a'), Arguments: { FunctionName: '{% $name %}' } };
    assert.throws(() => sids({ S: task }), /invokes a function that it does not name/);
  });

  test('are those of the machines of this house', () => {
    const workflows = readWorkflows();
    for (const one of workflows) assert.ok(machineStatements(one, workflows).some(({ Sid }) => Sid === 'InvokeTasks'));
  });
});
