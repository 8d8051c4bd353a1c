import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { emitEvent, eventOf } from '../../../sandbox/workflows/event-file.ts';
import { askedPerson } from '../../support/sandbox/asked-person.ts';
import { type BackupFixture, openBackupFixture } from '../../support/sandbox/backup.ts';

const finding = readFileSync(new URL('../../../events/guardduty/leaked-credential.json', import.meta.url), 'utf8');

/** operations.yml lets `isolate-credential` ask in dev. An hour to answer is a minute. */
describe('a finding that a credential of the application leaked', () => {
  let fixture: BackupFixture;
  let login: pg.ClientConfig;
  beforeAll(async () => {
    fixture = await openBackupFixture({
      ...{ speed: 60, fill: async (master) => void (await loadDemo(master, { megabytes: 8 })) },
    });
    login = await loginOfApplication(fixture.source.master);
  });
  afterAll(async () => await fixture.close());

  const bucket = () =>
    fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? assert.fail();
  const person = () =>
    askedPerson(fixture.sandbox, async (Key) => {
      const found = { Bucket: bucket(), Key };
      const { Body } = await fixture.call<{ Body: Uint8Array | string }>('s3', 'GetObject', found);
      return Buffer.from(Body).toString();
    });
  const comesIn = async () => {
    const client = new pg.Client(login);
    try {
      await client.connect();
      return true;
    } catch (error) {
      assert.match(String(error), /not permitted to log in|password authentication failed/);
      return false;
    } finally {
      await client.end();
    }
  };

  test('starts nothing where nobody came in', async () => {
    const started: string[] = [];
    const stop = fixture.sandbox.states.onEvent((one) => {
      if (one.kind === 'history') started.push(one.executionArn);
    });
    const failed = finding.replace('.SuccessfulLogin', '.FailedLogin');
    await emitEvent(fixture.sandbox, eventOf(JSON.parse(failed), 'a failed login'));
    stop();
    assert.deepEqual(
      started.filter((arn) => arn.includes(':remediation-dev:')),
      [],
    );
  });

  test('keeps the role out by the yes of an approver, changes nothing before it, and says what it did', async () => {
    const thief = new pg.Client(login);
    thief.on('error', () => {});
    await thief.connect();
    const ended = new Promise((resolve) => thief.once('end', resolve));
    const question = await person().question(eventOf(JSON.parse(finding), 'the finding'));
    assert.match(question.found.summary, /role 'demo_app', whose credential leaked, logs in and has 1 sessions/);
    assert.equal(await comesIn(), true, 'nobody has answered yet');
    const record = await person().answer(question, true);
    assert.equal(record.outcome, 'remedied', record.summary);
    assert.match(record.summary, /may not log in and has no password; \d+ sessions were ended; nobody is or comes in/);
    await ended;
    assert.equal(await comesIn(), false);
  });
});
