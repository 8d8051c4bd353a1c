import assert from 'node:assert/strict';
import { checkDeployment, checkNetwork, checkQuotas } from '../../../operator/doctor/check-account.ts';
import { checkSecondRegion } from '../../../operator/doctor/check-second-region.ts';
import { checkWindows } from '../../../operator/doctor/check-windows.ts';
import { maintenanceText } from '../../../operator/doctor/collect-database.ts';
import type { DeploymentFacts } from '../../../operator/doctor/facts.ts';
import { unseen } from '../../../operator/doctor/finding.ts';
import { diagnosisLines } from '../../../operator/doctor/print.ts';

const expected = { functions: [], stateMachines: [], schedules: [], schedulesElsewhere: [] };
const alarms = [{ name: 'pg-gameday-a', acts: true }];
const chain = { alarms: [], topics: [] };
const receivers = { mail: ['oncall@example.com', 'lead@example.com'], others: ['slack'], people: [] as string[] };
type Topics = DeploymentFacts['topics'];

const ourFunction = {
  protocol: 'lambda',
  endpoint: 'arn:aws:lambda:us-east-1:123456789012:function:pg-gameday-prod-sendNotification',
  isConfirmed: true,
};
const address = (endpoint: string, isConfirmed = true) => ({ protocol: 'email', endpoint, isConfirmed });
const soundTopics: Topics = [
  ...['p1', 'p2', 'p3', 'p4', 'costs'].map((topic) => ({
    name: `pg-gameday-${topic}-prod`,
    subscriptions: [ourFunction],
  })),
  { name: 'pg-gameday-mail-prod', subscriptions: receivers.mail.map((one) => address(one)) },
];
const changed = (topic: string, subscriptions: Topics[number]['subscriptions']): Topics =>
  soundTopics.map((one) => (one.name === `pg-gameday-${topic}-prod` ? { ...one, subscriptions } : one));

function heard(topics: Topics, whom = receivers) {
  const value = { functions: [], stateMachines: [], rules: [], alarms, chain, topics, evidence: undefined };
  return checkDeployment({ seen: true, value }, expected, { stage: 'prod', receivers: whom })
    .filter(({ check }) => check.endsWith('hears the topics'))
    .flatMap(({ status, observed }) => (status === 'sound' ? [] : [`${status}: ${observed}`]));
}

test('the doctor compares confirmed subscriptions with operations.yml', () => {
  const [oncall, lead] = [address('oncall@example.com'), address('lead@example.com')];
  assert.deepEqual(heard(soundTopics), []);
  const stranger = address('stranger@example.com');
  const cases: readonly (readonly [Topics, readonly string[]])[] = [
    [changed('mail', [oncall, address('lead@example.com', false)]), ['missing: lead@example.com has not confirmed']],
    [changed('mail', [oncall]), ['missing: lead@example.com is not subscribed']],
    [
      changed('mail', [stranger]),
      [
        'missing: oncall@example.com is not subscribed, lead@example.com is not subscribed',
        'advice: email stranger@example.com of pg-gameday-mail-prod',
      ],
    ],
    [changed('mail', [oncall, lead, stranger]), ['advice: email stranger@example.com of pg-gameday-mail-prod']],
    [changed('p1', []), ['missing: the function is not subscribed to pg-gameday-p1-prod']],
    [changed('p1', [oncall]), ['missing: the function is not subscribed to pg-gameday-p1-prod']],
    [
      changed('costs', [{ ...ourFunction, endpoint: `${ourFunction.endpoint}s` }]),
      [
        'missing: the function is not subscribed to pg-gameday-costs-prod',
        `advice: lambda ${ourFunction.endpoint}s of pg-gameday-costs-prod`,
      ],
    ],
    [soundTopics.slice(1), ['missing: no topic pg-gameday-p1-prod']],
  ];
  for (const [topics, expectedProblems] of cases) assert.deepEqual(heard(topics), expectedProblems);
  assert.match(heard([]).join(), /no topic pg-gameday-p1-prod, .*no topic pg-gameday-mail-prod/);
  assert.deepEqual(heard(changed('mail', []), { mail: [], others: [], people: [] }), [
    'missing: operations.yml names no receiver',
  ]);
});

