// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import frames from '../../../packaging/cloudformation/frames.cjs';
import { readFunctions, readWorkflows, type Workflow } from '../../../packaging/cloudformation/workflows.cjs';

const root = new URL('../../../', import.meta.url).pathname;
const base: Workflow = {
  name: 'failover-drill',
  id: 'FailoverDrill',
  file: '',
  stack: 'drills',
  definition: { States: {} },
};
const framesOf = (more: Partial<Workflow> = {}) =>
  frames.framesOf({ functions: [], workflows: [{ ...base, ...more }], alarms: {} });

describe('the frame of a workflow', () => {
  test('is a role and a log group, and no more where nothing starts it', () => {
    assert.deepEqual(Object.keys(framesOf()), ['FailoverDrillMachineRole', 'FailoverDrillLogs']);
  });

  test('has a rule for an event, which gives it the event and may start this machine only', () => {
    const event = { pattern: { source: ['aws.cloudwatch'] }, description: 'A replica lags' };
    const { FailoverDrillEvent, FailoverDrillStartRole } = framesOf({ event, regions: 'first' });
    assert.deepEqual(FailoverDrillEvent, {
      Type: 'AWS::Events::Rule',
      Condition: 'IsFirstRegion',
      Properties: {
        Name: 'failover-drill-event-${sls:stage}',
        Description: 'A replica lags',
        EventPattern: { source: ['aws.cloudwatch'] },
        State: 'ENABLED',
        Targets: [
          {
            Id: 'failover-drill',
            Arn: { Ref: 'FailoverDrill' },
            RoleArn: { 'Fn::GetAtt': ['FailoverDrillStartRole', 'Arn'] },
            RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 20 },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UnstartedQueue', 'Arn'] } },
          },
        ],
      },
    });
    assert.match(
      JSON.stringify(FailoverDrillStartRole),
      /"states:StartExecution","Resource":\{"Ref":"FailoverDrill"\}/,
    );
    assert.equal(framesOf({ event, regions: 'each' })['FailoverDrillEvent']?.Condition, undefined);
  });

  test('has a rule for its schedule, which tries for a day and keeps what has started nothing', () => {
    const schedule = { expression: 'rate(1 day)', description: 'Daily' };
    assert.deepEqual(framesOf({ schedule, regions: 'each' })['FailoverDrillSchedule']?.Properties['Targets'], [
      {
        Id: 'failover-drill',
        Arn: { Ref: 'FailoverDrill' },
        RoleArn: { 'Fn::GetAtt': ['FailoverDrillStartRole', 'Arn'] },
        Input: '{}',
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UnstartedQueue', 'Arn'] } },
      },
    ]);
  });

  test('is taken for machines and rules of this account and region only', () => {
    const event = { pattern: { source: ['aws.cloudwatch'] }, description: 'A replica lags' };
    const { FailoverDrillMachineRole, FailoverDrillStartRole } = framesOf({ event, regions: 'each' });
    for (const [role, resource] of [
      [FailoverDrillMachineRole, 'states:${AWS::Region}:${AWS::AccountId}:stateMachine:*'],
      [FailoverDrillStartRole, 'events:${AWS::Region}:${AWS::AccountId}:rule/*'],
    ] as const) {
      const document = JSON.stringify(role?.Properties['AssumeRolePolicyDocument']);
      assert.deepEqual(
        JSON.parse(document).Statement.map(({ Condition }: { Condition?: unknown }) => Condition),
        [
          {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Sub': `arn:\${AWS::Partition}:${resource}` } },
          },
        ],
      );
    }
  });

  test('has an alarm on failed executions, which states its severity and notifies no topic', () => {
    const failedAlarm = { severity: 'P3', description: 'It failed.' } as const;
    const { FailoverDrillFailedAlarm: alarm } = framesOf({ failedAlarm });
    assert.equal(alarm?.Properties['AlarmDescription'], 'It failed. Severity P3.');
    assert.equal(alarm?.Properties['AlarmActions'], undefined);
    assert.deepEqual(alarm?.Properties['Dimensions'], [{ Name: 'StateMachineArn', Value: { Ref: 'FailoverDrill' } }]);
    assert.equal(alarm?.Properties['DatapointsToAlarm'], undefined);
  });

  test('has one on those that timed out, which fails as loudly, or by itself where a failure is told otherwise', () => {
    const failedAlarm = { severity: 'P3', description: 'It failed.', period: 900, evaluationPeriods: 4 } as const;
    const { FailoverDrillTimedOutAlarm: implied } = framesOf({ failedAlarm });
    assert.match(
      String(implied?.Properties['AlarmDescription']),
      /^An execution of failover-drill was .* Severity P3\.$/,
    );
    assert.equal(implied?.Properties['MetricName'], 'ExecutionsTimedOut');
    assert.deepEqual([implied?.Properties['Period'], implied?.Properties['EvaluationPeriods']], [900, 4]);
    const byTopic = framesOf({ failedAlarm: { ...failedAlarm, byTopic: true } })['FailoverDrillTimedOutAlarm'];
    assert.deepEqual(byTopic?.Properties['AlarmActions'], [{ Ref: 'P3Topic' }]);

    const alone = framesOf({ timedOutAlarm: { severity: 'P1', description: 'It hung.' } });
    assert.equal(alone['FailoverDrillFailedAlarm'], undefined);
    assert.equal(alone['FailoverDrillTimedOutAlarm']?.Properties['AlarmDescription'], 'It hung. Severity P1.');
  });
});

