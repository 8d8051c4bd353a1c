import assert from 'node:assert/strict';
import type { Clock } from '../../../sandbox/clock.ts';
import { makeDeliver } from '../../../sandbox/services/events/deliver.ts';
import { type EventBus, makeEventBus, type Rule, type Target } from '../../../sandbox/services/events/event-bus.ts';
import { matchesPattern } from '../../../sandbox/services/events/event-pattern.ts';
import { targetInput } from '../../../sandbox/services/events/target-input.ts';
import { compileFilter } from '../../../sandbox/services/logs/filter-pattern.ts';
import { parseSchedule } from '../../../shared/policy/schedule-expression.ts';

describe('a schedule expression', () => {
  const from = '2026-02-27T10:30:20Z'; // a Friday
  const next: readonly (readonly [string, string])[] = [
    ['rate(5 minutes)', '2026-02-27T10:35:20Z'],
    ['rate(1 day)', '2026-02-28T10:30:20Z'],
    ['cron(0 4 * * ? *)', '2026-02-28T04:00:00Z'],
    ['cron(0/15 * * * ? *)', '2026-02-27T10:45:00Z'],
    ['cron(30 10 * * ? *)', '2026-02-28T10:30:00Z'],
    ['cron(0 8,18 ? * MON-FRI *)', '2026-02-27T18:00:00Z'],
    ['cron(0 9 ? * MON *)', '2026-03-02T09:00:00Z'],
    ['cron(0 9 ? * 1 *)', '2026-03-01T09:00:00Z'],
    ['cron(0 0 L * ? *)', '2026-02-28T00:00:00Z'],
    ['cron(0 0 1W 3 ? *)', '2026-03-02T00:00:00Z'],
    ['cron(0 0 ? * 6L *)', '2026-03-27T00:00:00Z'],
    ['cron(0 0 ? * TUE#2 *)', '2026-03-10T00:00:00Z'],
    ['cron(0 0 29 2 ? *)', '2028-02-29T00:00:00Z'],
    ['cron(0 0 1 JAN ? 2030)', '2030-01-01T00:00:00Z'],
    ['cron(10-40/10 10 * * ? *)', '2026-02-27T10:40:00Z'],
  ];
  for (const [expression, expected] of next) {
    test(`${expression} fires next at ${expected}`, () => {
      assert.equal(parseSchedule(expression).next(new Date(from))?.toISOString(), expected.replace('Z', '.000Z'));
    });
  }

  test('an expression whose years are over never fires', () => {
    assert.equal(parseSchedule('cron(0 0 1 1 ? 2020)').next(new Date(from)), undefined);
  });

  test('what is no schedule is refused with its reason', () => {
    const refused = [
      'rate(0 minutes)',
      'every day',
      'cron(0 4 * * *)',
      'cron(0 4 * * * *)',
      'cron(60 4 * * ? *)',
      'cron(0 4 ? * XYZ *)',
    ];
    for (const expression of refused) {
      assert.throws(() => parseSchedule(expression), /^Error: schedule '.*' is not valid: /, expression);
    }
  });
});

