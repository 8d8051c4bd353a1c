import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { planRemedies } = await import('../../../shared/rules/remediation.ts');
const { readAlarm } = await import('../../../functions/remediation/read-alarm.ts');

const text = readFileSync(new URL('../../../events/guardduty/leaked-credential.json', import.meta.url), 'utf8');
const policy = operations();
const place = {
  ...{ account: '123456789012', stage: 'dev' },
  databases: {
    fantasy: { instance: 'fantasy-dev', replicas: [] },
    reports: { instance: 'reports-dev', replicas: ['fantasy-dev-replica'] },
  },
};

/** The recorded finding, changed. */
async function read(change: (event: FindingEvent) => void = () => {}) {
  const event = JSON.parse(text) as FindingEvent;
  change(event);
  return quietly(() => readAlarm.run({ executionName: 'one', event }, { place }, aMinute));
}
type FindingEvent = {
  account: string;
  detail: {
    type: string;
    updatedAt?: string;
    resource: { rdsDbInstanceDetails?: { dbInstanceIdentifier?: string }; rdsDbUserDetails?: { user?: string } };
  };
};

describe('a finding of GuardDuty', () => {
  test('that somebody came in with a credential names its role, its instance and when it was seen', async () => {
    const { change } = await read();
    assert.deepEqual(change?.cause.databases, ['fantasy']);
    assert.deepEqual(
      [change?.cause.kind, change?.cause.role, change?.cause.bearer, change?.state, change?.changedAt],
      ['leaked-credential', 'demo_app', { of: 'instance', name: 'fantasy-dev' }, 'ALARM', '2026-03-08T03:26:10.000Z'],
    );
    assert.match(change?.cause.alarmName ?? '', /^GuardDuty finding \w+$/);
  });

  for (const type of [
    'CredentialAccess:RDS/MaliciousIPCaller.SuccessfulLogin',
    'CredentialAccess:RDS/TorIPCaller.SuccessfulLogin',
    'CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce',
  ])
    test(`of type ${type} is one, too`, async () => {
      const { change } = await read(({ detail }) => Object.assign(detail, { type }));
      assert.equal(change?.cause.role, 'demo_app');
    });

  test('of a replica is about the role, which is that of the primary', async () => {
    const { change } = await read(({ detail }) => {
      detail.resource.rdsDbInstanceDetails = { dbInstanceIdentifier: 'fantasy-dev-replica' };
    });
    assert.deepEqual(change?.cause.databases, ['reports']);
    const { candidates } = planRemedies(
      { cause: { ...(change?.cause ?? assert.fail()), databases: ['fantasy'] } },
      policy,
      'dev',
    );
    assert.deepEqual(candidates, [
      {
        ...{ remedy: 'isolate-credential', mode: 'ask', database: 'fantasy', instanceId: 'fantasy-dev' },
        role: 'demo_app',
      },
    ]);
  });

  for (const [what, change] of [
    [
      'of a failed login',
      ({ detail }) => Object.assign(detail, { type: 'CredentialAccess:RDS/AnomalousBehavior.FailedLogin' }),
    ],
    ['of a look around', ({ detail }) => Object.assign(detail, { type: 'Discovery:RDS/MaliciousIPCaller' })],
    ['of another account', (event) => Object.assign(event, { account: '210987654321' })],
    [
      'of an instance of somebody else',
      ({ detail }) => Object.assign(detail.resource, { rdsDbInstanceDetails: { dbInstanceIdentifier: 'other' } }),
    ],
    ['without a user', ({ detail }) => Object.assign(detail.resource, { rdsDbUserDetails: {} })],
    ['of no database at all', ({ detail }) => Object.assign(detail, { resource: {} })],
  ] as readonly (readonly [string, (event: FindingEvent) => void])[])
    test(`${what} has no remedy`, async () => {
      const { change: found, reason } = await read(change);
      assert.equal(found, null);
      assert.match(reason, /names no role of stage 'dev'/);
    });

  test('of an instance with several databases is one act: they have the role in common', async () => {
    const { change } = await read();
    const cause = { ...(change?.cause ?? assert.fail()), databases: ['fantasy', 'fantasy'] };
    assert.equal(planRemedies({ cause }, policy, 'dev').candidates.length, 1);
  });

  test('of a database whose fence is not bootstrapped is refused by the name of what is missing', async () => {
    const { change } = await read();
    const cause = { ...(change?.cause ?? assert.fail()), databases: ['own'] };
    const { candidates, refusals } = planRemedies({ cause }, policy, 'dev');
    assert.deepEqual(candidates, []);
    assert.match(refusals[0]?.reason ?? '', /'own' has no capability 'fence'/);
  });
});
