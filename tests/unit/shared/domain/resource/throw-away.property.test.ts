import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  backupSnapshotId,
  backupTags,
  copyInstanceId,
  copyTags,
  proofExecutionName,
  type Tags,
  tagKeys,
  whyNotOurCopy,
} from '../../../../../shared/domain/resource/throw-away.ts';
import { databaseKey } from '../../../../../shared/policy/schema.ts';
import { parseOperations } from '../../../../../shared/policy/validate.ts';
import { policyWith } from '../../policy/operations-text.ts';

/** Whether operations.yml may have it; the windows of the policy name a database that is not there then. */
const isTaken = (key: string) => {
  const database = {
    instance: 'some-instance',
    database: 'some',
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/dev/some',
  };
  try {
    parseOperations(policyWith({ 'stages.dev.databases': { [key]: database }, 'stages.dev.maintenance': [] }));
    return true;
  } catch {
    return false;
  }
};
/** Texts of the right letters; those that operations.yml would refuse are left out. */
const databases = fc
  .oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/), fc.stringMatching(/^[a-z]-{1,2}[a-z]-?$/))
  .filter((key) => databaseKey.safeParse(key).success);
const executions = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/), fc.uuid());
const attempts = fc.constantFrom(1, 2);
const expiresAt = new Date('2026-03-01T14:30:00Z');

describe('the name of a copy', () => {
  test('is an RDS instance identifier for every database and execution', () => {
    fc.assert(
      fc.property(databases, executions, attempts, (database, execution, attempt) => {
        for (const id of [
          copyInstanceId(database, execution, attempt),
          backupSnapshotId(database, execution, attempt),
        ]) {
          assert.match(id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
          assert.ok(id.length <= 63, id);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is the same for the same execution and another for another one or another attempt', () => {
    fc.assert(
      fc.property(databases, executions, executions, (database, execution, other) => {
        assert.equal(copyInstanceId(database, execution, 1), copyInstanceId(database, execution, 1));
        assert.notEqual(copyInstanceId(database, execution, 1), copyInstanceId(database, execution, 2));
        if (execution !== other) {
          assert.notEqual(copyInstanceId(database, execution, 1), copyInstanceId(database, other, 1));
        }
      }),
    );
  });

  test('is what the tables of a policy may use: refused keys would have made names that RDS refuses', () => {
    for (const key of ['a--b', 'ab-', 'Ab', '1a', 'a'.repeat(31)]) assert.equal(isTaken(key), false, key);
    for (const key of ['a', 'a-b', 'fantasy', 'a'.repeat(30)]) assert.equal(isTaken(key), true, key);
  });
});

describe('the guard of a deletion', () => {
  const sourceInstanceIds = ['fantasy-prod', 'gd-copy-of-a-source'];

  test('lets the copy of this execution through', () => {
    fc.assert(
      fc.property(databases, executions, attempts, (database, executionName, attempt) => {
        const instanceId = copyInstanceId(database, executionName, attempt);
        const tags = copyTags(database, executionName, expiresAt);
        assert.equal(whyNotOurCopy(instanceId, tags, { executionName, sourceInstanceIds }), undefined);
      }),
    );
  });

  test('refuses a copy without one of its tags, or with another value of it', () => {
    fc.assert(
      fc.property(
        databases,
        executions,
        fc.constantFrom(tagKeys.madeBy, tagKeys.purpose, tagKeys.execution),
        fc.option(fc.string()),
        (database, executionName, key, value) => {
          const tags = copyTags(database, executionName, expiresAt);
          fc.pre(value !== tags[key]);
          const { [key]: _, ...others } = tags;
          const changed = value === null ? others : { ...others, [key]: value };
          const id = copyInstanceId(database, executionName, 1);
          assert.ok(whyNotOurCopy(id, changed, { executionName, sourceInstanceIds }));
        },
      ),
    );
  });

  test('refuses the copy of another execution, a source instance, a backup, and a name without the prefix', () => {
    fc.assert(
      fc.property(databases, executions, executions, (database, executionName, other) => {
        const tags = copyTags(database, executionName, expiresAt);
        const id = copyInstanceId(database, executionName, 1);
        const expected = { executionName, sourceInstanceIds };
        if (other !== executionName) {
          assert.match(
            whyNotOurCopy(id, copyTags(database, other, expiresAt), expected) ?? '',
            /^belongs to execution/,
          );
        }
        for (const source of sourceInstanceIds) {
          assert.match(whyNotOurCopy(source, tags, expected) ?? '', /^is a source instance/);
        }
        assert.match(
          whyNotOurCopy(id, tags, { executionName, sourceInstanceIds: [id] }) ?? '',
          /^is a source instance/,
        );
        assert.ok(whyNotOurCopy(id, backupTags(database, executionName), expected));
        assert.match(whyNotOurCopy(backupSnapshotId(database, executionName, 1), tags, expected) ?? '', /^has a name/);
      }),
    );
  });

  test('lets nothing through whose name and tags were drawn at random', () => {
    const anyTags: fc.Arbitrary<Tags> = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.values(tagKeys)), fc.string()),
      fc.oneof(fc.constantFrom('pg-gameday', 'throw-away copy', 'backup', 'run-2'), fc.string()),
    );
    const anyId = fc.oneof(fc.string(), fc.constantFrom('fantasy-prod', 'gd-copy-fantasy-1-1'));
    fc.assert(
      fc.property(anyId, anyTags, (id, tags) => {
        assert.ok(whyNotOurCopy(id, tags, { executionName: 'run-1', sourceInstanceIds }));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the name of a proof', () => {
  test('is an execution name for every execution, the same for the same attempt and another for any other', () => {
    fc.assert(
      fc.property(executions, executions, attempts, (execution, other, attempt) => {
        const name = proofExecutionName(execution, attempt);
        assert.match(name, /^[A-Za-z0-9_-]{1,80}$/);
        assert.equal(proofExecutionName(execution, attempt), name);
        assert.notEqual(proofExecutionName(execution, 3 - attempt), name);
        if (other !== execution) assert.notEqual(proofExecutionName(other, attempt), name);
      }),
      { numRuns: 500 },
    );
  });
});
