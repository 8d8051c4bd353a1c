import assert from 'node:assert/strict';
import { readableFailure } from '../../../../../shared/domain/backup/readable-failure.ts';

const failure = (cause: string, error = 'States.TaskFailed') => ({ state: 'RemoveCopy', error, cause });
const ofFunction = JSON.stringify({ errorType: 'InstanceNotOursError', errorMessage: 'it is not ours', trace: [] });

describe('a failure as a person reads it', () => {
  test('has the message of the function that failed', () => {
    assert.equal(readableFailure(failure(ofFunction, 'InstanceNotOursError'))?.cause, 'it is not ours');
  });

  test('has the name and the message of what failed within an execution that was awaited', () => {
    const execution = { Cause: ofFunction, Error: 'InstanceNotOursError', Status: 'FAILED' };
    const inner = failure('it is not ours', 'InstanceNotOursError');
    assert.deepEqual(readableFailure(failure(JSON.stringify(execution))), inner);
    const outer = { Cause: JSON.stringify(execution), Error: 'States.TaskFailed', Status: 'FAILED' };
    assert.deepEqual(readableFailure(failure(JSON.stringify(outer))), inner);
  });

  test('of an execution that says nothing of itself has its status', () => {
    const stopped = readableFailure(failure(JSON.stringify({ Status: 'ABORTED', Input: {} })));
    assert.deepEqual(stopped, failure('the execution ended as ABORTED'));
  });

  test('that is plain text, another JSON or none stays as it is', () => {
    for (const cause of ['copy is deleting', '7', 'null', '{"a":1}', '"text"', '{"errorMessage":7}'])
      assert.deepEqual(readableFailure(failure(cause)), failure(cause));
    assert.equal(readableFailure(null), null);
  });
});
