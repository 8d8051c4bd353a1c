import assert from 'node:assert/strict';
import { noted } from '../../../../../shared/domain/alert/incident.ts';
import { at, causeOf, makeSimulation, rule } from './simulate.ts';

const MINUTE = 60;

describe('a P1', () => {
  test('that nobody answers for 15 minutes asks the lead, and then the lead again, ever more rarely', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    run.until(15 * MINUTE - 1);
    assert.deepEqual(
      run.asked.map(({ role }) => role),
      ['on-call'],
    );
    run.until(4 * 3600);
    assert.deepEqual(
      run.asked.map(({ role, seconds }) => [role, seconds / MINUTE]),
      [
        ['on-call', 0],
        ['lead', 15],
        ['lead', 30],
        ['lead', 60],
        ['lead', 120],
        ['lead', 240],
      ],
    );
  });

  test('that is answered after 14:59 asks nobody else', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    run.until(15 * MINUTE - 1);
    assert.equal(run.acknowledge(causeOf().key), 'acknowledged');
    run.until(6 * 86_400);
    assert.equal(run.asked.length, 1);
  });

  test('that is answered in the moment in which the wait has ended asks nobody else', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    const incident = run.incidents.get(causeOf().key) ?? assert.fail();
    // The token is gone with the wait: the answer wakes nobody up, and the execution decides as after silence.
    run.incidents.set(causeOf().key, { ...incident, token: null });
    assert.equal(run.acknowledge(causeOf().key), 'acknowledged');
    run.until(16 * MINUTE);
    assert.equal(run.asked.length, 1);
    assert.equal(run.incidents.get(causeOf().key)?.state, 'acknowledged');
    run.until(16 * MINUTE + 7 * 86_400);
    assert.equal(run.asked.length, 2, 'a week later it is asked about again');
  });

  test('that was taken a week ago and is not over is asked about again', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    run.acknowledge(causeOf().key);
    run.until(7 * 86_400 + 1);
    assert.deepEqual(
      run.asked.map(({ role }) => role),
      ['on-call', 'on-call'],
    );
  });
});

