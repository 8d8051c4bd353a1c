import assert from 'node:assert/strict';
import { matchesPattern } from '../../sandbox/services/events/event-pattern.ts';
import { InvalidPatternError } from '../../sandbox/services/events/invalid-pattern.ts';
import { matchedPatterns } from '../support/recorded/event-patterns.ts';
import { refusedPatterns } from '../support/recorded/event-patterns-refused.ts';

describe('an event pattern that AWS refuses', () => {
  for (const { case: name, pattern, answer, recorded } of refusedPatterns) {
    test(`${name} (${recorded})`, () => {
      assert.throws(
        () => matchesPattern(pattern, {}),
        (error) => error instanceof InvalidPatternError && 'reason' in answer && error.message === answer.reason,
        JSON.stringify(answer),
      );
    });
  }
});

describe('an event pattern that AWS was asked about', () => {
  for (const { case: name, pattern, event, answer, recorded } of matchedPatterns) {
    test(`${name} (${recorded})`, () => {
      assert.equal(matchesPattern(pattern, event), 'matches' in answer && answer.matches);
    });
  }
});
