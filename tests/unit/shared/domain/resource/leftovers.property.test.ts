import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  findLeftovers,
  type InstanceInRegion,
  whyNotExpired,
} from '../../../../../shared/domain/resource/leftovers.ts';
import { copyInstanceId, copyTags, type Tags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';

const now = new Date('2026-03-01T12:00:00Z');
const hour = 3_600_000;
const sources = ['fantasy-prod', 'gd-copy-of-a-source'];
const execution = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const copy = (executionName: string, expiresInHours: number, status = 'available'): InstanceInRegion => ({
  id: copyInstanceId('fantasy', executionName, 1),
  status,
  tags: copyTags('fantasy', executionName, new Date(now.getTime() + expiresInHours * hour)),
});
const kindsOf = (...instances: InstanceInRegion[]) =>
  findLeftovers(instances, sources, now).map(({ instanceId, kind }) => `${kind} ${instanceId}`);

describe('a left-over', () => {
  test('is a copy of ours whose expiry is past, and no other', () => {
    fc.assert(
      fc.property(execution, fc.integer({ min: -1000, max: 1000 }), (name, hours) => {
        const instance = copy(name, hours);
        assert.deepEqual(kindsOf(instance), hours <= 0 ? [`expired ${instance.id}`] : []);
      }),
    );
  });

  test('is not deleted without one of its tags or with another value of it, and is named instead', () => {
    const keys = [tagKeys.madeBy, tagKeys.purpose, tagKeys.execution, tagKeys.expiresAt];
    fc.assert(
      fc.property(
        execution,
        fc.constantFrom(...keys),
        fc.constantFrom(undefined, '', 'backup', 'soon'),
        (name, key, value) => {
          const instance = copy(name, -1);
          const { [key]: _, ...others } = instance.tags;
          const changed = { ...instance, tags: value === undefined ? others : { ...others, [key]: value } };
          const found = kindsOf(changed);
          if (key === tagKeys.execution && value !== undefined && value !== '') {
            assert.deepEqual(found, [`expired ${instance.id}`], 'whose copy it was does not matter any more');
          } else assert.deepEqual(found, [`suspect ${instance.id}`]);
        },
      ),
    );
  });

  test('is not deleted by an expiry that is a time only to a computer', () => {
    for (const value of ['6', '2001', '2026-2-1', 'Feb 1 2026', '1', '2026-02-01', ' 2026-02-01T00:00:00Z'])
      assert.deepEqual(
        kindsOf({ ...copy('night', -1), tags: { ...copy('night', -1).tags, [tagKeys.expiresAt]: value } }),
        [`suspect ${copy('night', -1).id}`],
        value,
      );
  });

  test('is never a source, whatever its name and tags', () => {
    for (const id of sources) {
      const instance = { ...copy('night-1', -1), id };
      assert.deepEqual(kindsOf(instance), [`suspect ${id}`]);
      assert.equal(whyNotExpired(instance, sources, now)?.text, 'is a source instance of operations.yml');
    }
  });

  test('with the tags of a copy and another name is named and left alone', () => {
    assert.deepEqual(kindsOf({ ...copy('night-1', -1), id: 'reports-prod' }), ['suspect reports-prod']);
  });

  test('that is being deleted is done with', () => {
    assert.deepEqual(kindsOf(copy('night-1', -1, 'deleting')), []);
  });

  test('is never made of names and tags that were drawn at random', () => {
    const tags: fc.Arbitrary<Tags> = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.values(tagKeys)), fc.string()),
      fc.oneof(fc.constantFrom('pg-gameday', 'throw-away copy', 'night-1', '2026-01-01'), fc.string()),
    );
    const id = fc.oneof(fc.string(), fc.constantFrom('fantasy-prod', 'gd-copy-fantasy-1-1'));
    fc.assert(
      fc.property(id, tags, (drawn, its) => {
        const found = findLeftovers([{ id: drawn, status: 'available', tags: its }], sources, now);
        assert.deepEqual(
          found.filter(({ kind }) => kind === 'expired'),
          [],
        );
      }),
      { numRuns: 1000 },
    );
  });
});
