import assert from 'node:assert/strict';
import { InvalidOperationsError } from '../../../../shared/errors.ts';
import { parseOperations } from '../../../../shared/policy/validate.ts';
import { policyWith } from './operations-text.ts';

/** The lines that report faults, without heading and hint. */
function faultsOf(changes: Readonly<Record<string, unknown>>): string[] {
  try {
    parseOperations(policyWith(changes));
  } catch (error) {
    assert.ok(error instanceof InvalidOperationsError);
    const lines = error.message.split('\n');
    const faults = lines.filter((line) => line.startsWith('  '));
    const noun = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    assert.equal(lines[0], `'operations.yml' has ${noun}`);
    assert.match(lines.at(-1) ?? '', /^HINT: [A-Z].*\.$/);
    return faults.map((line) => line.slice(2));
  }
  return [];
}

describe('operations.yml', () => {
  test('of this repository has no faults', () => {
    assert.deepEqual(faultsOf({}), []);
  });

  test('reports ten different faults at once, each with file, path, observed and expected', () => {
    const faults = faultsOf({
      'platform.timeZone': 'America/Gotham',
      'platform.name': '',
      'backupPlan.schedule': 'every night',
      'backupPlan.bracket.marginSeconds': 0,
      'backupPlan.bracket.deadlineSeconds': 90_000,
      'backupPlan.copy.connections': 2.5,
      'backupPlan.copy.expires': 6,
      'backupPlan.limits.unverifiableRowShare': undefined,
      'stages.dev.account': 123456789012,
      'stages.prod.network.subnetIds': ['subnet-1'],
      'stages.prod.databases.fantasy.instance': 'Fantasy--prod',
      'stages.test.databases.fantasy.secretArn': 'pg-gameday/test/fantasy',
    });
    for (const fault of faults) assert.match(fault, /^operations\.yml \S+: observed .+, expected .+$/);
    assert.deepEqual(faults.map((fault) => fault.replace('operations.yml ', '')).sort(), [
      'backupPlan.bracket.deadlineSeconds: observed 90000, expected at most 86400',
      'backupPlan.bracket.marginSeconds: observed 0, expected at least 1',
      'backupPlan.copy.connections: observed 2.5, expected type int',
      'backupPlan.copy.expires: observed an unknown key, expected no such key',
      'backupPlan.limits.unverifiableRowShare: observed nothing, expected type number',
      `backupPlan.schedule: observed "every night", expected an EventBridge schedule such as 'cron(0 7 * * ? *)'`,
      'platform.name: observed "", expected some text',
      `platform.timeZone: observed "America/Gotham", expected an IANA time zone such as 'America/New_York'`,
      'stages.dev.account: observed 123456789012, expected type string',
      'stages.prod.databases.fantasy.instance: observed "Fantasy--prod", expected an RDS identifier (lower-case letters, digits, single hyphens, first a letter, 2 to 63 characters)',
      'stages.prod.network.subnetIds: observed ["subnet-1"], expected at least 2 entries',
      `stages.test.databases.fantasy.secretArn: observed "pg-gameday/test/fantasy", expected a Secrets Manager ARN ('arn:aws:secretsmanager:<region>:<account>:secret:<name>')`,
    ]);
  });

  test('refuses office hours of a database that is backed up: a stopped one has no backup', () => {
    for (const instance of ['fantasy-dev', 'fantasy-prod'])
      assert.match(
        faultsOf({ 'stages.dev.officeHours.instances': ['reporting-dev', instance] }).join(),
        new RegExp(`officeHours\\.instances\\.1: observed '${instance}', a database of stage '${instance.slice(8)}'`),
      );
  });

  test('refuses a monitor of anomalies that is none, or of another account', () => {
    const of = (account: string) => `arn:aws:ce::${account}:anomalymonitor/m-1`;
    assert.deepEqual(
      faultsOf({ 'stages.test.anomalyMonitorArn': of('123456789012'), 'stages.prod.anomalyMonitorArn': undefined }),
      [],
    );
    assert.deepEqual(faultsOf({ 'stages.test.anomalyMonitorArn': of('210987654321') }), [
      'operations.yml stages.test.anomalyMonitorArn: observed account 210987654321, expected account 123456789012, that of the stage',
    ]);
    assert.match(faultsOf({ 'stages.test.anomalyMonitorArn': 'monitor' })[0] ?? '', /the ARN of an anomaly monitor/);
  });

  test('refuses a stage without databases and a database with a name that no instance could bear', () => {
    const database = {
      instance: 'a1',
      database: 'a',
      secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a',
    };
    assert.deepEqual(faultsOf({ 'stages.dev.databases': {} }), [
      'operations.yml stages.dev.databases: observed {}, expected at least one database',
    ]);
    const [fault, ...rest] = faultsOf({ 'stages.dev.databases': { 'Über-Datenbank': database } });
    assert.equal(rest.length, 0);
    assert.match(fault ?? '', /stages\.dev\.databases\.Über-Datenbank: .*expected a short name/);
  });

  test('refuses a pause of the writers without the role that may lock their tables', () => {
    assert.deepEqual(faultsOf({ 'stages.prod.databases.fantasy.exactPause': true }), [
      "operations.yml stages.prod.databases.fantasy.exactPause: observed true without 'capabilities.maintain', expected the secret of gameday_maintain: the reader may lock no table",
    ]);
    assert.deepEqual(faultsOf({ 'stages.dev.databases.fantasy.exactPause': true }), []);
  });

  test('refuses two deployed stages in one account without a reason, and a reason where there is nothing to share', () => {
    assert.deepEqual(faultsOf({ 'stages.test.sharedAccount': undefined }), [
      'operations.yml stages.test.account: observed account 123456789012, that of stage prod, expected an account of its own, or sharedAccount with the reason',
    ]);
    const ofProd = {
      'stages.test.sharedAccount': undefined,
      'stages.prod.sharedAccount': 'one account is what we have',
    };
    assert.deepEqual(faultsOf(ofProd), []);
    const secretArn = 'arn:aws:secretsmanager:us-east-1:210987654321:secret:pg-gameday/test/fantasy';
    const apart = { 'stages.test.account': '210987654321', 'stages.test.databases.fantasy.secretArn': secretArn };
    assert.deepEqual(faultsOf({ ...apart, 'stages.test.sharedAccount': undefined }), []);
    assert.deepEqual(faultsOf(apart), [
      'operations.yml stages.test.sharedAccount: observed a reason to share the account, expected none: no other stage that is deployed has it',
    ]);
  });

  test('refuses a second region that is the first, and a key of another region or account', () => {
    assert.deepEqual(faultsOf({ 'stages.dev.dr.region': 'us-east-1' }), [
      "operations.yml stages.dev.dr.region: observed 'us-east-1', the region of the stage, expected another region: what befalls one must not reach the copies",
      'operations.yml stages.dev.dr.kmsKeyId: observed account 123456789012 and region us-west-2, expected account 123456789012 and region us-east-1: a key is of one region',
    ]);
    const [fault, ...rest] = faultsOf({
      'stages.prod.dr.kmsKeyId': 'arn:aws:kms:us-west-2:210987654321:key/66666666-7777-4888-8999-aaaaaaaaaaaa',
    });
    assert.equal(rest.length, 0);
    assert.match(fault ?? '', /stages\.prod\.dr\.kmsKeyId: observed account 210987654321 and region us-west-2/);
    assert.deepEqual(faultsOf({ 'stages.prod.dr': undefined }), []);
  });

  test('refuses an address that is none, and addresses that leave a severity unheard', () => {
    assert.deepEqual(faultsOf({ 'stages.prod.receivers.email': [{ address: 'oncall' }] }), [
      `operations.yml stages.prod.receivers.email.0.address: observed "oncall", expected a mail address such as 'oncall@example.com'`,
    ]);
    const email = [
      { address: 'lead@example.com', severities: ['P1'] },
      { address: 'team@example.com', severities: ['P1', 'P3'] },
    ];
    assert.deepEqual(faultsOf({ 'stages.prod.receivers.email': email }), [
      'operations.yml stages.prod.receivers.email: observed no address for P2 and P4, expected an address for each severity: mail reports what another channel could not',
    ]);
    assert.deepEqual(faultsOf({ 'stages.prod.receivers.email': undefined }), []);
  });

  test('shortens a long value that it reports', () => {
    const [fault] = faultsOf({ 'stages.dev.region': 'x'.repeat(500) });
    assert.ok((fault ?? '').length < 250);
  });

  test('gives a database no assertions when it names none', () => {
    const policy = parseOperations(policyWith({ 'stages.dev.databases.fantasy.assertions': undefined }));
    assert.deepEqual(policy.stages.dev.databases['fantasy']?.assertions, []);
  });
});

