import assert from 'node:assert/strict';
import type { BackupOutcome } from '../../../../shared/contracts/outcome.ts';
import { outcomeMessage } from '../../../../shared/notify/outcomes/outcome-message.ts';

const place = {
  stage: 'test',
  bucket: 'evidence',
  executionName: 'run-1',
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:backup-and-verify-test:run-1',
  unproven: [],
};
const proven: BackupOutcome = {
  workflow: 'backup-and-verify',
  database: 'fantasy',
  verdict: 'exact',
  summary: 'all 10 rows are proven',
  blame: null,
  evidenceKey: 'evidence.json',
  reportKey: 'report.html',
  chain: null,
  copyFailure: null,
  isCapped: false,
  isRefused: false,
  warnings: 0,
};
const copyFailure = { state: 'CopySnapshot', error: 'SnapshotCopyFailedError', cause: 'no' };
const blame = { blamed: 'the source', severity: 'P2', remedy: 'mend it' } as const;

describe('the message of a backup', () => {
  for (const [what, change, severity, headline, state] of [
    ['that is exact', {}, 'P4', 'verified: exact', 'resolved'],
    ['that is bounded', { verdict: 'bounded' }, 'P4', 'verified: bounded', 'resolved'],
    ['with a warning', { warnings: 1 }, 'P3', 'verified: exact, with a warning', 'resolved'],
    ['with warnings', { warnings: 2 }, 'P3', 'verified: exact, with 2 warnings', 'resolved'],
    [
      'that was not copied',
      { copyFailure, warnings: 1 },
      'P2',
      'verified: exact, NOT COPIED, with a warning',
      'problem',
    ],
    ['that failed', { verdict: 'failed' }, 'P1', 'NOT VERIFIED: failed', 'problem'],
    ['outside the bracket', { verdict: 'unbracketed' }, 'P1', 'NOT VERIFIED: unbracketed', 'problem'],
    ['that failed by its source', { verdict: 'failed', blame }, 'P2', 'NOT VERIFIED: failed', 'problem'],
    [
      'that was too dear',
      { verdict: 'failed', isCapped: true },
      'P2',
      'NOT VERIFIED: not restored, for its cost',
      'problem',
    ],
    [
      'that was refused',
      { verdict: 'failed', isRefused: true },
      'P4',
      'NOT STARTED: another run of it goes on',
      'reported',
    ],
  ] as const) {
    test(`${what} is ${severity} and says: ${headline}`, () => {
      const message = outcomeMessage({ ...proven, ...change }, place);
      assert.deepEqual([message.severity, message.subject], [severity, `[test] backup of fantasy ${headline}`]);
      assert.equal(message.attributes['state'], state);
      assert.match(message.text, /^all 10 rows are proven$/m);
      assert.match(message.text, /^Evidence: s3:\/\/evidence\/evidence\.json$/m);
    });
  }

  test('of a run that was not planned names no database, and is folded apart', () => {
    const message = outcomeMessage({ ...proven, verdict: 'failed', database: null }, place);
    assert.equal(message.subject, '[test] backup of unknown database NOT VERIFIED: failed');
    assert.equal(message.attributes['database'], '_unplanned');
  });
});

describe('the message of a night', () => {
  const night = {
    workflow: 'nightly-backup' as const,
    isProven: false,
    severity: 'P1' as const,
    summary: '1 of 2 is not proven',
    recordKey: 'record.json',
    recordSha256: null,
    pageKey: 'page.html',
  };

  test('names each database that is not proven', () => {
    const { severity, subject, text } = outcomeMessage(night, { ...place, unproven: ['orders: rows differ'] });
    assert.deepEqual([severity, subject], ['P1', '[test] night NOT PROVEN: 1 of 2 is not proven']);
    assert.match(text, /^orders: rows differ$/m);
  });

  test('that is proven says so first', () => {
    const { subject } = outcomeMessage({ ...night, isProven: true, severity: 'P4', summary: 'all' }, place);
    assert.equal(subject, '[test] night proven: all');
  });
});

test('the message of a cost report is its own text, with where it lies', () => {
  const { severity, subject, text, attributes } = outcomeMessage(
    {
      workflow: 'cost-report',
      severity: 'P3',
      subject: 'costs',
      text: 'more',
      evidenceKey: 'e.json',
      reportKey: 'r.html',
    },
    place,
  );
  assert.deepEqual([severity, subject, attributes], ['P3', '[test] costs', { execution: 'run-1' }]);
  assert.match(text, /^more\n\nReport: s3:\/\/evidence\/r\.html\nEvidence: s3:\/\/evidence\/e\.json\n/);
});
