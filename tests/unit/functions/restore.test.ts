import assert from 'node:assert/strict';

test('restore decides by a pure function in shared/domain, whose every branch is tried here', () => {
  assert.fail('unwritten: the decision of restore');
});
