import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { see } from '../../../operator/doctor/collect.ts';
import { diagnose } from '../../../operator/doctor/diagnose.ts';
import { expectedOf } from '../../../operator/doctor/expected.ts';
import type { Finding } from '../../../operator/doctor/finding.ts';
import { strangersSql } from '../../support/foreign-code.ts';
import { type BackupFixture, openBackupFixture, region } from '../../support/sandbox/backup.ts';
import { mistakesIn } from '../../support/setup-mistakes.ts';
import { makeSound, type SoundAccount } from '../../support/sound-account.ts';

describe('the doctor', () => {
  let fixture: BackupFixture;
  let sound: SoundAccount;

  const findings = async (): Promise<readonly Finding[]> =>
    diagnose(sound.operations, 'dev', await see(sound.operations, 'dev', () => {}), expectedOf('dev')).flatMap(
      ({ findings }) => findings,
    );
  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query('create table orders (id integer primary key)');
        await client.end();
      },
    });
    // A person who may read what the doctor looks at, and nothing else.
    const { accessKeyId, secretAccessKey, sessionToken } = fixture.sandbox.credentials.issue(
      'arn:aws:iam::123456789012:role/pg-gameday-bootstrap-dev',
      'ben',
    );
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: fixture.sandbox.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: region,
    });
    sound = await makeSound(fixture);
  });
  afterAll(() => fixture.close());

  test('finds nothing in a sound account, and has looked at everything', async () => {
    const found = await findings();
    assert.deepEqual(
      found.filter(({ status }) => status !== 'sound'),
      [],
    );
    assert.ok(found.length > 25, `${found.length} checks`);
  });

  test('advises about code of others that a query would run as the role, and asks nothing more', async () => {
    await fixture.asMaster((client) =>
      client.query(
        `${strangersSql} create table app.t (a int, b int); create index t_idx on app.t (a) where b > app.evil(1); reset role`,
      ),
    );
    try {
      const [found, ...others] = (await findings()).filter(({ status }) => status !== 'sound');
      assert.deepEqual(others, []);
      assert.equal(found?.check, 'queries run no code of others');
      assert.equal(found.status, 'advice');
      assert.equal(found.observed, "index app.t_idx with function app.evil(integer) of 'app_owner'");
      assert.match(found.remedy, /trustedOwners in operations\.yml/);
    } finally {
      await fixture.asMaster((client) => client.query('drop owned by app_owner cascade; drop role app_owner'));
    }
  });

  for (const { title, make, undo, named, says, also = [] } of mistakesIn(() => sound)) {
    test(`names ${title}, with the remedy`, async () => {
      await make();
      try {
        const missing = (await findings()).filter(({ status }) => status !== 'sound');
        const found = missing.find(({ check }) => check === named);
        assert.ok(found, `named were ${missing.map(({ check, observed }) => `${check}: ${observed}`).join('; ')}`);
        assert.equal(found.status, 'missing');
        const others = missing.map(({ check }) => check).filter((check) => check !== named && !also.includes(check));
        assert.deepEqual(others, [], 'and nothing else is wrong');
        assert.match(`${found.observed}\n${found.remedy}`, says);
        assert.notEqual(found.remedy, '');
      } finally {
        await undo();
      }
    });
  }

  test('says what it could not look at', async () => {
    const { AWS_ACCESS_KEY_ID } = process.env;
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAIOSFODNN7EXAMPLE';
    try {
      const found = await findings();
      assert.ok(found.length > 0);
      assert.deepEqual(
        found.filter(({ status }) => status !== 'unseen'),
        [],
      );
      assert.match(found[0]?.observed ?? '', /could not ask whose credentials these are: /);
    } finally {
      process.env['AWS_ACCESS_KEY_ID'] = AWS_ACCESS_KEY_ID;
    }
  });

  test('ends with 1 at the command line, and names what is missing', async () => {
    const main = fileURLToPath(new URL('../../../operator/doctor/main.ts', import.meta.url));
    const run = promisify(execFile)(process.execPath, [main, '--stage', 'dev', '--database', 'own'], {
      env: process.env,
    });
    await assert.rejects(run, (error: Error & { code?: number; stdout?: string }) => {
      assert.equal(error.code, 1);
      assert.match(
        error.stdout ?? '',
        /✖ stage is deployed: stage dev: missing: retention-dev\n {6}npx serverless deploy/,
      );
      assert.match(error.stdout ?? '', /1 missing, of \d+ checks\./);
      return true;
    });
  });

  test('is permitted all of it by the policy of people who look, and that policy permits nothing else', () => {
    const denied = fixture.sandbox.iam.denials().filter(({ caller }) => caller.includes('bootstrap'));
    assert.deepEqual(denied, []);
    // Reports are read, and what was accepted is kept, by the command of recommendations; this stage replicates no automated backups.
    const others = /^(ListReports|ReadReports|KeepRecommendations): |rds:DescribeDBInstanceAutomatedBackups/;
    const unused = fixture.sandbox.iam
      .grantsOfPeople()
      .filter(({ role, uses }) => role.includes('-bootstrap-') && uses === 0)
      .map(({ sid, action, resource }) => `${sid}: ${action} on ${resource}`);
    assert.deepEqual(
      unused.filter((grant) => !others.test(grant)),
      [],
    );
  });
});
