import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findLeftovers } from '../../../../../shared/domain/resource/leftovers.ts';
import {
  backupTags,
  copyInstanceId,
  copyPrefix,
  copyTags,
  type Tags,
  whyNotOurCopy,
} from '../../../../../shared/domain/resource/throw-away.ts';

const now = new Date('2026-03-01T12:00:00Z');
const longAgo = new Date('2026-01-01T00:00:00Z');
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/);
/** What somebody calls an instance that they have restored for use; also what only looks like a copy's name. */
const name = fc
  .oneof(
    word,
    word.map((one) => `${one}-restored`),
    word.map((one) => `restored-gd-copy-${one}`),
    fc.constantFrom('gd-copy', 'gd-backup-fantasy-1-1', 'GD-COPY-fantasy-1-1', 'xgd-copy-1'),
  )
  .filter((one) => !one.startsWith(copyPrefix));
/** Tags of a copy, of the snapshot that it was restored from, or of the person's own; RDS takes over what the snapshot has. */
const tags: fc.Arbitrary<Tags> = fc
  .tuple(word, fc.subarray(['copy', 'backup', 'own'] as const))
  .map(([execution, which]) => ({
    ...(which.includes('own') ? { team: execution } : {}),
    ...(which.includes('backup') ? backupTags('fantasy', execution) : {}),
    ...(which.includes('copy') ? copyTags('fantasy', execution, longAgo) : {}),
  }));

describe('an instance that was restored for use', () => {
  test('is named by no clean-up under any name but a copy’s, whatever tags it bears', () => {
    fc.assert(
      fc.property(name, tags, word, (id, its, executionName) => {
        const expired = findLeftovers([{ id, status: 'available', tags: its }], [], now).filter(
          ({ kind }) => kind === 'expired',
        );
        assert.deepEqual(expired, []);
        assert.notEqual(whyNotOurCopy(id, its, { executionName, sourceInstanceIds: [] }), undefined);
      }),
    );
  });

  test('is named by none under a copy’s name either, with the tags that its snapshot gave it', () => {
    fc.assert(
      fc.property(word, word, (execution, team) => {
        const id = copyInstanceId('fantasy', execution, 1);
        const its = { ...backupTags('fantasy', execution), team };
        assert.ok(
          findLeftovers([{ id, status: 'available', tags: its }], [], now).every(({ kind }) => kind === 'suspect'),
        );
        assert.match(
          whyNotOurCopy(id, its, { executionName: execution, sourceInstanceIds: [] }) ?? '',
          /^has purpose 'backup', not 'throw-away copy'$/,
        );
      }),
    );
  });

  test('is told from a copy of ours, which the same rules do name', () => {
    const id = copyInstanceId('fantasy', 'night', 1);
    const its = copyTags('fantasy', 'night', longAgo);
    assert.equal(findLeftovers([{ id, status: 'available', tags: its }], [], now)[0]?.kind, 'expired');
    assert.equal(whyNotOurCopy(id, its, { executionName: 'night', sourceInstanceIds: [] }), undefined);
  });
});
