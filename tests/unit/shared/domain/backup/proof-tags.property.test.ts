import assert from 'node:assert/strict';
import fc from 'fast-check';
import { proofTags, whyNotProvenHere } from '../../../../../shared/domain/backup/proof-tags.ts';
import { isVerified } from '../../../../../shared/domain/backup/retention.ts';
import { backupSnapshotId, backupTags, type Tags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';

const run = { executionName: 'night-1', database: 'fantasy' };
const sound = { id: backupSnapshotId('fantasy', 'night-1', 1), tags: backupTags('fantasy', 'night-1') };
const proof = {
  verifiedAt: '2026-01-02T03:04:05.000Z',
  evidenceKey: 'backup-and-verify/fantasy/night-1/evidence.json',
};

describe('the tags of a proof', () => {
  test('make a snapshot count as verified exactly when its verdict proves it', () => {
    for (const [verdict, counts] of Object.entries({ exact: true, bounded: true, unbracketed: false, failed: false })) {
      const tags = { ...sound.tags, ...proofTags({ verdict, ...proof }) };
      assert.equal(isVerified({ status: 'available', tags }), counts, verdict);
      assert.deepEqual([tags[tagKeys.verifiedAt], tags[tagKeys.evidenceKey]], [proof.verifiedAt, proof.evidenceKey]);
    }
  });

  test('leave every tag alone that says whose the snapshot is, and a hold', () => {
    const given = Object.keys(proofTags({ verdict: 'exact', ...proof }));
    assert.deepEqual(
      given.filter((key) => key in sound.tags || key === tagKeys.hold),
      [],
    );
  });
});

describe('the snapshot that an execution may tag', () => {
  test('is the one that it made', () => {
    assert.equal(whyNotProvenHere(sound, run), undefined);
  });

  test('is none that lacks the name or any one of the tags that say whose it is, or has another value there', () => {
    // The workflow is for the bill, and older snapshots lack it.
    const keys = Object.keys(sound.tags).filter((key) => key !== tagKeys.workflow);
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.option(fc.string(), { nil: undefined }),
        fc.dictionary(fc.string(), fc.string()),
        (key, value, others) => {
          fc.pre(value !== sound.tags[key]);
          const { [key]: _, ...rest } = sound.tags;
          const tags: Tags = { ...others, ...rest, ...(value === undefined ? {} : { [key]: value }) };
          fc.pre(tags[key] !== sound.tags[key]);
          assert.notEqual(whyNotProvenHere({ ...sound, tags }, run), undefined);
        },
      ),
    );
    assert.match(whyNotProvenHere({ ...sound, id: 'fantasy-by-hand' }, run) ?? '', /does not begin with 'gd-backup-'/);
  });

  test('is none of another execution or database', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (executionName, database) => {
        fc.pre(executionName !== run.executionName || database !== run.database);
        assert.notEqual(whyNotProvenHere(sound, { executionName, database }), undefined);
      }),
    );
  });
});