describe('an event pattern', () => {
  const event = {
    source: 'aws.rds',
    resources: ['arn:a', 'arn:b'],
    detail: { EventID: 'RDS-EVENT-0042', SourceIdentifier: 'orders-1', count: 5, Message: 'Backup done' },
  };
  const cases: readonly (readonly [string, unknown, boolean])[] = [
    ['an exact value', { source: ['aws.rds'] }, true],
    ['another value', { source: ['aws.ec2'] }, false],
    ['an element of an array', { resources: ['arn:b'] }, true],
    ['a nested value', { detail: { EventID: ['RDS-EVENT-0041', 'RDS-EVENT-0042'] } }, true],
    ['a missing member', { detail: { nothing: ['x'] } }, false],
    ['a prefix', { detail: { SourceIdentifier: [{ prefix: 'orders' }] } }, true],
    ['a suffix', { detail: { SourceIdentifier: [{ suffix: '-2' }] } }, false],
    ['anything but', { detail: { SourceIdentifier: [{ 'anything-but': ['orders-1'] }] } }, false],
    ['anything but a prefix', { detail: { SourceIdentifier: [{ 'anything-but': { prefix: 'x' } }] } }, true],
    ['that something exists', { detail: { EventID: [{ exists: true }], error: [{ exists: false }] } }, true],
    ['a number in a range', { detail: { count: [{ numeric: ['>', 3, '<=', 5] }] } }, true],
    ['a number out of range', { detail: { count: [{ numeric: ['<', 5] }] } }, false],
    ['a wildcard', { detail: { EventID: [{ wildcard: 'RDS-*-0042' }] } }, true],
    ['any case', { detail: { Message: [{ 'equals-ignore-case': 'BACKUP DONE' }] } }, true],
    ['one of two alternatives', { $or: [{ source: ['x'] }, { detail: { count: [5] } }] }, true],
  ];
  for (const [what, pattern, expected] of cases) {
    test(`on ${what} ${expected ? 'matches' : 'does not match'}`, () => {
      assert.equal(matchesPattern(pattern, event), expected);
    });
  }

  test('with a rule that is unknown is refused', () => {
    assert.throws(() => matchesPattern({ source: [{ regex: 'a' }] }, event), /Unrecognized match type regex/);
  });
});

describe("a target's input", () => {
  const event = { id: '1', time: '2026-01-01T00:00:00Z', detail: { db: 'or"ders', list: [{ n: 1 }], none: null } };
  test('is the event, a constant, or a part of the event', () => {
    assert.equal(targetInput({}, event), JSON.stringify(event));
    assert.equal(targetInput({ Input: '{"a":1}' }, event), '{"a":1}');
    assert.equal(targetInput({ InputPath: '$.detail.list[0].n' }, event), '1');
  });

  test('or a template, whose placeholders are text in a string and JSON elsewhere', () => {
    const InputTransformer = {
      InputPathsMap: { db: '$.detail.db', list: '$.detail.list', at: '$.time' },
      InputTemplate: '{"database": <db>, "note": "of <db> at <at>", "list": <list>, "whole": <aws.events.event.json>}',
    };
    assert.deepEqual(JSON.parse(targetInput({ InputTransformer }, event)), {
      database: 'or"ders',
      note: 'of or"ders at 2026-01-01T00:00:00Z',
      list: [{ n: 1 }],
      whole: event,
    });
  });
});

