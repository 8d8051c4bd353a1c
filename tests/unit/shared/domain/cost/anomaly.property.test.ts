import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyseSeries } from '../../../../../shared/domain/cost/anomaly.ts';
import type { DetectorLimits } from '../../../../../shared/domain/cost/detector-limits.ts';
import { forecastMonth } from '../../../../../shared/domain/cost/forecast.ts';
import { rootCause } from '../../../../../shared/domain/cost/root-cause.ts';

const limits: DetectorLimits = {
  minimumHistoryDays: 28,
  minimumMoney: 10,
  minimumShare: 0.2,
  sigmas: 5,
  minimumMissingMoney: 2,
};
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 50, max: 150, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.double({ min: -1e6, max: 1e9, noNaN: true }) },
);
const bill = fc.array(amount, { maxLength: 120 }).map((list) => Float64Array.from(list));
const firstDay = fc.integer({ min: 18_000, max: 22_000 });

test('whatever a bill holds, anomalies lie inside it, in order, apart, and in numbers', () => {
  fc.assert(
    fc.property(bill, firstDay, fc.integer({ min: 0, max: 130 }), (amounts, first, from) => {
      const { anomalies, bands } = analyseSeries(amounts, first, from, limits);
      assert.equal(bands.length, Math.max(0, amounts.length - from));
      let end = from - 1;
      for (const anomaly of anomalies) {
        assert.ok(anomaly.first > end || anomaly.first === from, 'overlaps the one before');
        assert.ok(anomaly.last >= anomaly.first && anomaly.last < amounts.length);
        assert.ok(Number.isFinite(anomaly.actual) && Number.isFinite(anomaly.expected));
        end = anomaly.last;
      }
      for (const band of bands) {
        if (band === undefined) continue;
        assert.ok(Number.isFinite(band.expected) && band.lower <= band.expected && band.expected <= band.upper);
      }
    }),
    { numRuns: 300 },
  );
});

test('a day is assessed by the days before it: what comes later changes no band', () => {
  fc.assert(
    fc.property(bill, bill, firstDay, (amounts, later, first) => {
      const alone = analyseSeries(amounts, first, 0, limits).bands;
      const followed = analyseSeries(Float64Array.from([...amounts, ...later]), first, 0, limits).bands;
      assert.deepEqual(followed.slice(0, alone.length), alone);
    }),
    { numRuns: 100 },
  );
});

test('a steady bill is quiet at every level, and five times it on one day is always reported', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 10, max: 1e6, noNaN: true }),
      fc.integer({ min: 40, max: 99 }),
      firstDay,
      (level, at, first) => {
        const steady = new Float64Array(100).fill(level);
        assert.deepEqual(analyseSeries(steady, first, 30, limits).anomalies, []);
        const spiked = steady.map((one, index) => (index === at ? 5 * one : one));
        const { anomalies } = analyseSeries(spiked, first, 30, limits);
        assert.deepEqual(
          anomalies.map((one) => [one.first, one.last]),
          [[at, at]],
        );
      },
    ),
    { numRuns: 100 },
  );
});

test('a forecast has one day for each that is left of the month, and its bounds around it', () => {
  fc.assert(
    fc.property(bill, firstDay, (amounts, first) => {
      const forecast = forecastMonth(amounts, first);
      const known = amounts.filter((one) => !Number.isNaN(one)).length;
      assert.equal(forecast === undefined, known < 3);
      if (forecast === undefined) return;
      const end = new Date((first + amounts.length) * 86_400_000);
      const left =
        new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate() - end.getUTCDate() + 1;
      assert.equal(forecast.rest.length, left);
      assert.ok([forecast.total, forecast.lower, forecast.upper].every(Number.isFinite));
    }),
    { numRuns: 200 },
  );
});

test('the cause is the part that was made to cost more, and each step explains at least half of what was left', () => {
  const dimension = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.record({ service: dimension, usageType: dimension, region: dimension }, { noNullPrototype: true }),
        {
          minLength: 1,
          maxLength: 20,
          selector: (one) => JSON.stringify(one),
        },
      ),
      fc.nat(),
      fc.boolean(),
      firstDay,
      (places, pick, isMissing, first) => {
        const chosen = pick % places.length;
        const parts = places.map((dimensions, index) => {
          const amounts = new Float64Array(90).fill(100);
          if (index === chosen) amounts[89] = isMissing ? 0 : 900;
          return { dimensions, amounts };
        });
        const days = { firstDay: first, first: 89, last: 89, kind: isMissing ? 'missing' : 'increase' };
        const steps = rootCause(parts, ['service', 'usageType', 'region'], days);
        assert.deepEqual(Object.fromEntries(steps.map((step) => [step.dimension, step.value])), places[chosen]);
        assert.ok(steps.every(({ share }) => share >= 0.5 && share <= 1));
      },
    ),
    { numRuns: 100 },
  );
});
