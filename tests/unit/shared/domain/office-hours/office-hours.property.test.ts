import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  consented,
  decideOfficeHours,
  isOpen,
  type OfficeCalendar,
  type OfficeInstance,
  type OfficeRule,
  officeTags,
  weekdays,
} from '../../../../../shared/domain/office-hours/office-hours.ts';
import { tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';

const calendar: OfficeCalendar = {
  timeZone: 'America/New_York',
  days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  from: '07:30',
  to: '20:00',
  holidays: ['2026-12-25'],
};
const rule: OfficeRule = { calendar, instances: ['reporting-test'], productionInstances: ['fantasy-prod'] };
const consent = { [officeTags.consent]: consented };
const sound: OfficeInstance = {
  id: 'reporting-test',
  status: 'available',
  engine: 'postgres',
  isInCluster: false,
  replicas: [],
  replicatesFrom: undefined,
  tags: consent,
};
const at = (text: string) => new Date(text);
const night = at('2026-05-20T04:00:00Z'); // Wednesday, midnight in New York
const noon = at('2026-05-20T16:00:00Z');
const decide = (change: Partial<OfficeInstance>, now: Date) => {
  const { action, reason } = decideOfficeHours({ ...sound, ...change }, rule, now);
  return `${action}: ${reason}`;
};

describe('the calendar', () => {
  test('goes by the wall clock of its zone, through daylight saving time', () => {
    // New York left daylight saving time on 2026-11-01: 07:30 is 11:30 UTC before it and 12:30 UTC after it.
    assert.deepEqual(
      ['2026-10-30T11:29:59Z', '2026-10-30T11:30:00Z', '2026-11-02T11:30:00Z', '2026-11-02T12:30:00Z'].map((one) =>
        isOpen(calendar, at(one)),
      ),
      [false, true, false, true],
    );
  });

  test('is closed on weekends, holidays, and from its last hour on', () => {
    assert.deepEqual(
      ['2026-05-23T16:00:00Z', '2026-12-25T17:00:00Z', '2026-05-20T23:59:00Z', '2026-05-21T00:00:00Z'].map((one) =>
        isOpen(calendar, at(one)),
      ),
      [false, false, true, false],
    );
    assert.equal(isOpen({ ...calendar, days: [] }, noon), false);
  });

  test('opens a day for exactly its hours, in any zone, whatever the clocks do', () => {
    const zones = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 700 }), (timeZone, day) => {
        const start = Date.UTC(2026, 0, 1) + day * 86_400_000;
        const everyDay = { ...calendar, timeZone, days: weekdays, holidays: [] };
        const minutes = Array.from({ length: 96 }, (_, quarter) =>
          isOpen(everyDay, new Date(start + quarter * 900_000)),
        );
        // 50 quarters of an hour lie between 07:30 and 20:00; the clocks change at night.
        assert.ok(Math.abs(minutes.filter(Boolean).length - 50) <= 4, `${minutes.filter(Boolean).length}`);
        const changes = minutes.filter((open, index) => index > 0 && open !== minutes[index - 1]).length;
        assert.ok(changes <= 2, `${changes} changes`);
      }),
      { numRuns: 40 },
    );
  });
});

