import assert from 'node:assert/strict';
import { classOf, oneDown } from '../../../../../shared/domain/resource/instance-classes.ts';
import { findLeftovers, type InstanceInRegion } from '../../../../../shared/domain/resource/leftovers.ts';
import { proofOf } from '../../../../../shared/domain/resource/proof-instances.ts';
import { restoreSource, restoreTags } from '../../../../../shared/domain/resource/restore-tags.ts';
import {
  backupSnapshotId,
  backupTags,
  copyInstanceId,
  copyTags,
  proofExecutionName,
  tagKeys,
  whyNotOurCopy,
} from '../../../../../shared/domain/resource/throw-away.ts';

/** Edges and words that drawn examples meet by chance only: each by itself. */
const now = new Date('2026-03-01T12:00:00Z');
const found = (instance: InstanceInRegion) =>
  findLeftovers([instance], ['own-prod'], now).map(
    ({ kind, executionName, reason }) => `${kind} ${executionName}: ${reason}`,
  )[0];

describe('what a thing of ours is marked with', () => {
  test('says whose it is, what for, and to which workflow the bill goes', () => {
    assert.deepEqual(backupTags('own', 'night'), {
      'pg-gameday:made-by': 'pg-gameday',
      'pg-gameday:purpose': 'backup',
      'pg-gameday:workflow': 'backup-and-verify',
      'pg-gameday:database': 'own',
      'pg-gameday:execution': 'night',
    });
    assert.deepEqual(copyTags('own', 'night', now), {
      'pg-gameday:made-by': 'pg-gameday',
      'pg-gameday:purpose': 'throw-away copy',
      'pg-gameday:workflow': 'prove-snapshot',
      'pg-gameday:database': 'own',
      'pg-gameday:execution': 'night',
      'pg-gameday:expires-at': '2026-03-01T12:00:00.000Z',
    });
  });

  test('has a name that AWS takes, whatever is as long as it may be', () => {
    const [database, execution] = ['d'.repeat(63), 'e'.repeat(80)];
    for (const name of [copyInstanceId(database, execution, 2), backupSnapshotId(database, execution, 2)])
      assert.ok(name.length <= 63, name);
    assert.ok(proofExecutionName(execution, 2).length <= 80);
  });

  test('is named when it is not what it has to be', () => {
    const expected = { executionName: 'night', sourceInstanceIds: [] };
    const { [tagKeys.purpose]: _, ...withoutPurpose } = copyTags('own', 'night', now);
    const { [tagKeys.execution]: __, ...withoutExecution } = copyTags('own', 'night', now);
    assert.match(whyNotOurCopy('gd-copy-1', withoutPurpose, expected) ?? '', /purpose 'none', not 'throw-away copy'/);
    assert.match(whyNotOurCopy('gd-copy-1', withoutExecution, expected) ?? '', /execution 'none', not to 'night'/);
  });

  test('reports what a restore needs of its source, or nothing', () => {
    const source = { instanceClass: 'db.r6g.large', parameterGroup: 'own' };
    assert.deepEqual(restoreSource(restoreTags(source)), source);
    for (const key of Object.keys(restoreTags(source))) {
      const { [key]: _, ...rest } = restoreTags(source);
      assert.equal(restoreSource(rest), undefined);
    }
  });
});

describe('an instance of the region', () => {
  const copy = { id: 'gd-copy-own-1-1', status: 'available', tags: copyTags('own', 'night', now) };
  test('is expired from its moment on, and is spoken of with it', () => {
    assert.equal(found(copy), 'expired night: expired at 2026-03-01T12:00:00.000Z');
    const later = copyTags('own', 'night', new Date(now.getTime() + 1));
    assert.equal(found({ ...copy, tags: later }), undefined);
    assert.equal(found({ ...copy, status: 'deleting' }), undefined);
  });

  test('is none of ours without the name and without the tags of a copy', () => {
    assert.equal(found({ id: 'own-prod', status: 'available', tags: {} }), undefined);
    assert.equal(found({ id: 'other', status: 'available', tags: backupTags('own', 'night') }), undefined);
    const purpose = { [tagKeys.purpose]: 'throw-away copy' };
    assert.equal(found({ id: 'other', status: 'available', tags: purpose }), undefined);
    assert.match(found({ ...copy, id: 'other' }) ?? '', /^suspect night: has a name that does not begin/);
  });

  test('that lacks an execution, or a time that can be read, is looked at by a person', () => {
    const without = (key: string, value?: string) => {
      const { [key]: _, ...rest } = copy.tags as Record<string, string>;
      return found({ ...copy, tags: value === undefined ? rest : { ...rest, [key]: value } });
    };
    assert.equal(without(tagKeys.execution), `suspect : lacks the tag ${tagKeys.execution}`);
    assert.equal(without(tagKeys.execution, ''), `suspect : lacks the tag ${tagKeys.execution}`);
    assert.equal(without(tagKeys.expiresAt), "suspect night: has expiry 'none', which is no time");
    assert.equal(without(tagKeys.expiresAt, 'soon'), "suspect night: has expiry 'soon', which is no time");
  });
});

test('a class of a family that nobody knows is none, and has no smaller one', () => {
  for (const name of ['db.x9.large', 'db.m6g.huge', 'db', '', 'db.constructor.large']) {
    assert.equal(classOf(name), undefined, name);
    assert.equal(oneDown(name), undefined, name);
  }
  assert.equal(oneDown('db.t4g.micro'), undefined);
  assert.deepEqual(oneDown('db.m6g.xlarge'), { name: 'db.m6g.large', cpus: 2, memoryGib: 8, baseline: undefined });
});

test('a proof means an instance by its name or a database of it, wherever that stands as a text', () => {
  const databases = { own: { instance: 'own-prod' }, other: { instance: 'other-prod' } };
  const proof = (input: string) => proofOf('own-prod', databases, [{ name: 'p', input }]);
  assert.equal(proof('{"a":[{"b":"own"}]}'), 'p');
  assert.equal(proof('{"a":"own-prod"}'), 'p');
  assert.equal(proof('{"own":1,"a":"other"}'), undefined);
  assert.equal(proof('{}'), undefined);
  assert.equal(proof('no JSON'), 'p', 'it may mean every instance');
});
