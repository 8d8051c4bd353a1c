import assert from 'node:assert/strict';
import fc from 'fast-check';
import { incidentOf } from '../../../../shared/alert/grouping.ts';
import { hashOf, makeIncidentStore } from '../../../../shared/alert/incident-store.ts';
import { takeUpCause } from '../../../../shared/alert/take-up-cause.ts';
import type { AlertCause, Incident } from '../../../../shared/contracts/alert/alert.ts';
import { isOpenMember } from '../../../../shared/domain/alert/incident.ts';
import { silenceOf } from '../../../../shared/domain/alert/silence.ts';
import { at, causeOf } from '../domain/alert/simulate.ts';
import { memoryStore } from './memory-store.ts';

/** Events come one after the other, each to an execution of its own; objects lie in memory. */
function bench(groupSeconds = 120) {
  const objects = memoryStore();
  const incidents = makeIncidentStore(objects);
  let executions = 0;
  const newest = (): Incident[] =>
    [...objects.objects].flatMap(([key, text]) => (key.endsWith('/newest.json') ? [JSON.parse(text) as Incident] : []));
  return {
    objects,
    incidents,
    newest,
    open: () => newest().filter(({ state }) => state !== 'resolved'),
    async deliver(cause: AlertCause) {
      executions += 1;
      const executionName = `run-${executions}`;
      const parts = { objects, incidents, groupSeconds };
      const { applied } = await takeUpCause(cause, { executionName, now: cause.at }, parts);
      const isDriver =
        applied?.incident.driver.executionName === executionName && applied.incident.state !== 'resolved';
      return { id: applied?.incident.id, found: applied?.found, isDriver };
    },
    /** As it is when all its members were well for long enough. */
    async settle() {
      for (const { key, overSince } of newest().filter((one) => one.state !== 'resolved')) {
        if (overSince === null) continue;
        await incidents.change(hashOf(key), (before) =>
          before === undefined ? undefined : { incident: { ...before, state: 'resolved', resolvedAt: overSince } },
        );
      }
    },
  };
}
const deadlocks = (change: Parameters<typeof causeOf>[0] = {}) => causeOf({ cause: 'deadlocks', ...change });

