import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BudgetClaim, RemedyMode } from '../../../../../shared/contracts/remediation/remediation.ts';
import { type ClaimRequest, decideClaim, type RemedyBudget } from '../../../../../shared/domain/remediation/claim.ts';
import { type ClaimStore, claimBudget } from '../../../../../shared/evidence/claims.ts';

const minute = 60_000;
const budget: RemedyBudget = { hour: 4, day: 8, databaseHour: 2, databaseDay: 5, coolDownSeconds: 900 };
const databases = ['orders', 'games', 'fantasy'] as const;

/** A bucket of which many read and write at once: each call gives way to the others before it looks. */
function makeBucket(): ClaimStore & { readonly objects: Map<string, string> } {
  const objects = new Map<string, string>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    objects,
    async listKeys(prefix) {
      await turn();
      return [...objects.keys()].filter((key) => key.startsWith(prefix));
    },
    async getText(key) {
      await turn();
      return objects.get(key);
    },
    async putNew(key, body) {
      await turn();
      if (objects.has(key)) return false;
      objects.set(key, String(body));
      return true;
    },
  };
}

const request = (more: Partial<ClaimRequest> = {}): ClaimRequest => ({
  execution: 'run-1',
  actId: 'alarm at 1',
  causeKey: 'end-root-blocker orders',
  remedy: 'end-root-blocker',
  mode: 'act',
  database: 'orders',
  ...more,
});

/** Claims that were granted, each at its minute. */
const claimAt = (minutes: number, more: Partial<ClaimRequest> = {}): BudgetClaim => ({
  schemaVersion: 1,
  sequence: 1,
  ...request(more),
  claimedAt: new Date(minutes * minute).toISOString(),
});

/** A change of an alarm: of which database, of which of its two levels, and when; then delivered, also late and again. */
const delivery = fc.record({
  database: fc.constantFrom(...databases),
  level: fc.constantFrom('warning', 'critical'),
  changed: fc.integer({ min: 0, max: 40 }),
  late: fc.integer({ min: 0, max: 30 }),
  copies: fc.integer({ min: 1, max: 3 }),
  mode: fc.constantFrom<RemedyMode>('act', 'ask', 'observe'),
});

describe('the budget of remedies', () => {
  test('is never passed, and one cause is acted upon once within its cool-down, whatever is delivered how often and in which order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), async (stream, step) => {
        const bucket = makeBucket();
        const deliveries = stream
          .flatMap((one, index) =>
            Array.from({ length: one.copies }, (_, copy) => ({
              ...one,
              at: one.changed * step + one.late * copy,
              execution: `run-${index}-${copy}`,
            })),
          )
          .sort((left, right) => left.at - right.at);
        const byMinute = Map.groupBy(deliveries, ({ at }) => at);
        const granted: ({ at: number } & ClaimRequest)[] = [];
        for (const [at, together] of byMinute) {
          await Promise.all(
            together.map(async ({ database, level, changed, execution, mode }) => {
              const asked = request({
                ...{ execution, database, mode, causeKey: `end-root-blocker ${database}` },
                actId: `${database} ${level} ${changed * step}`,
              });
              const { decision } = await claimBudget(bucket, asked, budget, () => at * minute);
              if (decision.kind === 'granted') granted.push({ at, ...asked });
            }),
          );
        }
        for (const isObserving of [false, true]) {
          const own = granted.filter(({ mode }) => (mode === 'observe') === isObserving);
          assert.equal(new Set(own.map(({ actId }) => actId)).size, own.length, 'one act for a change');
          for (const { at, causeKey } of own) {
            const within = (minutes: number) => own.filter((one) => one.at <= at && at - one.at < minutes);
            assert.ok(within(60).length <= budget.hour && within(1440).length <= budget.day, 'of all');
            const database = causeKey.split(' ')[1];
            const its = (minutes: number) => within(minutes).filter((one) => one.database === database);
            assert.ok(its(60).length <= budget.databaseHour && its(1440).length <= budget.databaseDay, 'of a database');
            assert.equal(its(budget.coolDownSeconds / 60).length, 1, 'one within a cool-down');
          }
        }
        assert.equal(bucket.objects.size, granted.length, 'each is written once');
      }),
      { numRuns: 150 },
    );
  });

  test('is claimed once by an execution that asks again, after an answer that was lost, too', async () => {
    const bucket = makeBucket();
    const first = await claimBudget(bucket, request(), budget, () => 0);
    assert.equal(first.decision.kind, 'granted');
    const again = await claimBudget(bucket, request(), budget, () => 59 * minute);
    assert.deepEqual([again.decision.kind, again.key], ['held', first.key]);
    const lost = makeBucket();
    const losing: ClaimStore = {
      ...lost,
      putNew: async (key, body, type) => {
        await lost.putNew(key, body, type);
        return false;
      },
    };
    const answer = await claimBudget(losing, request(), budget, () => 0);
    assert.deepEqual([answer.decision.kind, lost.objects.size], ['held', 1]);
  });

  test('is spent for each database and for all of them, by the hour and by the day', () => {
    const others = (count: number, minutes: number, database: string) =>
      Array.from({ length: count }, (_, index) =>
        claimAt(minutes, { database, causeKey: `${database} ${index}`, actId: `${database} ${index}` }),
      );
    const decide = (claims: readonly BudgetClaim[], at = 100) =>
      decideClaim(claims, request({ actId: 'new', causeKey: 'new' }), budget, at * minute);
    assert.equal(decide(others(1, 90, 'orders')).kind, 'granted');
    assert.match(JSON.stringify(decide(others(2, 90, 'orders'))), /spent.*hour of database 'orders'.*2 of 2/);
    assert.match(JSON.stringify(decide(others(5, 10, 'orders'))), /day of database 'orders'/);
    assert.match(JSON.stringify(decide(others(4, 90, 'games'))), /hour of all/);
    assert.match(JSON.stringify(decide(others(8, 10, 'games'))), /day of all/);
    assert.equal(decide(others(8, 10, 'games'), 24 * 60 + 11).kind, 'granted', 'a day later');
  });

  test('of one who observes is no other one’s, and tells what would have been done', () => {
    const observed = Array.from({ length: 9 }, (_, index) =>
      claimAt(99, { mode: 'observe', causeKey: `c${index}`, actId: `a${index}` }),
    );
    const now = 100 * minute;
    assert.equal(decideClaim(observed, request({ actId: 'new', causeKey: 'c1' }), budget, now).kind, 'granted');
    const observing = request({ actId: 'new', causeKey: 'new', mode: 'observe' });
    assert.equal(decideClaim(observed, observing, budget, now).kind, 'spent');
  });

  test('is not given back by a clock that was set back', () => {
    const claims = [claimAt(500, { actId: 'before' })];
    assert.equal(decideClaim(claims, request({ actId: 'new' }), budget, 100 * minute).kind, 'repeated');
  });

  test('knows the same change of an alarm again after its cool-down', () => {
    const claims = [claimAt(0, { execution: 'run-0' })];
    const decision = decideClaim(claims, request(), budget, 600 * minute);
    assert.match(JSON.stringify(decision), /repeated.*the same change.*run-0/);
  });
});
