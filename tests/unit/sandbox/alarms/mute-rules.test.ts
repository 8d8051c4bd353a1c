import assert from 'node:assert/strict';
import { readMuteRule } from '../../../../sandbox/services/cloudwatch/alarms/mute-rule.ts';

const rule = (Schedule: object, change: object = {}) =>
  readMuteRule(
    { Name: 'window', Rule: { Schedule }, MuteTargets: { AlarmNames: ['silent'] }, ...change },
    (name) => name === 'silent',
  );
const sundays = { Expression: 'cron(0 2 * * SUN)', Duration: 'PT2H', Timezone: 'America/New_York' };
const at = (moment: string) => Date.parse(moment);
const shown = (window: { from: number; to: number } | undefined) =>
  window === undefined
    ? 'open'
    : [window.from, window.to].map((one) => new Date(one).toISOString().slice(5, 16)).join(' ');

describe('a mute rule', () => {
  test('mutes by the clock on the wall of its zone, in winter and in summer, from its first minute to before its last', () => {
    const { windowAt } = rule(sundays);
    assert.equal(shown(windowAt(at('2026-11-29T07:00:00Z'))), '11-29T07:00 11-29T09:00');
    assert.equal(shown(windowAt(at('2026-11-29T08:59:59Z'))), '11-29T07:00 11-29T09:00');
    for (const moment of ['2026-11-29T06:59:59Z', '2026-11-29T09:00:00Z', '2026-11-30T07:30:00Z'])
      assert.equal(shown(windowAt(at(moment))), 'open');
    assert.equal(shown(windowAt(at('2026-07-05T06:30:00Z'))), '07-05T06:00 07-05T08:00');
  });

  test('knows lists, ranges, names and one moment, and its first and last day', () => {
    const weekdays = rule({ Expression: 'cron(30 1,13 * JAN-MAR MON-FRI)', Duration: 'PT15M' });
    assert.equal(shown(weekdays.windowAt(at('2026-03-02T13:40:00Z'))), '03-02T13:30 03-02T13:45');
    assert.equal(shown(weekdays.windowAt(at('2026-03-01T13:40:00Z'))), 'open');
    assert.equal(shown(weekdays.windowAt(at('2026-04-01T13:40:00Z'))), 'open');
    const once = rule({ Expression: 'at(2026-12-23T00:00)', Duration: 'P1D' });
    assert.equal(shown(once.windowAt(at('2026-12-23T23:59:00Z'))), '12-23T00:00 12-24T00:00');
    assert.equal(shown(once.windowAt(at('2027-12-23T12:00:00Z'))), 'open');
    const ended = rule(sundays, { ExpireDate: '2026-11-29T08:00:00Z' });
    assert.equal(shown(ended.windowAt(at('2026-11-29T08:00:00Z'))), 'open');
  });

  for (const [what, schedule, change, expected] of [
    ['the six fields of EventBridge', { ...sundays, Expression: 'cron(0 2 ? * SUN *)' }, {}, /five fields/],
    ['a step', { ...sundays, Expression: 'cron(*/5 2 * * *)' }, {}, /not understood/],
    ['an hour that is none', { ...sundays, Expression: 'cron(0 24 * * *)' }, {}, /not understood/],
    ['a rate', { ...sundays, Expression: 'rate(1 day)' }, {}, /five fields/],
    ['no duration', { ...sundays, Duration: '2h' }, {}, /PT1M to P15D/],
    ['too long a duration', { ...sundays, Duration: 'P16D' }, {}, /PT1M to P15D/],
    ['a zone that is none', { ...sundays, Timezone: 'New York' }, {}, /Timezone/],
    ['an alarm that does not exist', sundays, { MuteTargets: { AlarmNames: ['loud'] } }, /'loud' does not exist/],
    ['no alarm', sundays, { MuteTargets: { AlarmNames: [] } }, /1 to 100/],
    ['too many alarms', sundays, { MuteTargets: { AlarmNames: Array(101).fill('silent') } }, /1 to 100/],
    ['no name', sundays, { Name: '' }, /1 to 255/],
    ['a member that is not known', sundays, { Muted: true }, /'Muted'/],
  ] as const) {
    test(`with ${what} is refused`, () => assert.throws(() => rule(schedule, change), expected));
  }
});
