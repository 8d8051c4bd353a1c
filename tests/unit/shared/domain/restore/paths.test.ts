import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RestorePath } from '../../../../../shared/contracts/restore-test.ts';
import type { Candidate } from '../../../../../shared/domain/restore/candidates.ts';
import { type Account, choosePaths, type Place } from '../../../../../shared/domain/restore/paths.ts';

const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 2, 1, 5, minute, second));
const candidate = (number: number, changes: Partial<Candidate> = {}): Candidate => ({
  evidenceKey: `backup-and-verify/fantasy/night-${number}/evidence.json`,
  snapshotId: `gd-backup-${number}`,
  createdAt: at(number, 3),
  s2At: at(number, 9),
  pause: null,
  witnessKey: `backup-and-verify/fantasy/night-${number}/witness-1.json.gz`,
  witnessSha256: 'a'.repeat(64),
  copiedTo: 'us-west-2',
  sourceBytes: 8192,
  ...changes,
});
const place = (region: string, changes: Partial<Place> = {}): Place => ({
  region,
  snapshots: { found: new Set(['gd-backup-20', 'gd-backup-10']) },
  backups: { found: { arn: `arn:aws:rds:${region}:123456789012:auto-backup:ab-1`, earliest: at(0), latest: at(30) } },
  ...changes,
});
const account = (changes: Partial<Account> = {}): Account => ({
  candidates: [candidate(20), candidate(10)],
  here: place('us-east-1'),
  second: place('us-west-2'),
  instance: 'fantasy-prod',
  now: at(45),
  ...changes,
});
const trialOf = (of: Account, path: RestorePath) => choosePaths(of).trials.find((one) => one.path === path);
const reasonOf = (of: Account, path: RestorePath) => choosePaths(of).notTried.find((one) => one.path === path);