describe('a conflict between settings that are valid one by one', () => {
  const second = {
    instance: 'second-test',
    database: 'second',
    secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/test/second',
  };
  const conflicts: [string, Record<string, unknown>, string][] = [
    [
      'an instance of two stages',
      { 'stages.prod.databases.fantasy.instance': 'fantasy-test' },
      "stages.prod.databases.fantasy.instance: observed 'fantasy-test', which stage 'test' names too, expected an instance of its own for each stage",
    ],
    [
      "a secret of another stage's account",
      {
        'stages.prod.databases.fantasy.secretArn':
          'arn:aws:secretsmanager:us-east-1:210987654321:secret:pg-gameday/prod/fantasy',
      },
      'stages.prod.databases.fantasy.secretArn: observed account 210987654321 and region us-east-1, expected account 123456789012 and region us-east-1, those of the stage',
    ],
    [
      'a secret of another region',
      {
        'stages.dev.databases.fantasy.secretArn':
          'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pg-gameday/dev/fantasy',
      },
      'stages.dev.databases.fantasy.secretArn: observed account 123456789012 and region eu-west-1, expected account 123456789012 and region us-east-1, those of the stage',
    ],
    [
      'no network in prod',
      { 'stages.prod.network': undefined },
      'stages.prod.network: observed nothing, expected vpcId, subnetIds and databaseSubnetGroup: copies are restored into an isolated network',
    ],
    [
      'no network in the second region of prod',
      { 'stages.prod.dr.network': undefined },
      'stages.prod.dr.network: observed nothing, expected vpcId, subnetIds and databaseSubnetGroup of that region: the stage is deployed there, too',
    ],
    [
      'no network in test',
      { 'stages.test.network': undefined },
      'stages.test.network: observed nothing, expected vpcId, subnetIds and databaseSubnetGroup: copies are restored into an isolated network',
    ],
    [
      'a second attempt that waits no longer than the first',
      { 'backupPlan.bracket.longerMarginSeconds': 5 },
      'backupPlan.bracket.longerMarginSeconds: observed 5, expected more than marginSeconds, which is 5',
    ],
    [
      'a retention that deletes fewer than the nights bring',
      { 'backupPlan.retention.mostDeletions': 1, 'stages.test.databases.second': second },
      "backupPlan.retention.mostDeletions: observed 1, expected at least 2, one for each database that stage 'test' backs up a night: they would pile up",
    ],
  ];
  for (const [what, changes, fault] of conflicts) {
    test(`is reported: ${what}`, () => {
      assert.deepEqual(faultsOf(changes), [`operations.yml ${fault}`]);
    });
  }

  test('is reported together with the others', () => {
    const all = Object.assign({}, ...conflicts.map(([, changes]) => changes));
    assert.equal(faultsOf(all).length, conflicts.length);
  });

  test('is none where two databases of one stage share an instance', () => {
    const shared = {
      instance: 'fantasy-dev',
      database: 'other',
      secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pg-gameday/dev/other',
    };
    assert.deepEqual(faultsOf({ 'stages.dev.databases.other': shared }), []);
  });
});