describe('the event bus', () => {
  const account = '123456789012';
  const region = 'eu-central-1';

  function makeBus(clock: Clock): { bus: EventBus; delivered: string[] } {
    const delivered: string[] = [];
    const deliver = async (rule: Rule, target: Target, event: { time: string }) => {
      if (target.Id === 'broken') {
        throw new Error('target fails');
      }
      delivered.push(`${rule.name}/${target.Id} ${event.time}`);
    };
    return {
      bus: makeEventBus({
        account,
        clock,
        deliver,
        onFailure: (rule, { Id }) => delivered.push(`${rule.name}/${Id} failed`),
      }),
      delivered,
    };
  }

  /** A clock that only counts what was waited. */
  function countingClock(limit: number, stop: () => void): Clock & { waited: number[] } {
    const waited: number[] = [];
    return {
      speed: 1,
      waited,
      now: () => new Date('2026-01-01T00:00:30Z'),
      wait: async (milliseconds, signal) => {
        waited.push(milliseconds);
        if (waited.length > limit) {
          stop();
        }
        signal?.throwIfAborted();
      },
    };
  }

  test('runs a schedule at its times, though waits are shortened', async () => {
    const stop = new AbortController();
    const clock = countingClock(3, () => stop.abort());
    const { bus, delivered } = makeBus(clock);
    const rule = bus.putRule({ name: 'nightly', region, schedule: 'cron(0 4 * * ? *)' });
    rule.targets.set('t', { Id: 't', Arn: 'arn:aws:sns:x:y:z' });
    const ended = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    bus.runSchedules(stop.signal);
    await ended;
    const days = ['01', '02', '03'].map((day) => `nightly/t 2026-01-${day}T04:00:00Z`);
    assert.deepEqual(delivered, days);
  });

  test('never waits longer than a timer can', async () => {
    const stop = new AbortController();
    const clock = countingClock(400, () => stop.abort());
    const { bus } = makeBus(clock);
    bus.putRule({ name: 'yearly', region, schedule: 'cron(0 0 1 12 ? *)' });
    const ended = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    bus.runSchedules(stop.signal);
    await ended;
    assert.ok(Math.max(...clock.waited) <= 86_400_000);
  });

  test('gives an event to every matching enabled rule of its region, and a failing target stops no other', async () => {
    const { bus, delivered } = makeBus(countingClock(0, () => {}));
    for (const [name, more] of Object.entries({ on: {}, off: { enabled: false }, far: { region: 'us-east-1' } })) {
      const rule = bus.putRule({ name, region, pattern: { source: ['aws.rds'] }, ...more });
      rule.targets.set('broken', { Id: 'broken', Arn: 'x' }).set('t', { Id: 't', Arn: 'x' });
    }
    await bus.emit(region, { source: 'aws.rds', detailType: 'd', detail: {}, time: new Date('2026-01-01T00:00:00Z') });
    await bus.emit(region, { source: 'aws.ec2', detailType: 'd', detail: {} });
    assert.deepEqual(delivered.sort(), ['on/broken failed', 'on/t 2026-01-01T00:00:00Z']);
  });

  test('fires a rule by name, and names those it knows when there is none', async () => {
    const { bus, delivered } = makeBus(countingClock(0, () => {}));
    bus.putRule({ name: 'drill', region, schedule: 'rate(7 days)' }).targets.set('t', { Id: 't', Arn: 'x' });
    await bus.fire(region, 'drill');
    assert.deepEqual(delivered, ['drill/t 2026-01-01T00:00:30Z']);
    await assert.rejects(
      bus.fire(region, 'dril'),
      /rule 'dril' does not exist in eu-central-1, the template declares drill/,
    );
  });

  test('starts an execution with the role of the target, named after the event', async () => {
    const calls: unknown[] = [];
    const deliver = makeDeliver(account, async (service, operation, input, { region: where, caller }) => {
      calls.push([service, operation, input, where, caller.roleName]);
    });
    const bus = makeEventBus({ account, clock: countingClock(0, () => {}), deliver });
    const rule = bus.putRule({ name: 'r', region, pattern: { source: ['s'] } });
    const Arn = `arn:aws:states:${region}:${account}:stateMachine:m`;
    rule.targets.set('t', { Id: 't', Arn, RoleArn: `arn:aws:iam::${account}:role/starter`, Input: '{}' });
    const id = await bus.emit(region, { source: 's', detailType: 'd', detail: {} });
    assert.deepEqual(calls, [
      ['states', 'StartExecution', { stateMachineArn: Arn, input: '{}', name: id }, region, 'starter'],
    ]);
  });
});

describe('a log filter pattern', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['', 'anything', true],
    ['ERROR restore', 'ERROR: restore failed', true],
    ['ERROR restore', 'ERROR: backup failed', false],
    ['"two words" -debug', 'has two words', true],
    ['"two words" -debug', 'debug two words', false],
    ['?a1 ?b2', 'only b2', true],
    ['{ $.level = "ERROR" }', '{"level":"ERROR"}', true],
    ['{ $.level = "ERROR" }', 'level ERROR', false],
    ['{ $.a.b > 3 }', '{"a":{"b":4}}', true],
    ['{ $.name != "x*" }', '{"name":"xyz"}', false],
  ];
  for (const [pattern, line, expected] of cases) {
    test(`'${pattern}' ${expected ? 'finds' : 'does not find'} '${line}'`, () => {
      assert.equal(compileFilter(pattern)(line), expected);
    });
  }

  test('that is not emulated is refused', () => {
    assert.throws(() => compileFilter('{ $.a = 1 && $.b = 2 }'), /does not emulate the filter pattern/);
    assert.throws(() => compileFilter('[ip, user]'), /does not emulate the filter pattern/);
  });
});
