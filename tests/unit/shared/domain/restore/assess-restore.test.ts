import assert from 'node:assert/strict';
import type { RecordRestoreInput, RestorePlan } from '../../../../../shared/contracts/restore/restore.ts';
import type { Finding, Rung } from '../../../../../shared/contracts/verification.ts';
import { assessRestore } from '../../../../../shared/domain/restore/assess-restore.ts';
import { settings } from '../../../../support/restore/settings.ts';

const plan: RestorePlan = {
  ...{ database: 'own', isActed: true, reason: null, attempt: 1, region: 'us-east-1', sourceInstanceId: 'own-dev' },
  ...{ sourceStatus: 'available', candidateId: 'own-dev-restored-1', settings, witness: null, evidencePrefix: 'p' },
  ...{
    backup: { kind: 'snapshot', snapshotId: 's' },
    backupName: 's',
    newestMoment: null,
    needsApproval: false,
    askSeconds: 1,
  },
  ...{
    price: { currency: 'USD', day: 1, month: 30 },
    inspectSeconds: 1,
    refusals: [],
    notes: [],
    objects: null,
    closure: [],
  },
};
const ended: RecordRestoreInput = {
  ...{ executionName: 'run-1', executionArn: 'arn', startedAt: '2026-03-01T05:00:00.000Z', request: {}, plan },
  ...{ isStarted: true, isDeleted: false, differences: [], endpoint: 'own.example.com:5432', newestHeartbeatAt: null },
  ...{ usableAt: '2026-03-01T05:10:00.000Z', rungsKeys: [], digests: {}, answers: [], isHandedOver: true, merge: null },
  ...{ failure: null, deleteFailure: null, phases: [] },
};
const rung = (name: Rung['name'], findings: Finding[] = []): Rung => ({
  ...{ name, summary: '', findings },
  status: findings.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
});
const failed = (problem: string): Finding => ({ object: 'index', status: 'failed', problem });
const failure = (error: string) => ({ state: 'CheckCandidate', error, cause: 'x' });
const of = (change: Partial<RecordRestoreInput>, rungs: readonly Rung[] = []) => {
  const { result, severity, summary, left } = assessRestore({ ...ended, ...change }, rungs);
  return { result, severity, summary, left: left.join('\n') };
};

describe('what a restore came to', () => {
  test('is handed over, with the steps that are left, and renames nothing by itself', () => {
    const { result, severity, summary, left } = of({}, [rung('structure')]);
    assert.deepEqual([result, severity], ['handed over', 'P2']);
    assert.match(summary, /answered after 600 s; all of 1 checks passed$/);
    assert.match(
      left,
      /Keep the applications from writing to 'own-dev'.*Point the applications to own.example.com:5432/s,
    );
  });

  test('says whose fault it is: the source, when it is damaged, too, and else the backup', () => {
    const inSource = of({}, [rung('structure', [failed('damaged in the source, too: an entry is missing')])]);
    assert.match(inSource.summary, /at fault is the source: mend the database/);
    const ofBackup = of({}, [rung('structure', [failed('an entry is missing')])]);
    assert.match(ofBackup.summary, /at fault is the backup/);
    assert.deepEqual([inSource.severity, ofBackup.severity], ['P1', 'P1']);
    const ofPlace = of({ isHandedOver: false, failure: failure('RestoreFailedError') });
    assert.match(ofPlace.summary, /at fault is the environment/);
    assert.match(of({ isHandedOver: false, failure: failure('TypeError') }).summary, /at fault is ours/);
  });

  test('keeps what nobody has taken over, and says how to take it over or to be rid of it', () => {
    const silent = of({ isHandedOver: false });
    assert.deepEqual([silent.result, silent.severity], ['kept', 'P2']);
    assert.match(silent.left, /costs money.*--tag-keys pg-gameday:candidate-of/s);
    assert.equal(of({ isHandedOver: false, failure: failure('RestoreTimedOut') }).severity, 'P1');
  });

  test('is given up when it is gone, and shouts when it is not', () => {
    const gone = of({ isHandedOver: false, isStarted: false, isDeleted: true });
    assert.deepEqual([gone.result, gone.severity, gone.left], ['given up', 'P4', '']);
    const stays = of({ isHandedOver: false, deleteFailure: failure('CandidateNotOursError') });
    assert.deepEqual([stays.result, stays.severity], ['not deleted', 'P1']);
  });

  test('is refused with remedies, or with the word of who refused it', () => {
    const bare = { isHandedOver: false, isStarted: false, endpoint: null, usableAt: null };
    const refusals = [{ reason: 'no quota', remedy: 'Raise it.' }];
    const refused = of({ ...bare, plan: { ...plan, refusals } });
    assert.deepEqual([refused.result, refused.severity, refused.left], ['refused', 'P2', 'Raise it.']);
    assert.match(refused.summary, /nothing was created: no quota/);
    const answers = [{ decision: 'refuse', at: null, person: 'anna', reason: "refuse by 'anna'" } as const];
    assert.match(of({ ...bare, answers: [...answers] }).summary, /nothing was created: refuse by 'anna'/);
    assert.match(of({ ...bare, plan: null, failure: failure('InvalidInputError') }).summary, /InvalidInputError/);
    const planned = of({ ...bare, plan: { ...plan, isActed: false } });
    assert.deepEqual([planned.result, planned.severity], ['planned', 'P4']);
    assert.match(planned.summary, /can be restored into 'own-dev-restored-1', for 1 USD a day/);
    assert.match(of({ ...bare, plan: { ...plan, isActed: false, refusals } }).summary, /no restore would be begun/);
  });

  test('leaves to a person each setting that differs, and not those that are to', () => {
    const difference = { source: 'a', candidate: 'b', remedy: 'Change it.' };
    const { left } = of({
      differences: [
        { setting: 'key', kind: 'left', ...difference },
        { setting: 'deletion protection', kind: 'expected', ...difference },
      ],
    });
    assert.match(left, /key is 'b', in the source 'a'. Change it./);
    assert.doesNotMatch(left, /deletion protection is/);
  });
});
