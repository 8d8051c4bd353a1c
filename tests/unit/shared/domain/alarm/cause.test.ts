import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import healthAlarms from '../../../../../packaging/health/health-alarms.cjs';
import { readMetricAlarm } from '../../../../../sandbox/services/cloudwatch/alarms/read-alarm.ts';
import { AlarmEvent } from '../../../../../shared/contracts/alarm-event.ts';
import { type AlarmPlace, alarmCause, changedAt } from '../../../../../shared/domain/alarm/cause.ts';
import { alarmKinds } from '../../../../../shared/policy/schema/health-alarms.ts';

const place: AlarmPlace = {
  account: '123456789012',
  stage: 'dev',
  databases: {
    fantasy: { instance: 'fantasy-dev', replicas: ['fantasy-replica'] },
    'critical-fantasy': { instance: 'other-critical', replicas: [] },
  },
};
const recorded = (name: string) =>
  AlarmEvent.parse(
    JSON.parse(readFileSync(new URL(`../../../../../events/cloudwatch/${name}.json`, import.meta.url), 'utf8')),
  );

function eventOf(alarmName: string, dimensions: Record<string, string>, change: Partial<AlarmEvent> = {}): AlarmEvent {
  const event = recorded('blocked-sessions');
  const metric = { namespace: 'pg-gameday', name: 'Any', dimensions };
  const metrics = [{ id: 'm', metricStat: { metric, period: 60, stat: 'Maximum' } }];
  return { ...event, ...change, detail: { ...event.detail, alarmName, configuration: { metrics } } };
}

describe('the event of an alarm', () => {
  test('is taken as AWS sends it, with members that it may have one day', () => {
    const event = recorded('blocked-sessions');
    const more = { ...event, replayName: 'x', detail: { ...event.detail, muteDetail: {}, operation: 'update' } };
    assert.deepEqual(JSON.parse(JSON.stringify(AlarmEvent.parse(more))), event);
  });

  test('of another kind or without a state is refused', () => {
    const event = recorded('silent');
    assert.equal(AlarmEvent.safeParse({ ...event, source: 'aws.rds' }).success, false);
    assert.equal(AlarmEvent.safeParse({ ...event, detail: { alarmName: 'x' } }).success, false);
    assert.equal(AlarmEvent.safeParse({ ...event, account: '12' }).success, false);
  });

  test('has the moment of the change, though its offset has no colon', () => {
    assert.equal(changedAt(recorded('blocked-sessions')), Date.UTC(2026, 2, 7, 19, 4, 40, 989));
  });
});

describe('the cause of an alarm', () => {
  test('of a database, and of an instance with its databases, stands in the recorded events', () => {
    const { account, region, ...rest } = alarmCause(recorded('blocked-sessions'), place) ?? assert.fail();
    assert.deepEqual([account, region], ['123456789012', 'us-east-1']);
    assert.deepEqual(rest, {
      stage: 'dev',
      alarmName: 'pg-gameday-blocked-sessions-critical-fantasy-dev',
      kind: 'blocked-sessions',
      level: 'critical',
      bearer: { of: 'database', name: 'fantasy' },
      databases: ['fantasy'],
    });
    for (const kind of ['long-transaction', 'slot-retained', 'silent']) {
      const cause = alarmCause(recorded(kind), place);
      assert.deepEqual([cause?.kind, cause?.bearer.name, cause?.databases], [kind, 'fantasy-dev', ['fantasy']]);
    }
  });

  test('is read of every alarm that packaging makes, whatever hyphens its bearer has', async () => {
    const alarms = await healthAlarms.healthAlarmsOf('dev', place.databases, {});
    const found = Object.values(alarms).map(({ Properties }) => {
      const definition = readMetricAlarm({ ...Properties, AlarmActions: [], OKActions: [] } as never);
      const dimensions =
        definition.queries.flatMap((query) => (query.kind === 'metric' ? [query.metric.dimensions] : []))[0] ?? {};
      const { Database = dimensions['Instance'] } = dimensions;
      const cause = alarmCause(eventOf(definition.name, dimensions), place);
      assert.deepEqual([definition.name, cause?.bearer.name], [definition.name, Database]);
      assert.ok(cause !== undefined && cause.kind in alarmKinds && cause.level !== null, definition.name);
      return definition.name;
    });
    assert.ok(found.length > 50);
  });

  test('of a backup, of a workflow and of the stage is read, too', () => {
    const backup = alarmCause(
      eventOf('backup-and-verify-old-fantasy-dev', { service: 'watch-backups', Database: 'fantasy' }),
      place,
    );
    assert.deepEqual([backup?.kind, backup?.level, backup?.databases], ['backup-and-verify-old', null, ['fantasy']]);
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-test-dev';
    const failed = alarmCause(eventOf('pg-gameday-restore-test-failed-dev', { StateMachineArn: arn }), place);
    assert.deepEqual(
      [failed?.kind, failed?.bearer.name, failed?.databases],
      ['restore-test-failed', 'restore-test', []],
    );
    const stage = alarmCause(eventOf('pg-gameday-snapshot-quota-dev', { service: 'retention' }), place);
    assert.deepEqual([stage?.kind, stage?.bearer.of], ['snapshot-quota', 'stage']);
  });

  test('is never guessed: of another account, stage, database or owner there is none', () => {
    const own = { service: 'collect-health', Database: 'fantasy' };
    const name = 'pg-gameday-blocked-sessions-critical-fantasy-dev';
    assert.ok(alarmCause(eventOf(name, own), place));
    assert.equal(alarmCause(eventOf(name, own, { account: '210987654321' }), place), undefined);
    assert.equal(alarmCause(eventOf(name.replace(/dev$/, 'test'), own), place), undefined);
    assert.equal(alarmCause(eventOf(name.replace(/dev$/, 'tst'), own), place), undefined, 'as long');
    assert.equal(alarmCause(eventOf(name, { ...own, Database: 'critical-fantasy' }), place), undefined);
    assert.equal(alarmCause(eventOf('pg-gameday-x-critical-gone-dev', { Database: 'gone' }), place), undefined);
    assert.equal(alarmCause(eventOf('pg-gameday-x-critical-toString-dev', { Database: 'toString' }), place), undefined);
    const event = recorded('blocked-sessions');
    const foreign = { ...event, detail: { ...event.detail, alarmName: 'app-cpu-dev', configuration: {} } };
    assert.equal(alarmCause(foreign, place), undefined);
    const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:theirs-test';
    assert.equal(alarmCause(eventOf('pg-gameday-theirs-failed-dev', { StateMachineArn: machine }), place), undefined);
  });

  test('of databases whose names contain one another is that of the dimension', () => {
    const cause = (Database: string) =>
      alarmCause(eventOf(`pg-gameday-cache-hit-warning-${Database}-dev`, { Database }), place);
    assert.deepEqual(cause('fantasy')?.databases, ['fantasy']);
    assert.deepEqual(cause('critical-fantasy')?.databases, ['critical-fantasy']);
    assert.equal(cause('critical-fantasy')?.kind, 'cache-hit');
  });
});