describe('office hours', () => {
  test('stop at night what runs, and start in the morning what they stopped', () => {
    const stopped = { status: 'stopped', tags: { ...consent, [officeTags.stoppedAt]: night.toISOString() } };
    assert.equal(decide({}, night), 'stop: office hours have ended');
    assert.equal(decide({}, noon), "leave: is 'available' and should run");
    assert.equal(decide(stopped, noon), 'start: office hours have begun');
    assert.equal(decide(stopped, night), "leave: is 'stopped'");
    assert.equal(decide({ status: 'stopped' }, noon), 'leave: was stopped by somebody else');
  });

  test('stop again what RDS has started after seven days, and say so', () => {
    const tags = { ...consent, [officeTags.stoppedAt]: '2026-05-12T04:00:00Z' };
    const decision = decideOfficeHours({ ...sound, tags }, rule, night);
    assert.deepEqual([decision.action, decision.wasStartedByRds], ['stop', true]);
    assert.match(decision.reason, /started by RDS after 7 days/);
  });

  test('give way to a tag, for the day that it names in the zone of the office', () => {
    const until = (value: string) => ({ tags: { ...consent, [officeTags.keepRunningUntil]: value } });
    assert.match(decide(until('2026-05-20'), night), /leave: is 'available' and should run/);
    assert.match(decide(until('2026-05-19'), night), /stop/);
    // In New York it is still the 19th.
    assert.match(decide(until('2026-05-19'), at('2026-05-20T03:59:00Z')), /leave/);
    assert.match(decide(until('2026-05-20T04:30:00Z'), night), /leave/);
    assert.match(decide(until('2026-05-20T03:30:00Z'), night), /stop/);
    assert.match(
      decide({ ...until('2026-05-20'), status: 'stopped' }, night),
      /start: is asked to run until 2026-05-20/,
    );
    // Without a zone it is the clock on the office's wall: midnight in New York is four hours later than in UTC.
    assert.match(decide(until('2026-05-20T00:30'), night), /leave/);
    assert.match(decide(until('2026-05-20 00:30:00'), night), /leave/);
    assert.match(decide(until('2026-05-19T23:30'), night), /stop/);
    assert.match(decide(until('2026-05-20T00:30-04:00'), night), /leave/);
    for (const none of ['2026-02-31', '2026-05-20T25:00', '2026-05-20T00:30 EST', ''])
      assert.match(decide(until(none), night), /leave: has a tag .* that is no date/);
    assert.match(decide(until('tomorrow'), night), /leave: has a tag .* that is no date: 'tomorrow'/);
  });

  test('refuse what they must never touch, by name', () => {
    const refusals: [Partial<OfficeInstance>, RegExp][] = [
      [{ id: 'other-test' }, /is not named under officeHours/],
      [{ id: 'fantasy-prod' }, /is an instance of production/],
      [{ tags: { ...consent, [officeTags.protected]: 'audit' } }, /is protected: audit/],
      [{ tags: { ...consent, [officeTags.protected]: '' } }, /is protected: no reason given/],
      [{ tags: {} }, /lacks the tag pg-gameday:office-hours=stop-and-start/],
      [{ tags: { ...consent, [tagKeys.madeBy]: 'pg-gameday' } }, /belongs to a proof/],
      [{ engine: 'mysql' }, /is of engine 'mysql'/],
      [{ isInCluster: true }, /member of a cluster/],
      [{ replicas: ['r'] }, /has the read replica 'r'/],
      [{ replicatesFrom: 'p' }, /is a read replica of 'p'/],
    ];
    for (const [change, reason] of refusals) {
      assert.match(decide(change, night), reason);
      assert.match(decide({ ...change, status: 'stopped' }, noon), /^leave/);
    }
    for (const status of ['backing-up', 'modifying', 'stopping', 'starting', 'upgrading', 'storage-full'])
      assert.equal(decide({ status }, night), `leave: is '${status}'`);
  });

  test('say which ones stay as they are until a person acts, at any hour', () => {
    const stuck = (status: string, change: Partial<OfficeInstance> = {}) =>
      [night, noon].map((when) => decideOfficeHours({ ...sound, ...change, status }, rule, when).isStuck);
    for (const status of ['storage-full', 'failed', 'incompatible-parameters', 'inaccessible-encryption-credentials'])
      assert.deepEqual(stuck(status), [true, true], status);
    for (const status of ['available', 'stopped', 'stopping', 'starting', 'backing-up', 'modifying', 'deleting'])
      assert.deepEqual(stuck(status), [false, false], status);
    assert.deepEqual(stuck('storage-full', { tags: {} }), [false, false], "it is nobody's whom office hours may touch");
  });

  test('stop nothing that is protected, production, busy, a proof, unnamed or without consent, whatever else holds', () => {
    const tags = fc.dictionary(
      fc.constantFrom(...Object.values(officeTags), tagKeys.madeBy),
      fc.constantFrom(consented, 'pg-gameday', '', '2026-05-20', '2026-01-01', '2026-05-12T04:00:00Z', 'x'),
      { maxKeys: 2 },
    );
    const instance: fc.Arbitrary<OfficeInstance> = fc.record({
      id: fc.constantFrom('reporting-test', 'reporting-test', 'reporting-test', 'fantasy-prod', 'other-test'),
      status: fc.constantFrom('available', 'available', 'stopped', 'backing-up', 'modifying'),
      engine: fc.constantFrom(...new Array<string>(6).fill('postgres'), 'aurora-postgresql'),
      isInCluster: fc.constantFrom(false, false, false, false, true),
      replicas: fc.constantFrom([], [], [], [], ['r']),
      replicatesFrom: fc.constantFrom(undefined, undefined, undefined, undefined, 'p'),
      tags: fc.tuple(tags, fc.boolean()).map(([some, isConsented]) => ({ ...some, ...(isConsented ? consent : {}) })),
    });
    // Whoever writes production's instance into the other list by mistake changes nothing.
    const careless: OfficeRule = { ...rule, instances: ['reporting-test', 'fantasy-prod'] };
    let acted = 0;
    fc.assert(
      fc.property(instance, fc.constantFrom(rule, careless), fc.integer({ min: 0, max: 671 }), (one, its, quarter) => {
        const now = new Date(Date.UTC(2026, 4, 18) + quarter * 900_000);
        const { action } = decideOfficeHours(one, its, now);
        if (action === 'leave') return;
        acted += 1;
        assert.equal(one.id, 'reporting-test');
        assert.equal(one.tags[officeTags.consent], consented);
        assert.equal(one.tags[officeTags.protected], undefined);
        assert.notEqual(one.tags[tagKeys.madeBy], 'pg-gameday');
        assert.deepEqual(
          [one.engine, one.isInCluster, one.replicas, one.replicatesFrom],
          ['postgres', false, [], undefined],
        );
        assert.equal(one.status, action === 'stop' ? 'available' : 'stopped');
        if (action === 'stop') assert.ok(!isOpen(calendar, now));
      }),
      { numRuns: 5000 },
    );
    assert.ok(acted > 20, `${acted} were acted upon`);
  });
});