describe('an incident', () => {
  test('is asked about once, however often its alarm says the same', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    run.deliver(causeOf());
    run.deliver(causeOf({ member: 'another-alarm', seconds: 5, severity: 'P2' }));
    run.until(10 * MINUTE);
    assert.equal(run.asked.length, 1);
  });

  test('is over when all its alarms were well for ten minutes, and not before', () => {
    const run = makeSimulation();
    const other = { member: 'another-alarm' };
    run.deliver(causeOf());
    run.deliver(causeOf({ ...other, seconds: 1 }));
    run.until(60);
    run.deliver(causeOf({ state: 'over', seconds: 60 }));
    run.until(100 * MINUTE);
    assert.deepEqual(run.resolved, []);
    run.deliver(causeOf({ ...other, state: 'over', seconds: 100 * MINUTE }));
    run.until(110 * MINUTE - 1);
    assert.deepEqual(run.resolved, []);
    run.until(111 * MINUTE);
    assert.equal(run.resolved.length, 1);
    const [{ reviewBy, resolvedAt } = { reviewBy: null, resolvedAt: null }] = run.resolved;
    assert.ok(resolvedAt !== null && reviewBy !== null && reviewBy > resolvedAt);
  });

  test('that flaps 20 times an hour is one, and escalates all the same', () => {
    const run = makeSimulation();
    for (let flap = 0; flap < 20; flap += 1) {
      run.deliver(causeOf({ seconds: flap * 180 }));
      run.until(flap * 180 + 90);
      run.deliver(causeOf({ state: 'over', seconds: flap * 180 + 90 }));
      run.until((flap + 1) * 180);
    }
    run.deliver(causeOf({ seconds: 3600 }));
    run.until(2 * 3600);
    assert.equal(new Set(run.asked.map(({ id }) => id)).size, 1);
    assert.ok(
      run.asked.some(({ role, seconds }) => role === 'lead' && seconds <= 16 * MINUTE),
      JSON.stringify(run.asked),
    );
    assert.deepEqual(run.resolved, []);
    run.deliver(causeOf({ state: 'over', seconds: 2 * 3600 }));
    run.until(86_400);
    assert.equal(run.resolved.length, 1);
  });

  test('that becomes worse asks again at once, even if somebody had taken it', () => {
    const run = makeSimulation();
    run.deliver(causeOf({ severity: 'P3', member: 'warning' }));
    run.until(60);
    run.acknowledge(causeOf().key);
    run.until(120);
    run.deliver(causeOf({ severity: 'P1', member: 'critical', seconds: 120 }));
    assert.deepEqual(
      run.asked.map(({ severity, role, seconds }) => [severity, role, seconds]),
      [
        ['P3', 'on-call', 0],
        ['P1', 'on-call', 120],
      ],
    );
  });

  test('that becomes worse while it seems to be over asks at once, too', () => {
    const run = makeSimulation();
    run.deliver(causeOf({ severity: 'P2' }));
    run.until(60);
    run.deliver(causeOf({ severity: 'P2', state: 'over', seconds: 60 }));
    run.until(90);
    run.deliver(causeOf({ severity: 'P1', member: 'critical', seconds: 90 }));
    assert.equal(run.asked.at(-1)?.severity, 'P1');
    assert.equal(run.asked.at(-1)?.seconds, 90);
  });

  test('whose driver is gone is taken up by the next event, and not before', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    run.drivers.clear(); // the execution was aborted
    run.until(20 * MINUTE);
    run.deliver(causeOf());
    assert.equal(run.asked.length, 1);
    run.until(31 * MINUTE);
    run.deliver(causeOf());
    assert.deepEqual(
      run.asked.map(({ role }) => role),
      ['on-call', 'lead'],
    );
  });

  test('is changed by nothing that is said a second time', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    const before = run.incidents.get(causeOf().key);
    run.deliver(causeOf());
    assert.deepEqual(run.incidents.get(causeOf().key), before);
  });

  test('whose driver is gone is taken up by news, too', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    run.drivers.clear();
    run.until(31 * MINUTE);
    run.deliver(causeOf({ seconds: 31 * MINUTE, member: 'another-alarm' }));
    assert.deepEqual(
      run.asked.map(({ role }) => role),
      ['on-call', 'lead'],
    );
  });

  test('that became worse can be taken again', () => {
    const run = makeSimulation();
    run.deliver(causeOf({ severity: 'P3', member: 'warning' }));
    run.acknowledge(causeOf().key, 'anna');
    run.deliver(causeOf({ severity: 'P1', member: 'critical', seconds: 60 }));
    assert.equal(run.acknowledge(causeOf().key, 'ben'), 'acknowledged');
  });

  test('of a silence is asked about when the silence ends, and never when it is over by then', () => {
    const silences = [{ reason: 'maintenance', until: at(3600), subject: 'orders' }];
    const silent = makeSimulation({ ...rule, silences });
    silent.deliver(causeOf());
    silent.until(3599);
    assert.deepEqual(silent.asked, []);
    silent.until(3700);
    assert.deepEqual(
      silent.asked.map(({ role }) => role),
      ['on-call'],
    );
    const over = makeSimulation({ ...rule, silences });
    over.deliver(causeOf());
    over.until(1000);
    over.deliver(causeOf({ state: 'over', seconds: 1000 }));
    over.until(7200);
    assert.deepEqual(over.asked, []);
    assert.equal(over.resolved.length, 1);
    assert.match(JSON.stringify(over.resolved[0]?.timeline), /nobody is asked until .*maintenance/);
    const other = makeSimulation({ ...rule, silences });
    other.deliver(causeOf({ subject: 'payments' }));
    assert.equal(other.asked.length, 1);
  });

  test('whose alarms nobody ever ends is over when somebody has taken it', () => {
    const run = makeSimulation();
    run.deliver(causeOf({ hasEnd: false }));
    run.until(5 * MINUTE);
    run.acknowledge(causeOf().key);
    run.until(20 * MINUTE);
    assert.equal(run.resolved.length, 1);
  });

  test('answers the same decision twice the same, and asks nobody a second time for it', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    const incident = run.incidents.get(causeOf().key) ?? assert.fail();
    assert.equal(incident.steps.length, 1);
    assert.equal(incident.driver.decision?.act, 'notify');
  });

  test('is acknowledged once, and by nobody for a later one of its key', () => {
    const run = makeSimulation();
    run.deliver(causeOf());
    assert.equal(run.acknowledge(causeOf().key, 'anna'), 'acknowledged');
    assert.equal(run.acknowledge(causeOf().key, 'ben'), 'already acknowledged');
    const incident = run.incidents.get(causeOf().key);
    assert.equal(incident?.acknowledged?.by, 'anna');
    assert.match(JSON.stringify(incident?.timeline), /an answer of ben by link is refused: already acknowledged/);
  });

  test('keeps the beginning of its story and its newest lines', () => {
    let timeline: ReturnType<typeof noted> = [];
    for (let count = 0; count < 1000; count += 1) timeline = noted(timeline, at(count), `${count}`);
    assert.equal(timeline.length, 200);
    assert.deepEqual([timeline[0]?.what, timeline.at(-1)?.what], ['0', '999']);
  });
});

describe('incidents of two databases, stages, regions and accounts', () => {
  for (const [what, change] of [
    ['database', { subject: 'payments' }],
    ['stage', { stage: 'test' }],
    ['region', { region: 'us-west-2' }],
    ['account', { account: '210987654321' }],
    ['cause', { cause: 'deadlocks' }],
  ] as const) {
    test(`never swallow one another: another ${what}`, () => {
      const run = makeSimulation();
      run.deliver(causeOf());
      run.deliver(causeOf(change));
      assert.equal(run.asked.length, 2);
      run.acknowledge(causeOf().key);
      run.until(16 * MINUTE);
      assert.deepEqual(
        run.asked.map(({ key, role }) => [key === causeOf().key, role]),
        [
          [true, 'on-call'],
          [false, 'on-call'],
          [false, 'lead'],
        ],
      );
    });
  }
});
