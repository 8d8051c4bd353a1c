import assert from 'node:assert/strict';
import { at } from '../files.ts';
import { functionsByKey } from '../templates/configuration.ts';

type Functions = Readonly<Record<string, unknown>>;

/** What lets a flood of requests to an open address take Lambda away from everything else. */
function faultsOf(functions: Functions): string[] {
  return Object.entries(functions).flatMap(([key, fields]) => {
    const isOpen = at(fields, 'url') !== undefined;
    const reserved = at(fields, 'reservedConcurrency');
    if (isOpen && !(typeof reserved === 'number' && reserved >= 1 && reserved <= 20))
      return [`'${key}' has an address of its own and reserves ${reserved ?? 'nothing'}, expected 1 to 20`];
    // What is kept back for one is taken from all others; and what works for alarms must not wait for itself.
    return !isOpen && reserved !== undefined ? [`'${key}' reserves ${reserved}, and nobody can flood it`] : [];
  });
}

describe('an address that anybody can call', () => {
  test('has a few invocations of its own, and no more: a flood of it stops no alarm', () => {
    const functions = functionsByKey() as Functions;
    assert.deepEqual(
      Object.keys(functions).filter((key) => at(functions[key], 'url') !== undefined),
      ['acknowledgeIncident'],
    );
    assert.deepEqual(faultsOf(functions), []);
  });

  test('without a bound, or with all of Lambda, is reported', () => {
    assert.equal(faultsOf({ page: { url: true } }).length, 1);
    assert.equal(faultsOf({ page: { url: true, reservedConcurrency: 900 } }).length, 1);
    assert.equal(faultsOf({ page: { url: true, reservedConcurrency: 0 } }).length, 1);
    assert.equal(faultsOf({ readEvent: { reservedConcurrency: 1 } }).length, 1);
    assert.deepEqual(faultsOf({ page: { url: true, reservedConcurrency: 5 }, readEvent: {} }), []);
  });
});
