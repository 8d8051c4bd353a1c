import assert from 'node:assert/strict';
import { checkInstance } from '../../../operator/doctor/check-instance.ts';
import { type Diagnosis, exitCodeOf } from '../../../operator/doctor/diagnose.ts';
import type { SourceInstance } from '../../../operator/doctor/facts.ts';
import { must, should, unseen } from '../../../operator/doctor/finding.ts';

const sound: SourceInstance = {
  status: 'available',
  engine: 'postgres',
  engineVersion: '18.4',
  parameterGroup: 'own',
  parameterStatus: 'in-sync',
  backupRetention: 7,
  isPublic: false,
  isEncrypted: true,
  keyId: undefined,
  isProtected: true,
  isMultiZone: true,
  masterUser: 'postgres',
  backupWindow: '03:00-03:30',
  maintenanceWindow: 'sun:05:00-sun:05:30',
  pendingMaintenance: [],
};
const about = { stage: 'prod' as const, instanceId: 'own-prod', account: '123456789012' };
const facts = (change: Partial<SourceInstance>, parameters: Record<string, string> = { 'rds.force_ssl': '1' }) => ({
  instance: { seen: true as const, value: { ...sound, ...change } },
  parameters: { seen: true as const, value: parameters },
  key: { seen: false as const, reason: 'not asked' },
});
const wrong = (...given: Parameters<typeof facts>) =>
  checkInstance(about, facts(...given))
    .filter(({ status }) => status !== 'sound')
    .map(({ check, status }) => `${status}: ${check}`);

describe('the doctor of a source', () => {
  test('finds nothing in a sound one', () => assert.deepEqual(wrong({}), []));

  for (const [change, said] of [
    [{ isPublic: true }, 'missing: source is not public'],
    [{ backupRetention: 6 }, 'missing: automated backups reach back 7 days'],
    [{ backupRetention: 0 }, 'missing: automated backups reach back 7 days'],
    [{ isEncrypted: false }, 'missing: storage is encrypted'],
    [{ isProtected: false }, 'missing: deletion protection is on'],
    [{ isMultiZone: false }, 'advice: source has a standby in another zone'],
    [{ status: 'stopped' }, 'missing: source is available'],
    [{ engineVersion: '13.20' }, 'missing: source is PostgreSQL 14 or later'],
    [{ engine: 'aurora-postgresql' }, 'missing: source is PostgreSQL 14 or later'],
    [{ parameterGroup: 'default.postgres18' }, 'missing: source has a parameter group of its own'],
    [{ parameterStatus: 'pending-reboot' }, 'missing: parameters are in force'],
  ] as const) {
    test(`says '${said}' of ${JSON.stringify(change)}`, () => assert.deepEqual(wrong(change), [said]));
  }

  test('wants TLS required by a parameter that says so', () => {
    assert.deepEqual(wrong({}, {}), ['missing: TLS is required']);
    assert.deepEqual(wrong({}, { 'rds.force_ssl': '0' }), ['missing: TLS is required']);
  });

  test('ends with 1 for what is missing, with 2 for what nobody saw, and with 0 for advice', () => {
    const holding = { holds: true, observed: '', remedy: '' };
    const of = (...findings: Diagnosis[number]['findings']): Diagnosis => [{ title: '', findings }];
    assert.equal(exitCodeOf(of(must('a', 'b', holding))), 0);
    assert.equal(exitCodeOf(of(should('a', 'b', { ...holding, holds: false }))), 0);
    assert.equal(exitCodeOf(of(unseen('a', 'b', 'reason'))), 2);
    assert.equal(exitCodeOf(of(unseen('a', 'b', 'reason'), must('a', 'b', { ...holding, holds: false }))), 1);
  });
});
