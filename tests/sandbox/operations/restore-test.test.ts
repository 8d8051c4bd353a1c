import assert from 'node:assert/strict';

test('restore-test finds on a real server what was put there, and nothing on a sound one', () => {
  assert.fail('unwritten: restore-test in the sandbox');
});
