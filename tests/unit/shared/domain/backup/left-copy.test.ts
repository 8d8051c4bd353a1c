import assert from 'node:assert/strict';
import { withLeftCopy } from '../../../../../shared/domain/backup/left-copy.ts';

const cleanUp = {
  state: 'CheckDeleted',
  error: 'CleanUpTimedOut',
  cause: "copy 'gd-copy-1' is 'deleting'\nHINT: Look.",
};

test('the sentence of a run says that a copy was left behind, beside whatever else is wrong', () => {
  assert.equal(withLeftCopy('tables: a row differs', null), 'tables: a row differs');
  assert.equal(
    withLeftCopy('tables: a row differs', cleanUp),
    "tables: a row differs; A COPY WAS LEFT BEHIND: CleanUpTimedOut in CheckDeleted: copy 'gd-copy-1' is 'deleting'",
  );
  assert.equal(
    withLeftCopy('CleanUpTimedOut in CheckDeleted: it is there', cleanUp),
    'CleanUpTimedOut in CheckDeleted: it is there; A COPY WAS LEFT BEHIND',
  );
});
