import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isOddInHistory } from '../../../../../shared/domain/backup/history.ts';

/** A database of so many bytes whose every run is up to 3 % off the trend. */
const growing = fc
  .record({
    start: fc.double({ min: 1e4, max: 1e13, noNaN: true }),
    growth: fc.double({ min: 0.98, max: 1.05, noNaN: true }),
    noise: fc.array(fc.double({ min: 0.97, max: 1.03, noNaN: true }), { minLength: 8, maxLength: 60 }),
  })
  .map(({ start, growth, noise }) => noise.map((factor, run) => start * growth ** run * factor));
const changeLast = (series: readonly number[], factor: number) => series.with(-1, (series.at(-1) ?? 0) * factor);

describe('the last backup beside its history', () => {
  test('is not odd while the database grows or shrinks steadily', () => {
    fc.assert(fc.property(growing, (series) => assert.equal(isOddInHistory(series), false)));
  });

  test('is not odd when the same amount is added every day, however small the database was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 60 }), fc.integer({ min: 1, max: 1000 }), (runs, first) => {
        const series = Array.from({ length: runs }, (_, run) => first * (1 + run));
        assert.equal(isOddInHistory(series), false);
      }),
    );
  });

  test('is odd when it halves or triples from one run to the next', () => {
    fc.assert(
      fc.property(growing, fc.constantFrom(0.5, 0.3, 0.01, 3, 10), (series, factor) => {
        assert.equal(isOddInHistory(changeLast(series, factor)), true);
      }),
    );
  });

  test('is odd all the same after one or two earlier runs that were odd', () => {
    fc.assert(
      fc.property(growing, fc.nat(), fc.constantFrom(0.4, 4), (series, place, factor) => {
        fc.pre(series.length > 12);
        const index = place % (series.length - 1);
        const bumped = series.with(index, (series[index] ?? 0) * factor);
        assert.equal(isOddInHistory(bumped), false, 'the newest is as the others');
        assert.equal(isOddInHistory(changeLast(bumped, 3)), true);
      }),
    );
  });

  test('is not odd within what its history is used to', () => {
    const restless = Array.from({ length: 14 }, (_, run) => (run % 2 === 0 ? 100 : 200));
    assert.equal(isOddInHistory([...restless, 400]), false);
    assert.equal(isOddInHistory([...restless, 20_000]), true);
  });

  test('is never odd with fewer than seven runs before it', () => {
    const anything = fc.array(fc.double({ min: 0, max: 1e15, noNaN: true }), { maxLength: 7 });
    fc.assert(fc.property(anything, (series) => assert.equal(isOddInHistory(series), false)));
  });

  test('is assessed by its shape: in other units it is as odd', () => {
    const series = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 30 });
    fc.assert(
      fc.property(series, fc.constantFrom(2, 1024, 2 ** -20), (values, unit) => {
        assert.equal(isOddInHistory(values.map((value) => value * unit)), isOddInHistory(values));
      }),
    );
  });
});
