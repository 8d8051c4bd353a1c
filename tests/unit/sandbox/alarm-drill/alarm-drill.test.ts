import assert from 'node:assert/strict';
import { type AlarmCase, type CaseResult, faultsOf, type Step } from '../../../../sandbox/alarm-drill/alarm-case.ts';
import { alarmCases } from '../../../../sandbox/alarm-drill/case-list.ts';
import { caseLines, summary, tableHead } from '../../../../sandbox/alarm-drill/table.ts';
import { type AlarmKind, alarmKinds } from '../../../../shared/policy/schema/health-alarms.ts';

const one: AlarmCase = { alarm: 'deadlocks', title: 'pairs', expected: 'warning', run: async () => {} };
const step = (observed: readonly string[], expected: readonly string[] = ['deadlocks-warning']): Step => ({
  ...{ when: 'then', expected, observed },
});
const result = (steps: readonly Step[], error?: string, changed: Partial<AlarmCase> = {}): CaseResult => ({
  ...{ case: { ...one, ...changed }, steps, error, milliseconds: 1234 },
});

describe('the cases of the alarm drill', () => {
  const driven = Object.entries<AlarmKind>(alarmKinds);

  test('drive each alarm to the worst of its levels, and hold something against it that must stay quiet', () => {
    const missing = driven.flatMap(([name, { lines }]) => {
      const cases = alarmCases.filter(({ alarm }) => alarm === name);
      const worst = lines.critical === undefined ? 'warning' : 'critical';
      return [worst, 'quiet']
        .filter((level) => !cases.some(({ expected }) => expected === level))
        .map((level) => `${name}: ${level}`);
    });
    assert.deepEqual(missing, []);
  });

  test('have titles of their own, and let nothing fire in those of all alarms', () => {
    const titles = alarmCases.map(({ alarm, title }) => `${alarm}: ${title}`);
    assert.equal(new Set(titles).size, titles.length);
    const ofAll = alarmCases.filter(({ alarm }) => alarm === 'all');
    assert.ok(ofAll.length >= 5);
    for (const { expected, besides } of ofAll) assert.deepEqual([expected, besides], ['quiet', undefined]);
  });
});

describe('a case', () => {
  test('whose steps came to what they expect has no fault', () => {
    assert.deepEqual(faultsOf(result([step([], []), step(['deadlocks-warning'])])), []);
  });

  for (const [what, of, fault] of [
    ['an alarm is missing', result([step([])]), /^then: raised nothing, expected deadlocks-warning$/],
    [
      'another one is raised, too',
      result([step(['deadlocks-warning', 'gaps-warning'])]),
      /raised deadlocks-warning, gaps-warning/,
    ],
    ['it broke off', result([step(['deadlocks-warning'])], 'the server is gone'), /^the server is gone$/],
    ['it looked at nothing', result([]), /no step was looked at/],
    ['its steps expect less than it says', result([step([], [])]), /its steps expect quiet, it says warning/],
    [
      'it is to stay quiet and expects an alarm',
      result([step(['deadlocks-warning'])], undefined, { expected: 'quiet' }),
      /it says quiet/,
    ],
  ] as const) {
    test(`has a fault when ${what}`, () => assert.match(faultsOf(of).join('\n'), fault));
  }
});

describe('the table', () => {
  test('has 80 columns at most, whatever a case is called and whatever went wrong', () => {
    const long = result([step(Object.keys(alarmKinds).map((name) => `${name}-critical`))], 'e '.repeat(300), {
      ...{ title: 'a title that is longer than its column is wide and goes on', alarm: 'long-transaction' },
    });
    const lines = [
      ...tableHead(),
      ...alarmCases.flatMap((each) => caseLines({ ...result([]), case: each })),
      ...caseLines(long),
    ];
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  test('shows what was expected and observed, and how long it took', () => {
    assert.match(caseLines(result([step([])]))[0] ?? '', /^deadlocks +pairs +warning +quiet +1\.2$/);
    assert.match(caseLines(result([], 'gone'))[0] ?? '', /warning +error/);
  });

  test('ends with how many were not as expected', () => {
    assert.equal(
      summary([result([step(['deadlocks-warning'])])], 2000),
      '1 cases on real servers, all as expected, 2.0 s in all',
    );
    assert.match(
      summary([result([step(['deadlocks-warning'])]), result([])], 2000),
      /^2 cases on real servers, 1 not as expected/,
    );
  });
});