test('the doctor knows those whom alert asks by name, on their own topic only', () => {
  const anna = 'anna@example.com';
  const asked = { ...receivers, people: [anna] };
  const page = (...subscriptions: Topics[number]['subscriptions']) => [
    ...soundTopics,
    { ...(soundTopics[0] ?? assert.fail('there is none')), name: 'pg-gameday-page-prod', subscriptions },
  ];
  assert.deepEqual(heard(page(address(anna)), asked), []);
  assert.deepEqual(heard(page(address(anna, false)), asked), [`missing: ${anna} has not confirmed`]);
  assert.deepEqual(heard(page(), asked), [`missing: ${anna} is not subscribed`]);
  assert.deepEqual(heard(soundTopics, asked), ['missing: no topic pg-gameday-page-prod']);
  assert.deepEqual(heard(page(address(anna))), [`advice: email ${anna} of pg-gameday-page-prod`]);
  // The robot of the weekly test hears that topic, and no other one.
  const robot = { ...ourFunction, endpoint: ourFunction.endpoint.replace('sendNotification', 'answerTestAlarm') };
  assert.deepEqual(heard(page(address(anna), robot), asked), []);
  assert.deepEqual(heard(changed('mail', [...receivers.mail.map((one) => address(one)), robot])), [
    `advice: lambda ${robot.endpoint} of pg-gameday-mail-prod`,
  ]);
});

test('the doctor calls evidence encrypted by what the template chose, not by what AWS does for every bucket', () => {
  const status = (encryption: string) => {
    const evidence = { bucket: 'evidence', versioning: 'Enabled', encryption, lockedDays: 0 };
    const value = { functions: [], stateMachines: [], rules: [], alarms, chain, topics: [], evidence };
    return checkDeployment({ seen: true, value }, expected, { stage: 'prod', receivers }).find(
      ({ check }) => check === 'evidence is encrypted with a KMS key',
    )?.status;
  };
  assert.deepEqual(['aws:kms', 'aws:kms:dsse', 'AES256', 'none'].map(status), ['sound', 'sound', 'missing', 'missing']);
});

test('the doctor calls nothing a NAT gateway where no subnet is', () => {
  const facts = {
    subnets: [],
    missingSubnets: ['subnet-0a'],
    databaseSubnetGroup: undefined,
    endpoints: [],
    subnetsWithNat: ['subnet-0a'],
  };
  const policy = { vpcId: 'vpc-0a', subnetIds: ['subnet-0a'], databaseSubnetGroup: 'isolated' };
  const reached = (
    value: typeof facts | (Omit<typeof facts, 'subnets'> & { subnets: { id: string; vpcId: string; zone: string }[] }),
  ) =>
    checkNetwork({ seen: true, value }, policy, 'us-east-1').filter(({ check }) => check.startsWith('functions reach'));
  for (const { status, observed } of reached(facts)) {
    assert.equal(status, 'missing');
    assert.equal(observed, 'no VPC endpoint, and no subnet of the functions to look for a NAT gateway');
  }
  const subnets = [{ id: 'subnet-0b', vpcId: 'vpc-0a', zone: 'us-east-1a' }];
  const [found] = reached({ ...facts, subnets, subnetsWithNat: ['subnet-0b'] });
  assert.deepEqual([found?.status, found?.observed], ['sound', 'by a NAT gateway, from subnet-0b']);
});