describe('the paths of a restore test', () => {
  test('are all that the account has, each in its region, by the newest witness', () => {
    const { trials, notTried } = choosePaths(account());
    assert.deepEqual(
      trials.map(({ path, region, backup, candidate: { snapshotId } }) => [path, region, backup, snapshotId]),
      [
        ['snapshot', 'us-east-1', { kind: 'snapshot', snapshotId: 'gd-backup-20' }, 'gd-backup-20'],
        ['other-region', 'us-west-2', { kind: 'snapshot', snapshotId: 'gd-backup-20' }, 'gd-backup-20'],
        ['point-in-time', 'us-east-1', { kind: 'moment', time: '2026-03-01T05:20:05Z' }, 'gd-backup-20'],
        [
          'other-region-point-in-time',
          'us-west-2',
          {
            kind: 'replicated-moment',
            time: '2026-03-01T05:20:05Z',
            automatedBackupArn: 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1',
          },
          'gd-backup-20',
        ],
      ],
    );
    assert.deepEqual(
      notTried.map(({ path, kind }) => [path, kind]),
      [
        ['dump', 'not built'],
        ['selected-objects', 'not built'],
      ],
    );
  });

  test('restore the very second at which the writers paused, where the log has it, and say how long they did', () => {
    const pause = { at: '2026-03-01T05:20:01Z', milliseconds: 449 };
    const of = account({ candidates: [candidate(20, { pause }), candidate(10)] });
    for (const path of ['point-in-time', 'other-region-point-in-time'] as const) {
      const found = trialOf(of, path);
      assert.deepEqual(
        [found?.backup.kind !== 'snapshot' && found?.backup.time, found?.pause, found?.candidate.snapshotId],
        [pause.at, pause, 'gd-backup-20'],
      );
    }
    assert.equal(trialOf(of, 'snapshot')?.pause, null);
    const brief = account({ candidates: [candidate(20, { pause, s2At: at(20, 4) })] });
    assert.deepEqual(trialOf(brief, 'point-in-time')?.pause, pause, 'the bracket needs no second of its own');
    const before = { arn: 'a', earliest: at(20, 2), latest: at(30) };
    const late = account({
      candidates: [candidate(20, { pause })],
      here: place('us-east-1', { backups: { found: before } }),
    });
    const found = trialOf(late, 'point-in-time');
    assert.deepEqual([found?.backup, found?.pause], [{ kind: 'moment', time: '2026-03-01T05:20:05Z' }, null]);
  });

  test('report what would have been lost: of a snapshot its own instant, of a moment the end of the archived log', () => {
    assert.deepEqual(trialOf(account(), 'snapshot')?.newestMoment, at(20, 3));
    assert.deepEqual(trialOf(account(), 'point-in-time')?.newestMoment, at(30));
  });

  test('take the newest run that each can give back, not the newest at all', () => {
    const lagging = place('us-west-2', {
      backups: {
        found: { arn: 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1', earliest: at(0), latest: at(15) },
      },
      snapshots: { found: new Set(['gd-backup-10']) },
    });
    const of = account({ second: lagging });
    assert.equal(trialOf(of, 'other-region-point-in-time')?.candidate.snapshotId, 'gd-backup-10');
    assert.equal(trialOf(of, 'other-region')?.candidate.snapshotId, 'gd-backup-10');
    assert.equal(trialOf(of, 'point-in-time')?.candidate.snapshotId, 'gd-backup-20');
  });

  test('of a second region need a witness that was handed over to it', () => {
    const of = account({ candidates: [candidate(20, { copiedTo: null }), candidate(10, { copiedTo: 'eu-west-1' })] });
    for (const path of ['other-region', 'other-region-point-in-time'] as const) {
      assert.equal(reasonOf(of, path)?.kind, 'impossible');
      assert.match(
        reasonOf(of, path)?.reason ?? '',
        /has left a witness in us-west-2: there is nothing to compare with$/,
      );
    }
  });

  test('that nobody has set up are named so, and nothing is wrong with them', () => {
    const alone = account({ second: undefined, here: place('us-east-1', { backups: { found: undefined } }) });
    const kinds = Object.fromEntries(
      choosePaths(alone).notTried.map(({ path, kind, reason }) => [path, `${kind}: ${reason}`]),
    );
    assert.deepEqual(kinds, {
      'other-region': 'not set up: the stage has one region',
      'point-in-time': "not set up: 'fantasy-prod' has no automated backups",
      'other-region-point-in-time': 'not set up: the stage has one region',
      dump: 'not built: there is no logical backup yet that could be restored',
      'selected-objects': 'not built: a test writes nothing into the source, into which restore merges single tables',
    });
    const kept = account({ second: place('us-west-2', { backups: { found: undefined } }) });
    assert.deepEqual(reasonOf(kept, 'other-region-point-in-time'), {
      path: 'other-region-point-in-time',
      kind: 'not set up',
      reason: "automated backups of 'fantasy-prod' are not replicated to us-west-2",
    });
  });

  test('are impossible, with the range, when no bracket lies in what can be restored', () => {
    const window = { arn: 'a', earliest: at(40), latest: at(44) };
    assert.deepEqual(reasonOf(account({ here: place('us-east-1', { backups: { found: window } }) }), 'point-in-time'), {
      path: 'point-in-time',
      kind: 'impossible',
      reason:
        'of 2 runs with a witness none has a moment among those that can be restored in us-east-1: 2026-03-01T05:40:00Z to 2026-03-01T05:44:00Z',
    });
    const brief = account({ candidates: [candidate(20, { s2At: at(20, 4) })] });
    assert.match(reasonOf(brief, 'point-in-time')?.reason ?? '', /none has a whole second between its snapshot and S2/);
    const creating = account({ here: place('us-east-1', { backups: { found: { arn: 'a' } } }) });
    assert.match(reasonOf(creating, 'point-in-time')?.reason ?? '', /the first automated backup is not complete$/);
    const gone = account({ here: place('us-east-1', { snapshots: { found: new Set<string>() } }) });
    assert.match(reasonOf(gone, 'snapshot')?.reason ?? '', /^none of 2 snapshots .* the newest is 'gd-backup-20'$/);
    const never = choosePaths(account({ candidates: [] }));
    assert.deepEqual(never.trials, []);
    assert.equal(never.notTried.filter(({ kind }) => kind === 'impossible').length, 4);
  });

  test('that were not asked for are named so', () => {
    const { trials, notTried } = choosePaths(account(), ['point-in-time']);
    assert.deepEqual(
      trials.map(({ path }) => path),
      ['point-in-time'],
    );
    assert.equal(notTried.filter(({ kind }) => kind === 'not asked').length, 5);
  });

  test('are each named once, and an API that fails keeps no path of another one from being tried', () => {
    const failed = { failed: 'AwsUnavailableError: 500' };
    const places = fc.record({ snapshots: fc.boolean(), backups: fc.boolean() });
    fc.assert(
      fc.property(places, places, (here, second) => {
        const broken = (region: string, is: { snapshots: boolean; backups: boolean }) =>
          place(region, { ...(is.snapshots ? { snapshots: failed } : {}), ...(is.backups ? { backups: failed } : {}) });
        const { trials, notTried } = choosePaths(
          account({ here: broken('us-east-1', here), second: broken('us-west-2', second) }),
        );
        const named = [...trials, ...notTried].map(({ path }) => path).sort();
        assert.equal(new Set(named).size, 6);
        assert.equal(named.length, 6);
        const wanted = [
          [here.snapshots, 'snapshot'],
          [second.snapshots, 'other-region'],
          [here.backups, 'point-in-time'],
          [second.backups, 'other-region-point-in-time'],
        ] as const;
        for (const [isBroken, path] of wanted) {
          assert.equal(
            trials.some((one) => one.path === path),
            !isBroken,
            path,
          );
          if (isBroken) assert.deepEqual(notTried.find((one) => one.path === path)?.kind, 'impossible');
        }
      }),
    );
  });
});
