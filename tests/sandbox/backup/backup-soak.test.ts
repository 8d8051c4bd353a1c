import assert from 'node:assert/strict';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { type BackupFixture, openBackupFixture } from '../../support/sandbox/backup.ts';
import { type SoakedRun, soak } from '../../support/sandbox/soak.ts';

describe('backup-and-verify under writers', () => {
  let fixture: BackupFixture;

  beforeAll(async () => {
    fixture = await openBackupFixture({
      // The snapshot is long enough on its way for the bracket to have its margin.
      speed: 20,
      rds: { durations: { create: 30_000, restore: 30_000, automatedBackup: 10_000, delete: 10_000 } },
      // Hot rows are unverifiable whatever the size is: in half of it they are more than the limit of 0.1 %.
      fill: async (master) => {
        await loadDemo(master, { megabytes: 60 });
      },
    });
  });
  afterAll(() => fixture.close());

  // `npm run soak -- --runs 20` says more; this shows that it works.
  test('a sound backup is never called unsound', async () => {
    const results: SoakedRun[] = [];
    for await (const result of soak(fixture, { runs: 2, targetPerSecond: 450 })) results.push(result);
    assert.equal(results.length, 2);
    for (const { verdict, summary, bracketSeconds, perSecond, unverifiableRows, rows } of results) {
      assert.ok(['exact', 'bounded'].includes(verdict), summary);
      assert.ok(bracketSeconds > 5, `${bracketSeconds} s`);
      assert.ok(perSecond > 0, 'nobody wrote');
      assert.ok(unverifiableRows < rows * 0.001, `${unverifiableRows} of ${rows} rows`);
    }
  });
});
