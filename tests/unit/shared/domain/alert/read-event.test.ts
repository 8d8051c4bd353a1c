import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readEvent } from '../../../../../shared/domain/alert/read-event.ts';

const place = {
  account: '123456789012',
  stage: 'dev',
  databases: { fantasy: { instance: 'fantasy-dev', replicas: ['fantasy-replica'] } },
};
type Raw = {
  detail: { state: { value: string }; configuration: { description: string } } & Record<string, unknown>;
} & Record<string, unknown>;
const recorded = (name: string): Raw =>
  JSON.parse(readFileSync(new URL(`../../../../../events/${name}.json`, import.meta.url), 'utf8'));
const envelope = { account: '123456789012', region: 'us-east-1', time: '2026-05-20T14:00:00Z' };

describe('the event of an alarm', () => {
  test('says what is wrong, how bad it is, its value beside its line, and what to read', () => {
    const { cause } = readEvent(recorded('alert/damaged-pages'), place);
    assert.deepEqual(
      [cause?.key, cause?.severity, cause?.state, cause?.value, cause?.threshold, cause?.runbook, cause?.hasEnd],
      [
        '123456789012/us-east-1/dev/fantasy/checksums',
        'P1',
        'problem',
        2,
        0,
        'docs/runbooks/collect-health.md#checksums',
        true,
      ],
    );
    assert.equal(cause?.at, '2026-03-07T19:04:40.989Z');
  });

  test('that states no severity is a P2, and one of an instance has it as its subject', () => {
    const { cause } = readEvent(recorded('cloudwatch/silent'), place);
    assert.deepEqual([cause?.severity, cause?.subject, cause?.cause], ['P2', 'instance/fantasy-dev', 'unmeasured']);
  });

  test('that is well ends it, and one that cannot be measured changes nothing', () => {
    assert.equal(readEvent(recorded('cloudwatch/blocked-sessions-over'), place).cause?.state, 'over');
    const event = recorded('cloudwatch/blocked-sessions');
    event.detail.state.value = 'INSUFFICIENT_DATA';
    assert.equal(readEvent(event, place).cause?.state, 'unknown');
  });

  test('of an execution that failed or timed out has no end that anybody reports', () => {
    const failed = (value: string, end = 'failed') => {
      const event = recorded('cloudwatch/blocked-sessions');
      const dimensions = { StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:retention-dev' };
      const metric = { namespace: 'AWS/States', name: 'ExecutionsFailed', dimensions };
      const metrics = [{ id: 'm', metricStat: { metric, period: 300, stat: 'Sum' } }];
      const configuration = { ...event.detail.configuration, metrics };
      const detail = { ...event.detail, alarmName: `pg-gameday-retention-${end}-dev`, configuration };
      return readEvent({ ...event, detail: { ...detail, state: { ...event.detail.state, value } } }, place).cause;
    };
    assert.deepEqual(
      [failed('ALARM')?.subject, failed('ALARM')?.hasEnd, failed('ALARM')?.state],
      ['workflow/retention', false, 'problem'],
    );
    assert.equal(failed('OK')?.state, 'unknown');
    const timedOut = failed('ALARM', 'timed-out');
    assert.deepEqual(
      [timedOut?.cause, timedOut?.title, timedOut?.hasEnd],
      ['retention-timed-out', 'retention: retention-timed-out', false],
    );
  });

  test('of somebody else, or of nothing that is known, is left alone', () => {
    assert.equal(readEvent(recorded('cloudwatch/blocked-sessions'), { ...place, stage: 'test' }).cause, null);
    assert.equal(readEvent({ source: 'aws.ec2' }, place).cause, null);
    assert.equal(readEvent(null, place).cause, null);
  });
});

describe('what AWS reports', () => {
  const rds = (change: object) => ({
    ...{ ...envelope, source: 'aws.rds', 'detail-type': 'RDS DB Instance Event' },
    detail: {
      EventCategories: ['failover'],
      SourceIdentifier: 'fantasy-dev',
      Message: 'failed over',
      EventID: 'RDS-EVENT-0049',
      ...change,
    },
  });
  test('of an instance of ours is as bad as the worst of its categories', () => {
    const of = (change: object) => readEvent(rds(change), place).cause;
    assert.deepEqual([of({})?.severity, of({})?.subject, of({})?.hasEnd], ['P2', 'instance/fantasy-dev', false]);
    assert.equal(of({ EventCategories: ['failover', 'failure'] })?.severity, 'P1');
    assert.equal(of({ EventCategories: ['low storage'], SourceIdentifier: 'fantasy-replica' })?.severity, 'P1');
    assert.equal(of({ EventCategories: ['backup'] }), null);
    assert.equal(of({ SourceIdentifier: 'theirs' }), null);
  });

  for (const [grade, severity] of [
    [8.9, 'P1'],
    [7, 'P1'],
    [6.9, 'P2'],
    [4, 'P2'],
    [3.9, 'P3'],
  ] as const) {
    test(`of a finding of grade ${grade} is a ${severity}`, () => {
      const detail = {
        id: 'f1',
        type: 'Discovery:RDS/MaliciousIPCaller',
        severity: grade,
        title: 'a finding',
        updatedAt: '2026-05-20T14:05:00.000Z',
      };
      const event = { ...envelope, source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail };
      const { cause } = readEvent(event, place);
      assert.deepEqual(
        [cause?.severity, cause?.cause, cause?.at],
        [severity, 'finding f1', '2026-05-20T14:05:00.000Z'],
      );
    });
  }

  test('of its own services is over when it is closed, and nothing of services that nobody uses', () => {
    const of = (change: object) => {
      const detail = {
        eventArn: 'arn:aws:health:x',
        service: 'RDS',
        eventTypeCode: 'AWS_RDS_ISSUE',
        eventTypeCategory: 'issue',
        ...change,
      };
      return readEvent({ ...envelope, source: 'aws.health', 'detail-type': 'AWS Health Event', detail }, place).cause;
    };
    assert.deepEqual([of({})?.severity, of({})?.state], ['P2', 'problem']);
    assert.equal(of({ statusCode: 'closed' })?.state, 'over');
    assert.equal(of({ eventTypeCategory: 'scheduledChange' })?.severity, 'P3');
    assert.equal(of({ service: 'WORKMAIL' }), null);
  });
});