test('the doctor says of a replicated secret what it has', () => {
  const says = (value: { isComplete: boolean; user: string } | undefined) => {
    const secret = { seen: true, value } as const;
    const parameterGroup = { seen: true, value: undefined } as const;
    const unseen = { seen: false, reason: 'not asked' } as const;
    const facts = {
      deployment: unseen,
      key: unseen,
      network: undefined,
      quotas: unseen,
      databases: { fantasy: { parameterGroup, secret, replicated: undefined } },
    };
    const dr = { region: 'us-west-2', kmsKeyId: 'key', proofs: 'original' } as const;
    const about = { stage: 'prod', account: '123456789012', lockDays: 0, dailyDays: 7, monthlyDays: 366, receivers };
    const found = checkSecondRegion(dr, facts, expected, about).find(({ check }) => check.startsWith('secret has'));
    return `${found?.status}: ${found?.observed}`;
  };
  assert.equal(says({ isComplete: true, user: 'gameday' }), "sound: user 'gameday'");
  assert.equal(says({ isComplete: false, user: '' }), 'missing: username or password is missing');
  assert.equal(says(undefined), 'missing: no such secret');
});

test('the doctor reports once what a dozen of databases share', () => {
  const shared = unseen('key can be used', 'key', 'AccessDenied');
  const names = Array.from({ length: 12 }, (_, index) => `database ${index}`);
  const diagnosis = [
    ...names.map((title) => ({ title, findings: [shared] })),
    { title: 'Second region', findings: names.map((name) => unseen('secret has a replica', name, 'AccessDenied')) },
  ];
  const lines = diagnosisLines(diagnosis, { all: false }).filter((line) => line.startsWith('  ?'));
  assert.deepEqual(lines, [
    '  ? key can be used: key: AccessDenied',
    '  ? secret has a replica: database 0, database 1, database 2 and 9 more: AccessDenied',
  ]);
});

test('the doctor names windows that meet each other or the plan, and maintenance that is pending', () => {
  const instance = { ...soundInstance, backupWindow: '03:00-03:30', maintenanceWindow: 'sun:04:00-sun:04:30' };
  const plan = 'cron(30 8 * * ? *)';
  const says = (change: Partial<typeof instance>, schedule = plan) =>
    checkWindows('orders', { ...instance, ...change }, schedule)
      .filter(({ status }) => status !== 'sound')
      .map(({ observed }) => observed);
  assert.deepEqual(says({}), []);
  assert.match(
    says({ maintenanceWindow: 'sun:03:15-sun:03:45' }).join(),
    /^its backups .* and its maintenance .* meet$/,
  );
  assert.match(says({ backupWindow: '08:00-08:31' }).join(), /^backupPlan\.schedule .* and its backups .* meet$/);
  assert.deepEqual(says({ backupWindow: '08:00-08:30' }), [], 'one ends when the other begins');
  assert.match(says({ maintenanceWindow: 'wed:09:00-wed:10:00' }).join(), /schedule .* and its maintenance/);
  // Over midnight, and over the end of the week.
  assert.match(says({ backupWindow: '23:45-00:15', maintenanceWindow: 'sun:23:50-mon:00:20' }).join(), /its backups/);
  assert.match(says({ maintenanceWindow: 'sun:23:50-mon:00:20' }, 'cron(10 0 * * ? *)').join(), /schedule/);
  assert.deepEqual(says({ backupWindow: '08:00-09:00' }, 'rate(1 day)'), [], 'of a rate nobody knows the hour');
  const pending = maintenanceText({ Action: 'system-update', AutoAppliedAfterDate: new Date('2026-04-01T00:00:00Z') });
  assert.deepEqual(says({ pendingMaintenance: [pending] }), ['system-update, by itself on 2026-04-01']);
});

const soundInstance = {
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
  maintenanceWindow: 'sun:04:00-sun:04:30',
  pendingMaintenance: [] as readonly string[],
};

test('the doctor names evidence that is locked for a shorter time than is wanted, or not at all', () => {
  const locked = (lockedDays: number, lockDays?: number) => {
    const evidence = { bucket: 'evidence', versioning: 'Enabled', encryption: 'aws:kms', lockedDays };
    const value = { functions: [], stateMachines: [], rules: [], alarms, chain, topics: [], evidence };
    const findings = checkDeployment({ seen: true, value }, expected, { stage: 'prod', lockDays, receivers });
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
