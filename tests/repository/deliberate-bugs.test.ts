import assert from 'node:assert/strict';
import { deliberateBugs } from '../../sandbox/fault-sweep/deliberate-bugs.ts';
import { textOf } from './files.ts';

test('every mistake that a sweep is tried with has its one place in the sources', () => {
  const edits = deliberateBugs.flatMap(({ edits = [] }) => edits);
  assert.ok(edits.length >= 5);
  for (const { file, find, replace } of edits) {
    assert.equal(textOf(file).split(find).length, 2, `'${find}' in ${file}`);
    assert.notEqual(find, replace);
  }
});
