import type { Verdict } from '../../../../shared/contracts/backup-and-verify.ts';
import type { RecoveryPage, RestoreTestEvidence } from '../../../../shared/contracts/restore-test.ts';
import { recoveryPaths } from '../../../../shared/domain/restore/recovery.ts';
import { restoreTestEvidence, triedPath } from '../domain/restore/restore-test-sample.ts';

const day = 86_400_000;
const first = Date.UTC(2024, 2, 1, 15);
export const testedAt = (number: number) => new Date(first + number * 91 * day);

/** The test of one quarter: the database grows by 20 GB and a restore by five minutes; the last one is slow, or not proven. */
export function restoreTestOf(number: number, verdict: Verdict): RestoreTestEvidence {
  const usable = 1800 + number * 300 + (number % 3) * 20;
  const times = { available: usable - 60, usable, verified: usable * 2 };
  return restoreTestEvidence({
    execution: {
      name: `quarter-${number}-${'0123456789abcdef'.repeat(2)}`,
      arn: `arn:aws:states:us-east-1:123456789012:execution:restore-test-prod:quarter-${number}`,
      startedAt: testedAt(number).toISOString(),
      recordedAt: new Date(testedAt(number).getTime() + 5_400_000).toISOString(),
    },
    sourceBytes: (100 + 20 * number) * 1024 ** 3,
    isProven: verdict !== 'failed',
    verdict,
    tried: [
      triedPath('snapshot', { times }),
      triedPath('point-in-time', {
        times,
        rpoSeconds: 240,
        restored: 'the moment 2026-03-01T05:00:00Z',
        pause: { at: '2026-03-01T05:00:00Z', milliseconds: 448.6 },
        isInTime: false,
      }),
      triedPath('other-region', {
        times: { available: null, usable: null, verified: null },
        verdict,
        summary: `AwsUnavailableError in StartRestore: restore 'gd-copy-${'x'.repeat(60)}' was refused`,
        ...(verdict === 'failed'
          ? { blame: { blamed: 'the environment', severity: 'P2', remedy: 'mend what the message names' } }
          : {}),
      }),
    ],
    notTried: [
      {
        path: 'other-region-point-in-time',
        kind: 'not set up',
        reason: "automated backups of 'fantasy-prod' are not replicated to us-west-2",
      },
      { path: 'dump', kind: 'not built', reason: 'there is no logical backup yet that could be restored' },
      {
        path: 'selected-objects',
        kind: 'not built',
        reason: 'a test writes nothing into the source, into which restore merges single tables',
      },
    ],
  });
}

export const recoveryWith = (tests: number): RecoveryPage => ({
  schemaVersion: 1,
  database: 'fantasy',
  stage: 'prod',
  drawnAt: testedAt(tests - 1).toISOString(),
  paths: recoveryPaths(
    Array.from({ length: tests }, (_, index) => restoreTestOf(index, index === tests - 1 ? 'failed' : 'exact')),
    { intervalDays: 91, graceDays: 14 },
    testedAt(tests - 1),
  ),
});
