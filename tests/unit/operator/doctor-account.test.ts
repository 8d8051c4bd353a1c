import assert from 'node:assert/strict';
import { checkDeployment, checkQuotas } from '../../../operator/doctor/check-account.ts';
import type { DeploymentFacts } from '../../../operator/doctor/facts.ts';

const expected = { functions: [], stateMachines: [], schedules: [], schedulesElsewhere: [] };
const alarms = [{ name: 'pg-gameday-a', acts: true }];

function heard(topics: DeploymentFacts['topics']) {
  const value = { functions: [], stateMachines: [], rules: [], alarms, topics, evidence: undefined };
  const findings = checkDeployment({ seen: true, value }, expected, { stage: 'prod' });
  const found = findings.find(({ check }) => check === 'somebody hears the topics');
  assert.ok(found);
  return found;
}

test('the doctor names an address that did not confirm, also beside others that did', () => {
  const p1 = { name: 'pg-gameday-p1-prod', subscriptions: 1, unconfirmed: [] };
  const mail = { name: 'pg-gameday-mail-prod', subscriptions: 1, unconfirmed: ['lead@example.com'] };
  const found = heard([p1, mail]);
  assert.deepEqual([found.status, found.observed], ['missing', 'not confirmed: lead@example.com']);
  assert.equal(heard([p1, { ...mail, unconfirmed: [] }]).status, 'sound');
  assert.match(heard([{ ...p1, subscriptions: 0 }, mail]).observed, /^no confirmed subscription: pg-gameday-p1-prod$/);
  assert.equal(heard([]).observed, 'no topic');
});

test('the doctor names evidence that is locked for a shorter time than is wanted, or not at all', () => {
  const locked = (lockedDays: number, lockDays?: number) => {
    const evidence = { bucket: 'evidence', versioning: 'Enabled', isEncrypted: true, lockedDays };
    const value = { functions: [], stateMachines: [], rules: [], alarms, topics: [], evidence };
    const findings = checkDeployment({ seen: true, value }, expected, { stage: 'prod', lockDays });
    return findings.find(({ check }) => check === 'evidence is locked as operations.yml says')?.status;
  };
  assert.equal(locked(0, 366), 'missing');
  assert.equal(locked(365, 366), 'missing');
  assert.equal(locked(366, 366), 'sound');
  assert.equal(locked(0), 'sound');
});

test('the doctor names a quota of snapshots that a year of the fleet will not fit into, long before it is full', () => {
  const room = (most: number, used: number, databases: number) => {
    const value = { snapshots: { used, most }, instances: { used: 1, most: 40 } };
    const findings = checkQuotas({ seen: true, value }, { databases, dailyDays: 7, monthlyDays: 366 });
    return findings.find(({ check }) => check === 'quota of manual snapshots leaves room');
  };
  assert.equal(room(100, 0, 4)?.status, 'sound');
  assert.equal(room(100, 97, 4)?.status, 'missing');
  assert.equal(room(100, 0, 5)?.status, 'missing');
  assert.match(room(100, 0, 5)?.observed ?? '', /^0 of 100 used; a year's house keeps 105 /);
});
