import assert from 'node:assert/strict';
import {
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  PromoteReadReplicaCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type CallLogOfDrill, callsNaming, makeCallLog } from '../../../sandbox/demo/call-log.ts';
import { makeProvenCopy } from '../../../sandbox/demo/proven-copy.ts';
import { runSchedule } from '../../../sandbox/permissions/run-schedule.ts';
import type { Source } from '../../../sandbox/source.ts';
import { differences, productionNames, projectionOf } from '../../../sandbox/workflows/dr-drill/projection.ts';
import { DrillEvidence } from '../../../shared/contracts/dr-drill/dr-drill.ts';
import { type FaultFixture, openFaultFixture } from '../../support/sandbox/injector.ts';
import { away, makePrimary } from './primary.ts';
import { runRecorded } from './recorded-run.ts';

const sql = `create role demo_app login; create schema fantasy; grant usage on schema fantasy to demo_app;
  create table fantasy.users (id uuid primary key, handle text unique, email text, joined_at timestamptz, password_digest bytea);
  grant select, insert on fantasy.users to demo_app`;
const rehearse = { database: 'fantasy', mode: 'rehearse', reason: 'a test' };

describe('a drill of a promotion', () => {
  let fixture: FaultFixture;
  let source: Source;
  let log: CallLogOfDrill;

  beforeAll(async () => {
    fixture = await openFaultFixture((inner) => {
      log = makeCallLog(inner);
      return log.intercept;
    });
    ({ source } = await makePrimary(fixture, sql));
    await makeProvenCopy(fixture.sandbox, source.instance, 'fantasy');
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(() => fixture?.close());

  async function run(input: object) {
    const { record, ...ended } = await runRecorded(fixture, away, 'dr-drill', input);
    return { ...ended, record: DrillEvidence.parse(record) };
  }
  const production = () => projectionOf({ sandbox: fixture.sandbox, instance: source.instance, database: 'fantasy' });

  test('promotes a replica of a restored backup, writes a row through its own name, and leaves production as it was', async () => {
    await runSchedule(fixture.sandbox, 'keep-lease');
    const before = await production();
    for (const kind of [
      /^instance .*fantasy-dev/,
      /^snapshot us-west-2/,
      /^record .*fantasy\.db/,
      /^register .*lease\/fantasy\.json/,
    ])
      assert.ok(
        before.some((line) => kind.test(line)),
        String(kind),
      );
    log.restart();
    const { status, cause, record } = await run(rehearse);
    const changing = [...log.calls];
    assert.equal(status, 'SUCCEEDED', `${cause} ${JSON.stringify([record.failure, record.cleanUpFailure])}`);
    assert.deepEqual([record.result, record.rpoSeconds, record.isInTime], ['rehearsed', 0, true]);
    assert.ok(record.rtoSeconds !== null && record.rtoSeconds > 0);
    assert.equal(record.confirmed?.row.role, 'demo_app');
    assert.match(record.confirmed?.row.name ?? '', /^gd-drill-[a-z0-9]+\.db\.example\.internal$/);
    assert.ok((record.lease?.epoch ?? 0) > (record.prepared?.epoch ?? 0));
    assert.deepEqual(differences(before, await production()), []);
    assert.ok(changing.some(({ operation }) => operation === 'PromoteReadReplica'));
    assert.deepEqual(callsNaming(changing, productionNames()), []);
  });

  test('is noticed by projection and call log, were it to touch production', async () => {
    const before = await production();
    log.restart();
    const [zone] = (await fixture.call<{ HostedZones: { Id: string }[] }>('route53', 'ListHostedZonesByName', {}))
      .HostedZones;
    const name = 'another.db.example.internal';
    const ResourceRecordSet = { Name: name, Type: 'CNAME', TTL: 30, ResourceRecords: [{ Value: 'x.example.com' }] };
    const change = (Action: string) =>
      fixture.call('route53', 'ChangeResourceRecordSets', {
        HostedZoneId: zone?.Id.replace('/hostedzone/', ''),
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
      });
    await change('UPSERT');
    assert.match(differences(before, await production()).join(), /^\+ record .*another\.db\.example\.internal/);
    assert.deepEqual(
      callsNaming(log.calls, [name]).map(({ operation }) => operation),
      ['ChangeResourceRecordSets'],
    );
    await change('DELETE');
    assert.deepEqual(differences(before, await production()), []);
  });

  test('has roles that change nothing of production, whatever the functions ask', async () => {
    const { sandbox } = fixture;
    const roles = sandbox.stacks.find(({ region }) => region === away)?.roles ?? [];
    const as = (logicalId: string) => {
      const role = roles.find((one) => one.logicalId === logicalId);
      assert.ok(role, logicalId);
      return {
        ...{ endpoint: sandbox.endpoint, region: away, maxAttempts: 1 },
        credentials: sandbox.credentials.issue(role.arn, 'test'),
      };
    };
    const rds = (role: string) => new RDSClient(as(role));
    const s3 = (role: string) => new S3Client({ ...as(role), forcePathStyle: true });
    const Bucket = `pg-gameday-lease-dev-${sandbox.credentials.account}-${away}`;
    const [zone] = (await fixture.call<{ HostedZones: { Id: string }[] }>('route53', 'ListHostedZonesByName', {}))
      .HostedZones;
    const record = (Name: string) => ({
      Name,
      Type: 'CNAME' as const,
      TTL: 5,
      ResourceRecords: [{ Value: 'x.example.com' }],
    });
    const names = (role: string, Action: 'UPSERT' | 'DELETE' | 'CREATE', ...all: string[]) =>
      new Route53Client({ ...as(role), region: 'us-east-1' }).send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zone?.Id ?? '',
          ChangeBatch: { Changes: all.map((name) => ({ Action, ResourceRecordSet: record(name) })) },
        }),
      );
    const own = 'gd-drill-1.db.example.internal';
    const theirs = 'fantasy.db.example.internal';
    const DBInstanceIdentifier = 'fantasy-dr';
    const scopeTag = [{ Key: 'pg-gameday:scope', Value: 'drill-1' }];
    const refused: (() => Promise<unknown>)[] = [
      () =>
        rds('CleanUpDrillRole').send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true })),
      () =>
        rds('CleanUpDrillRole').send(
          new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'gd-copy-drill-without-tags', SkipFinalSnapshot: true }),
        ),
      () => rds('PromoteDrillReplicaRole').send(new PromoteReadReplicaCommand({ DBInstanceIdentifier })),
      () =>
        rds('PromoteDrillReplicaRole').send(
          new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'gd-copy-drill-without-tags' }),
        ),
      () =>
        rds('StartDrillReplicaRole').send(
          new CreateDBInstanceReadReplicaCommand({
            DBInstanceIdentifier: 'gd-copy-drill-1-replica',
            SourceDBInstanceIdentifier: DBInstanceIdentifier,
            Tags: scopeTag,
          }),
        ),
      () =>
        rds('StartDrillPrimaryRole').send(
          new RestoreDBInstanceFromDBSnapshotCommand({
            DBInstanceIdentifier,
            DBSnapshotIdentifier: 'gd-backup-fantasy-proven-1',
          }),
        ),
      () => names('PointDrillNameRole', 'UPSERT', theirs),
      () => names('PointDrillNameRole', 'UPSERT', own, theirs),
      () => names('PointDrillNameRole', 'DELETE', own),
      () => names('CleanUpDrillRole', 'DELETE', theirs),
      () => names('CleanUpDrillRole', 'UPSERT', own),
      ...['PrepareDrillRole', 'TakeDrillLeaseRole', 'OpenDrillReplicaRole'].map(
        (role) => () => s3(role).send(new PutObjectCommand({ Bucket, Key: 'lease/fantasy.json', Body: '{}' })),
      ),
      () => s3('CleanUpDrillRole').send(new DeleteObjectCommand({ Bucket, Key: 'lease/fantasy.json' })),
    ];
    for (const [index, call] of refused.entries())
      await assert.rejects(call(), ({ name }: Error) => /^AccessDenied/.test(name), `call ${index}`);
    // What is of a scope is allowed, so that a refusal says something.
    await names('PointDrillNameRole', 'UPSERT', own);
    await names('CleanUpDrillRole', 'DELETE', own);
  });
});
