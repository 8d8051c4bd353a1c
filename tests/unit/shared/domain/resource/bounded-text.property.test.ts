import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundedText } from '../../../../../shared/domain/verification/bounded-text.ts';

test('a text is never longer than its bound, keeps its two ends, and is itself when it is short', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.integer({ min: 120, max: 300 }), (text, most) => {
      const bounded = boundedText(text, most);
      assert.ok(bounded.length <= most);
      if (text.length <= most) return assert.equal(bounded, text);
      assert.equal(bounded.slice(0, 20), text.slice(0, 20));
      assert.equal(bounded.slice(-10), text.slice(-10));
      return assert.match(bounded, /\d+ characters are left out/);
    }),
  );
});
