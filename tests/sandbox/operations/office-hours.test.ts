import assert from 'node:assert/strict';
import { AddTagsToResourceCommand, RDSClient, StopDBInstanceCommand } from '@aws-sdk/client-rds';
import { holdExecution } from '../../../sandbox/permissions/hold-execution.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { type AccountFixture, openAccountFixture } from '../../support/sandbox/account.ts';

const consent = { 'pg-gameday:office-hours': 'stop-and-start' };
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

/** The dev stage's office hours are never open: `ondemand-dev` runs only while its tag asks for it. */
describe('office hours', () => {
  let fixture: AccountFixture;
  const region = 'us-east-1';
  beforeAll(async () => {
    fixture = await openAccountFixture();
    for (const name of ['ondemand-dev', 'fantasy-dev']) {
      await fixture.call('rds', 'CreateDBInstance', {
        DBInstanceIdentifier: name,
        Engine: 'postgres',
        DBInstanceClass: 'db.t3.micro',
        AllocatedStorage: 20,
        MasterUsername: 'postgres',
        MasterUserPassword: 'of-an-office',
        BackupRetentionPeriod: 0,
        Tags: Object.entries(consent).map(([Key, Value]) => ({ Key, Value })),
      });
    }
    await fixture.sandbox.rds.inspect.idle();
  });
  afterAll(async () => {
    for (const { identifier } of fixture.sandbox.rds.inspect.instances())
      await fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true });
    await fixture.sandbox.rds.inspect.idle();
    await fixture.close();
  });

  type Shown = { DBInstanceStatus: string; DBInstanceArn: string; TagList: { Key: string; Value: string }[] };
  const shown = async (id: string) => {
    const { DBInstances } = await fixture.call<{ DBInstances: Shown[] }>('rds', 'DescribeDBInstances', {
      DBInstanceIdentifier: id,
    });
    const [found] = DBInstances;
    assert.ok(found);
    const tags = Object.fromEntries(found.TagList.map(({ Key, Value }) => [Key, Value]));
    return { status: found.DBInstanceStatus, arn: found.DBInstanceArn, tags };
  };
  const tag = async (id: string, tags: Readonly<Record<string, string>>) =>
    fixture.call('rds', 'AddTagsToResource', {
      ResourceName: (await shown(id)).arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  const untag = async (id: string, ...TagKeys: string[]) =>
    fixture.call('rds', 'RemoveTagsFromResource', { ResourceName: (await shown(id)).arn, TagKeys });
  const run = async () => {
    const done = await fixture.run('office-hours');
    await fixture.sandbox.rds.inspect.idle();
    return done;
  };

  test('leave alone what a tag protects, keeps running, or does not give away', async () => {
    const guards: [Readonly<Record<string, string>>, RegExp][] = [
      [{ 'pg-gameday:protected': 'audit' }, /is protected: audit/],
      [{ 'pg-gameday:keep-running-until': tomorrow() }, /should run/],
      [{ 'pg-gameday:keep-running-until': 'soon' }, /is no date/],
      [{ 'pg-gameday:made-by': 'pg-gameday' }, /belongs to a proof/],
    ];
    for (const [tags, reason] of guards) {
      await tag('ondemand-dev', tags);
      const { status, cause } = await run();
      assert.equal(status, 'SUCCEEDED', cause);
      assert.equal((await shown('ondemand-dev')).status, 'available', JSON.stringify(tags));
      assert.match(fixture.log.findLast((line) => line.includes('office hours planned')) ?? '', reason);
      await untag('ondemand-dev', ...Object.keys(tags));
    }
    await untag('ondemand-dev', ...Object.keys(consent));
    assert.equal((await run()).status, 'SUCCEEDED');
    assert.equal((await shown('ondemand-dev')).status, 'available');
    await tag('ondemand-dev', consent);
  });

  test('stop what is named and consents, record it, and do nothing the second time', async () => {
    const { status, name, cause } = await run();
    assert.equal(status, 'SUCCEEDED', cause);
    const stopped = await shown('ondemand-dev');
    assert.equal(stopped.status, 'stopped');
    assert.ok(Date.parse(stopped.tags['pg-gameday:stopped-at'] ?? '') <= Date.now());
    assert.equal((await shown('fantasy-dev')).status, 'available');
    assert.match(
      await fixture.read(`office-hours/${name}/record.json`),
      /1 stopped, 0 started, 0 left after all, 0 failed/,
    );
    const again = await run();
    assert.equal(again.status, 'SUCCEEDED');
    await assert.rejects(fixture.read(`office-hours/${again.name}/record.json`), /NoSuchKey|does not exist/);
  });

  test('start it when a tag asks for it, and stop it again when that is over', async () => {
    await tag('ondemand-dev', { 'pg-gameday:keep-running-until': tomorrow() });
    assert.equal((await run()).status, 'SUCCEEDED');
    const running = await shown('ondemand-dev');
    assert.deepEqual([running.status, running.tags['pg-gameday:stopped-at']], ['available', undefined]);
    await tag('ondemand-dev', { 'pg-gameday:keep-running-until': '2026-01-01' });
    assert.equal((await run()).status, 'SUCCEEDED');
    assert.equal((await shown('ondemand-dev')).status, 'stopped');
  });

  test('stop again what RDS has started after seven days, and count it', async () => {
    await fixture.call('rds', 'StartDBInstance', { DBInstanceIdentifier: 'ondemand-dev' });
    await fixture.sandbox.rds.inspect.idle();
    await tag('ondemand-dev', { 'pg-gameday:stopped-at': new Date(Date.now() - 7.1 * 86_400_000).toISOString() });
    assert.equal((await run()).status, 'SUCCEEDED');
    assert.equal((await shown('ondemand-dev')).status, 'stopped');
    const counted = fixture.sandbox.metrics.list(region).filter(({ name }) => name === 'DatabasesStartedByRds');
    assert.equal(counted.length, 1);
  });

  test('leave a database that becomes busy between plan and stop, without an error', async () => {
    await fixture.call('rds', 'StartDBInstance', { DBInstanceIdentifier: 'ondemand-dev' });
    await fixture.sandbox.rds.inspect.idle();
    fixture.refuse = ({ operation }) =>
      operation === 'StopDBInstance'
        ? new AwsError('InvalidDBInstanceState', 'Instance ondemand-dev is not in available state.')
        : undefined;
    const { status, name } = await run();
    fixture.refuse = undefined;
    assert.equal(status, 'SUCCEEDED');
    assert.match(await fixture.read(`office-hours/${name}/record.json`), /is doing something else, says RDS/);
    assert.equal((await shown('ondemand-dev')).status, 'available');
  });

  for (const workflow of ['backup-and-verify', 'prove-snapshot']) {
    test(`leave a database that an execution of ${workflow} means, and one whose drills cannot be read`, async () => {
      const drill = await holdExecution(fixture.sandbox, workflow, `drill-of-${workflow}`, {
        source: ['ondemand-dev'],
      });
      const { status, name, cause } = await run();
      assert.equal(status, 'SUCCEEDED', cause);
      assert.equal((await shown('ondemand-dev')).status, 'available');
      assert.match(await fixture.read(`office-hours/${name}/record.json`), /is in the proof 'drill-of-/);
      fixture.refuse = ({ operation }) =>
        operation === 'DescribeExecution' ? new AwsError('AccessDeniedException', 'not authorized') : undefined;
      const blind = await run();
      fixture.refuse = undefined;
      assert.equal(blind.error, 'OfficeHoursIncomplete');
      assert.equal((await shown('ondemand-dev')).status, 'available');
      await drill.release();
    });
  }

  test('stop it when the proof has ended, whatever other drill runs', async () => {
    const other = await holdExecution(fixture.sandbox, 'backup-and-verify', 'drill-of-another', {
      database: 'fantasy',
    });
    assert.equal((await run()).status, 'SUCCEEDED');
    assert.equal((await shown('ondemand-dev')).status, 'stopped');
    await other.release();
    await fixture.call('rds', 'StartDBInstance', { DBInstanceIdentifier: 'ondemand-dev' });
    await fixture.sandbox.rds.inspect.idle();
  });

  test('are held to consent and protection by IAM itself, and cannot give consent', async () => {
    const role = fixture.sandbox.template.roles.find(({ logicalId }) => logicalId === 'StopDatabaseRole');
    const credentials = fixture.sandbox.credentials.issue(role?.arn ?? '', 'test');
    const rds = new RDSClient({ endpoint: fixture.sandbox.endpoint, region, credentials, maxAttempts: 1 });
    const stop = () => rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'ondemand-dev' }));
    for (const [set, taken] of [
      [{ 'pg-gameday:protected': '' }, 'pg-gameday:protected'],
      [{ 'pg-gameday:made-by': 'pg-gameday' }, 'pg-gameday:made-by'],
      [{ 'pg-gameday:office-hours': 'no' }, ''],
    ] as const) {
      await tag('ondemand-dev', set);
      await assert.rejects(stop(), { name: 'AccessDenied' });
      if (taken !== '') await untag('ondemand-dev', taken);
    }
    const { arn } = await shown('ondemand-dev');
    const Tags = [{ Key: 'pg-gameday:office-hours', Value: 'stop-and-start' }];
    await assert.rejects(rds.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags })), { name: 'AccessDenied' });
    rds.destroy();
  });
});