describe('alarms of one database', () => {
  test('that begin within two minutes are one incident, and one page', async () => {
    const { deliver, open } = bench();
    const first = await deliver(causeOf());
    const second = await deliver(deadlocks({ seconds: 120 }));
    assert.deepEqual([first.isDriver, second.isDriver, second.found], [true, false, 'joined']);
    assert.equal(second.id, first.id);
    assert.equal(open().length, 1);
    assert.equal(Object.keys(open()[0]?.members ?? {}).length, 2);
  });

  test('that begin later, or of another database, stage or region, are incidents of their own', async () => {
    const { deliver, open } = bench();
    await deliver(causeOf());
    await deliver(deadlocks({ seconds: 121 }));
    for (const other of [{ subject: 'payments' }, { stage: 'test' }, { region: 'us-west-2' }])
      await deliver(deadlocks(other));
    assert.equal(open().length, 5);
    const each = bench(0);
    await each.deliver(causeOf());
    await each.deliver(deadlocks());
    assert.equal(each.open().length, 2, 'nothing is grouped where the window is 0');
  });

  test('of workflows and of the stage fail apart', async () => {
    const { deliver, open } = bench();
    for (const subject of ['stage', 'workflow/retention'])
      for (const cause of ['one', 'other']) await deliver(causeOf({ subject, cause }));
    assert.equal(open().length, 4);
  });

  test('are over together: the end of each reaches the incident that has taken it up', async () => {
    const { deliver, open, settle, newest } = bench();
    const { id } = await deliver(causeOf());
    await deliver(deadlocks({ seconds: 60 }));
    await deliver(causeOf({ state: 'over', seconds: 300 }));
    await settle();
    assert.equal(open().length, 1, 'one of its alarms is still a problem');
    assert.equal((await deliver(deadlocks({ state: 'over', seconds: 400 }))).id, id);
    await settle();
    assert.deepEqual(open(), []);
    const again = await deliver(deadlocks({ seconds: 60 }));
    assert.deepEqual(
      [again.isDriver, again.found],
      [false, 'repeated'],
      'an event that is delivered again asks nobody',
    );
    const later = await deliver(deadlocks({ seconds: 9000 }));
    assert.equal(later.isDriver, true, 'the next problem asks again');
    assert.equal(newest().filter(({ state }) => state === 'open').length, 1);
  });

  test('that begin when the first one is over already are not its', async () => {
    const { deliver, open, settle } = bench();
    await deliver(causeOf());
    await deliver(causeOf({ state: 'over', seconds: 5 }));
    await settle();
    await deliver(deadlocks({ seconds: 60 }));
    assert.deepEqual(
      open().map(({ key }) => key),
      [deadlocks().key],
    );
  });

  test('ask again when one of them is worse', async () => {
    const { deliver, open } = bench();
    await deliver(causeOf({ severity: 'P3' }));
    await deliver(deadlocks({ severity: 'P1', seconds: 30 }));
    assert.deepEqual([open()[0]?.severity, open()[0]?.title], ['P1', 'orders: deadlocks']);
  });

  test('whose end came first are known to be over in the incident that takes them up', async () => {
    const { deliver, open } = bench();
    await deliver(deadlocks({ state: 'over', seconds: 50 }));
    await deliver(causeOf());
    await deliver(deadlocks({ seconds: 20 }));
    const member = Object.values(open()[0]?.members ?? {}).find((one) => one.cause === 'deadlocks');
    assert.equal(member && isOpenMember(member), false);
  });

  test('are not silent by the silence of one of them', async () => {
    const { deliver, open } = bench();
    await deliver(causeOf());
    const silences = [{ reason: 'work', until: at(5000), cause: 'connections' }];
    const [alone] = open();
    assert.ok(alone && silenceOf(alone, silences, at(10)));
    await deliver(deadlocks({ seconds: 10 }));
    const [both] = open();
    assert.ok(both);
    assert.equal(silenceOf(both, silences, at(20)), undefined);
    const all = [...silences, { reason: 'more', until: at(3000), cause: 'deadlocks' }];
    assert.equal(silenceOf(both, all, at(20))?.until, at(3000), 'until the first of them may be heard');
  });

  test('are found where they are, whoever looks', async () => {
    const { deliver, objects, incidents } = bench();
    const { id } = await deliver(causeOf());
    await deliver(deadlocks({ seconds: 60 }));
    assert.equal((await incidentOf(deadlocks({ state: 'over', seconds: 90 }), objects, incidents))?.id, id);
  });

  test('end in the state of their newest change, in one incident at most, whatever is repeated or comes in another order', async () => {
    const change = fc.record({
      database: fc.constantFrom('orders', 'payments'),
      cause: fc.constantFrom('connections', 'deadlocks', 'vacuum'),
      state: fc.constantFrom('problem' as const, 'over' as const),
      after: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 14 }),
        fc.array(fc.nat(5), { minLength: 20 }),
        async (all, order) => {
          let seconds = 0;
          const causes = all.map(({ database: subject, cause, state, after }) => {
            seconds += after;
            return causeOf({ subject, cause, state, seconds });
          });
          const late = causes
            .map((cause, index) => ({ cause, place: index + (order[index] ?? 0) }))
            .sort((left, right) => left.place - right.place)
            .map(({ cause }) => cause);
          const run = bench();
          for (const [index, cause] of [...late, ...causes].entries()) {
            await run.deliver(cause);
            if (index % 3 === 0) await run.settle();
          }
          for (const [member, changes] of Map.groupBy(causes, (one) => one.member)) {
            const isProblem = changes.at(-1)?.state === 'problem';
            const holders = run.open().filter(({ members }) => members[member] && isOpenMember(members[member]));
            assert.equal(holders.length, isProblem ? 1 : 0, member);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