describe('workflows.yml and the files of the folders', () => {
  let place: string;
  beforeAll(() => {
    place = mkdtempSync(path.join(tmpdir(), 'frames-'));
    for (const part of ['workflows.yml', 'statemachines', 'functions', 'resources'])
      cpSync(path.join(root, part), path.join(place, part), { recursive: true });
  });
  afterAll(() => rmSync(place, { recursive: true }));

  /** Reads after one change, which is undone. */
  function after1<Result>(file: string, change: (text: string) => string, read: () => Result): Result {
    const text = readFileSync(path.join(place, file), 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text, 'nothing was changed');
    writeFileSync(path.join(place, file), changed);
    try {
      return read();
    } finally {
      writeFileSync(path.join(place, file), text);
    }
  }

  test('are read as they lie here', () => {
    assert.deepEqual(readWorkflows(place), readWorkflows());
    assert.deepEqual(readFunctions(place), readFunctions());
  });

  test('with faults are refused, and all of them are reported', () => {
    const broken = (text: string) =>
      text
        .replace('\nretention:', '\nretain:')
        .replace('regions: each', 'regions: both')
        .replace('severity: P4', 'severity: P5')
        .replace('    period: 900', '    periods: 900')
        .replace('  stack: costs', '  stacks: costs')
        .replace('\nretain:', '\nretain:\n  timedOutAlarm: { severity: P9 }');
    assert.throws(
      () => after1('workflows.yml', broken, () => readWorkflows(place)),
      (error: Error) => {
        for (const fault of [
          /'retention' has a machine and no entry/,
          /'retain' has no statemachines\/retain\.asl\.yml/,
          /'watch-backups' has schedule and regions "both", expected first, second or each/,
          /'office-hours' has severity "P5", expected P1 to P4/,
          /'office-hours' has 'periods', known in its failedAlarm are/,
          /'cost-report' has 'stacks', known in its entry are/,
          /'cost-report' has no stack/,
          /'retain' has severity "P9", expected P1 to P4/,
          /'retain' has an alarm without description/,
          /'retain' has a timedOutAlarm, which its failedAlarm implies/,
        ])
          assert.match(error.message, fault);
        return true;
      },
    );
  });

  test('with a function that has no statements, or statements of no function, are refused', () => {
    const renamed = (text: string) => text.replace('checkRestore:', 'checkRestored:');
    assert.throws(
      () => after1('resources/roles/instances.yml', renamed, () => readFunctions(place)),
      /resources\/roles\/instances\.yml has 'checkRestored', which is no function there/,
    );
    const removed = (text: string) => text.slice(0, text.indexOf('deleteLeftover:'));
    assert.throws(
      () => after1('resources/roles/sweep-leftovers.yml', removed, () => readFunctions(place)),
      /function 'deleteLeftover' is missing in resources\/roles\/sweep-leftovers\.yml/,
    );
  });
});
