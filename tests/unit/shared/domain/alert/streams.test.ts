import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AlertCause } from '../../../../../shared/contracts/alert/alert.ts';
import { applyCause, isOpenMember } from '../../../../../shared/domain/alert/incident.ts';
import { at, causeOf, makeSimulation } from './simulate.ts';

const MINUTE = 60;

/** Alarms of three databases that change their state at any time. */
const stream = fc.array(
  fc.record({
    database: fc.constantFrom('orders', 'payments', 'players'),
    member: fc.constantFrom('warning', 'critical'),
    state: fc.constantFrom('problem' as const, 'over' as const),
    after: fc.integer({ min: 1, max: 900 }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** In the order of their moments. */
function causesOf(
  changes: readonly { database: string; member: string; state: 'problem' | 'over'; after: number }[],
): AlertCause[] {
  let seconds = 0;
  return changes.map(({ database, member, state, after }) => {
    seconds += after;
    return causeOf({ subject: database, member, severity: member === 'critical' ? 'P1' : 'P3', state, seconds });
  });
}

describe('over random streams of alarms', () => {
  test('whatever is repeated or comes in another order, members end in the same states', () => {
    fc.assert(
      fc.property(stream, fc.infiniteStream(fc.nat()), (changes, random) => {
        const causes = causesOf(changes);
        const shuffled = [...causes, ...causes.filter((_, index) => index % 3 === 0)]
          .map((cause) => ({ cause, place: random.next().value ?? 0 }))
          .sort((left, right) => left.place - right.place)
          .map(({ cause }) => cause);
        const statesAfter = (events: readonly AlertCause[]) => {
          const finder = { executionName: 'one', now: at(0), idOf: (moment: string) => moment };
          const incidents = new Map<string, ReturnType<typeof applyCause>>();
          for (const cause of events) {
            const applied = applyCause(incidents.get(cause.key)?.incident, cause, finder);
            if (applied !== undefined) incidents.set(cause.key, applied);
          }
          return [...incidents]
            .flatMap(([key, applied]) =>
              Object.entries(applied?.incident.members ?? {}).map(([name, member]) => [
                key,
                name,
                member.problemAt,
                member.overAt,
                isOpenMember(member),
              ]),
            )
            .sort((left, right) => (String(left) < String(right) ? -1 : 1));
        };
        assert.deepEqual(statesAfter(shuffled), statesAfter(causes));
      }),
      { numRuns: 300 },
    );
  });

  test('no problem is lost: each is in an incident that was asked about, and the last ones are asked about until the end', () => {
    fc.assert(
      fc.property(stream, fc.boolean(), (changes, isDoubled) => {
        const run = makeSimulation();
        const causes = causesOf(changes);
        for (const cause of causes) {
          run.until((Date.parse(cause.at) - Date.parse(at(0))) / 1000);
          run.deliver(cause);
          if (isDoubled) run.deliver(cause);
          const incident = run.incidents.get(cause.key);
          if (cause.state !== 'problem') continue;
          // Nobody waits for it: whoever opened it has asked at once, and again when it became worse.
          const questions = run.asked.filter(({ id }) => id === incident?.id);
          assert.ok(questions.length > 0);
          assert.ok(
            questions.some(({ severity }) => severity <= cause.severity),
            'asked for less than it is',
          );
        }
        run.until(86_400);
        for (const [key, incident] of run.incidents) {
          const isOpen = Object.values(incident.members).some(isOpenMember);
          assert.equal(incident.state === 'resolved', !isOpen, key);
          if (isOpen) assert.ok(run.asked.filter(({ id }) => id === incident.id).length > 1, 'it was given up');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('who is asked because an answer was due while all was well has all of his time', () => {
    const run = makeSimulation();
    const causes = causesOf([
      { database: 'payments', member: 'critical', state: 'problem', after: 1 },
      { database: 'payments', member: 'critical', state: 'problem', after: 1 },
      { database: 'payments', member: 'critical', state: 'over', after: 1 },
      { database: 'payments', member: 'warning', state: 'problem', after: 979 },
      { database: 'payments', member: 'warning', state: 'over', after: 194 },
      { database: 'payments', member: 'warning', state: 'problem', after: 625 },
    ]);
    for (const cause of causes) {
      run.until((Date.parse(cause.at) - Date.parse(at(0))) / 1000);
      run.deliver(cause);
    }
    run.until(1900);
    assert.deepEqual(
      run.asked.map(({ role, seconds }) => [role, seconds]),
      [
        ['on-call', 1],
        ['lead', 982],
        ['lead', 982 + 15 * MINUTE],
      ],
    );
  });

  test('a question is asked once in its answer time, whatever flaps meanwhile', () => {
    fc.assert(
      fc.property(stream, (changes) => {
        const run = makeSimulation();
        for (const cause of causesOf(changes)) {
          run.until((Date.parse(cause.at) - Date.parse(at(0))) / 1000);
          run.deliver(cause);
        }
        for (const [id, questions] of Map.groupBy(run.asked, (one) => one.id)) {
          for (const [index, { seconds, severity }] of questions.entries()) {
            const before = questions[index - 1];
            if (before !== undefined && before.severity === severity)
              assert.ok(seconds - before.seconds >= 15 * MINUTE, id);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
