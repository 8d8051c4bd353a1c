import assert from 'node:assert/strict';
import { generateBill } from '../../../sandbox/cost-series/bill.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { CostEvidence } from '../../../shared/contracts/cost-report.ts';
import { type AccountFixture, openAccountFixture, type Run } from '../../support/sandbox/account.ts';

describe('a cost report that looks for waste', () => {
  let fixture: AccountFixture;
  beforeAll(async () => {
    fixture = await openAccountFixture();
    const { data } = fixture.sandbox.costs;
    data.bill = generateBill({ seed: 41, days: 202, endDay: data.today - 1, anomalies: [], assessedDays: 2 });
    data.pageSize = 4000;
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    fixture.refuse = undefined;
  });

  const evidenceOf = async ({ name }: Run) =>
    CostEvidence.parse(JSON.parse(await fixture.read(`cost-report/${name}/evidence.json`)));
  const now = Date.now();
  const createDatabase = (DBInstanceIdentifier: string) =>
    fixture.call('rds', 'CreateDBInstance', {
      DBInstanceIdentifier,
      Engine: 'postgres',
      DBInstanceClass: 'db.t4g.medium',
      AllocatedStorage: 20,
      MasterUsername: 'postgres',
      MasterUserPassword: 'that-nobody-uses',
      BackupRetentionPeriod: 0,
    });
  const uploadOf = (Bucket: string, UploadId: string) => ({ Bucket, Key: 'dump', UploadId });
  const daysAgo = (days: number) => new Date(now - days * 86_400_000);
  const old = { CreateTime: daysAgo(100), State: 'available' as const, VolumeType: 'gp3' as const, Size: 500 };
  beforeAll(() => {
    const { ec2, loadBalancers } = fixture.sandbox;
    for (const region of ['us-east-1', 'us-west-2']) {
      const { volumes, addresses } = ec2.regions.in(region);
      volumes.set('vol-forgotten', { ...old, VolumeId: 'vol-forgotten' });
      const Tags = [{ Key: 'pg-gameday:protected', Value: 'of the auditors' }];
      volumes.set('vol-protected', { ...old, VolumeId: 'vol-protected', Tags });
      volumes.set('vol-new', { ...old, VolumeId: 'vol-new', CreateTime: daysAgo(13) });
      volumes.set('vol-odd', { ...old, VolumeId: 'vol-odd', VolumeType: 'io9' as 'gp3' });
      addresses.set('eipalloc-1', { AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1' });
    }
    for (const name of ['idle', 'busy']) {
      const LoadBalancerArn = `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/${name}/0123456789abcdef`;
      loadBalancers.balancers.in('us-east-1').set(LoadBalancerArn, {
        LoadBalancerArn,
        LoadBalancerName: name,
        Type: 'application',
        CreatedTime: daysAgo(60),
        State: { Code: 'active' },
      });
    }
    fixture.sandbox.metrics.put('us-east-1', {
      namespace: 'AWS/ApplicationELB',
      name: 'RequestCount',
      dimensions: { LoadBalancer: 'app/busy/0123456789abcdef' },
      at: daysAgo(3),
      unit: 'Count',
      values: [{ value: 1, count: 7 }],
    });
  });
  test('finds it in both regions, the dearest first, and never what is protected, young or in use', async () => {
    fixture.sandbox.costs.data.reservationCoverage = [{ percentage: 40, use: 720 }];
    const counted = fixture.sandbox.costs.requests();
    const run = await fixture.run('cost-report', { findWaste: true });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { waste, requests } = await evidenceOf(run);
    assert.equal(fixture.sandbox.costs.requests() - counted, requests);
    assert.deepEqual(waste?.missing, []);
    const placed = waste?.findings.filter(({ region }) => region !== 'global');
    assert.deepEqual(
      placed?.map(({ id, aMonth }) => [id, aMonth]),
      [
        ['unattached-volume/us-east-1/vol-forgotten', 40],
        ['unattached-volume/us-west-2/vol-forgotten', 40],
        ['idle-load-balancer/us-east-1/idle', 16.43],
        ['unassociated-address/us-east-1/eipalloc-1', 3.65],
        ['unassociated-address/us-west-2/eipalloc-1', 3.65],
        ['unattached-volume/us-east-1/vol-odd', null],
        ['unattached-volume/us-west-2/vol-odd', null],
      ],
    );
    const ofBill = waste?.findings.filter(({ region }) => region === 'global').map(({ kind }) => kind);
    assert.deepEqual(ofBill?.sort(), ['uncovered-use', 'untagged-spend']);
    assert.match(
      run.notifications[0]?.message ?? '',
      /^Waste: 9 findings, 103\.73 USD a month and 4 without a price, first unattached-volume vol-forgotten$/m,
    );
    const page = await fixture.read(`cost-report/${run.name}/report.html`);
    assert.match(page, /aws ec2 delete-volume --region us-west-2 --volume-id vol-forgotten/);
    assert.doesNotMatch(page, /vol-protected|vol-new|loadbalancer\/app\/busy/);
  });

  test('measures a database hour by hour: one that nobody used is idle, and one that was not measured is not assessed', async () => {
    for (const DBInstanceIdentifier of ['sleepy', 'unmeasured']) {
      await createDatabase(DBInstanceIdentifier);
    }
    await fixture.sandbox.rds.inspect.idle();
    for (const instance of fixture.sandbox.rds.inspect.instances()) instance.createdAt = daysAgo(30);
    const dimensions = { DBInstanceIdentifier: 'sleepy' };
    const idle = { CPUUtilization: 3, DatabaseConnections: 0, FreeableMemory: 3e9 };
    for (const [name, value] of Object.entries(idle)) {
      for (let hour = 0; hour < 14 * 24; hour += 1) {
        const at = new Date(now - hour * 3_600_000);
        const values = [{ value, count: 60 }];
        fixture.sandbox.metrics.put('us-east-1', {
          namespace: 'AWS/RDS',
          name,
          dimensions,
          at,
          unit: undefined,
          values,
        });
      }
    }
    const run = await fixture.run('cost-report', { findWaste: true });
    for (const DBInstanceIdentifier of ['sleepy', 'unmeasured']) {
      await fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
    }
    await fixture.sandbox.rds.inspect.idle();
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { waste } = await evidenceOf(run);
    const reported = waste?.findings.filter(({ kind }) => /database|hours|drill/.test(kind));
    assert.deepEqual(
      reported?.map(({ id, aMonth }) => [id, aMonth]),
      [['idle-database/us-east-1/sleepy', 47.45]],
    );
    assert.match(reported?.[0]?.action ?? '', /--final-db-snapshot-identifier sleepy-final/);
  });

  test('reports a manual snapshot whose database is gone or that is old, and none that retention or a person keeps', async () => {
    const madeHere = {
      'pg-gameday:made-by': 'pg-gameday',
      'pg-gameday:purpose': 'backup',
      'pg-gameday:database': 'x',
    };
    const taken: readonly [id: string, of: string, age: number, tags?: Readonly<Record<string, string>>][] = [
      ['gone-final', 'moved', 30],
      ['gone-young', 'moved', 13],
      ['gone-protected', 'moved', 400, { 'pg-gameday:protected': 'audit' }],
      ['gone-held', 'moved', 400, { 'pg-gameday:hold': 'case 7' }],
      ['gd-backup-moved-1', 'moved', 400, madeHere],
      ['there-old', 'staying', 200],
      ['there-newer', 'staying', 179],
    ];
    const databases = ['moved', 'staying'];
    for (const DBInstanceIdentifier of databases) {
      await createDatabase(DBInstanceIdentifier);
    }
    await fixture.sandbox.rds.inspect.idle();
    for (const [DBSnapshotIdentifier, DBInstanceIdentifier, , tags = {}] of taken) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await fixture.call('rds', 'CreateDBSnapshot', { DBSnapshotIdentifier, DBInstanceIdentifier, Tags });
      await fixture.sandbox.rds.inspect.idle();
    }
    for (const snapshot of fixture.sandbox.rds.inspect.snapshots()) {
      const age = taken.find(([id]) => id === snapshot.identifier)?.[2];
      if (age !== undefined) snapshot.createdAt = daysAgo(age);
    }
    const gone = (DBInstanceIdentifier: string) =>
      fixture.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
    await gone('moved');
    await fixture.sandbox.rds.inspect.idle();
    const run = await fixture.run('cost-report', { findWaste: true });
    await gone('staying');
    for (const [DBSnapshotIdentifier] of taken) await fixture.call('rds', 'DeleteDBSnapshot', { DBSnapshotIdentifier });
    await fixture.sandbox.rds.inspect.idle();
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { waste } = await evidenceOf(run);
    assert.deepEqual(waste?.missing, []);
    const reported = waste?.findings.filter(({ kind }) => /database-snapshot/.test(kind));
    assert.deepEqual(
      reported?.map(({ id, aMonth }) => [id, aMonth]),
      [
        ['old-database-snapshot/us-east-1/there-old', 1.9],
        ['orphaned-database-snapshot/us-east-1/gone-final', 1.9],
      ],
    );
    assert.match(
      reported?.[1]?.action ?? '',
      /delete-db-snapshot --region us-east-1 --db-snapshot-identifier gone-final/,
    );
  });

  test('reports buckets in which nothing ends, and of what was never completed in them', async () => {
    const bytes = (bucket: string, value: number) =>
      fixture.sandbox.metrics.put('us-east-1', {
        namespace: 'AWS/S3',
        name: 'BucketSizeBytes',
        dimensions: { BucketName: bucket, StorageType: 'StandardStorage' },
        at: daysAgo(1),
        unit: 'Bytes',
        values: [{ value, count: 1 }],
      });
    for (const [name, age] of [
      ['hoard', 400],
      ['guarded', 400],
      ['fresh', 13],
      ['elsewhere', 400],
    ] as const) {
      const region = name === 'elsewhere' ? 'eu-west-1' : 'us-east-1';
      Object.assign(fixture.sandbox.s3.buckets.create(name, region), { createdAt: daysAgo(age) });
      bytes(name, 200e9);
      // S3 answers for a bucket in its own region only.
      const inRegion = (operation: string, input: object) =>
        fixture.sandbox.dispatch('s3', operation, input, {
          region,
          caller: fixture.sandbox.credentials.operator.caller,
        });
      await inRegion('CreateMultipartUpload', { Bucket: name, Key: 'dump' });
      for (const upload of fixture.sandbox.s3.buckets.get(name).uploads.values()) {
        await inRegion('UploadPart', {
          ...uploadOf(name, upload.id),
          PartNumber: 1,
          Body: Buffer.alloc(2_000_000),
        });
        Object.assign(upload, { initiated: daysAgo(14) });
      }
    }
    const Tagging = { TagSet: [{ Key: 'pg-gameday:protected', Value: 'audit' }] };
    await fixture.call('s3', 'PutBucketTagging', { Bucket: 'guarded', Tagging });
    const run = await fixture.run('cost-report', { findWaste: true });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { waste } = await evidenceOf(run);
    assert.deepEqual(waste?.missing, []);
    const reported = waste?.findings.filter(({ region, kind }) => region !== 'global' && /bucket|upload/.test(kind));
    assert.deepEqual(reported?.map(({ id }) => id).sort(), [
      'bucket-without-lifecycle/us-east-1/hoard',
      'incomplete-uploads/us-east-1/hoard',
    ]);
    const [uploads] = reported?.filter(({ kind }) => kind === 'incomplete-uploads') ?? [];
    assert.match(uploads?.basis ?? '', /^0\.002 GB at 0\.023 \(bucketGb\)$/);
    assert.match(uploads?.evidence ?? '', /^1 multipart upload never completed, the oldest 14 days old/);
  });

  test('names what it may not see or is not answered, and reports the rest', async () => {
    fixture.refuse = ({ service, operation, input }) => {
      if (operation === 'DescribeImages') return new AwsError('UnauthorizedOperation', 'not you', { status: 403 });
      if (operation === 'GetBucketTagging' && (input as { Bucket?: string }).Bucket === 'hoard')
        return new AwsError('AccessDenied', 'not you', { status: 403 });
      if (service === 'monitoring') return new AwsError('Throttling', 'Rate exceeded');
      return operation === 'GetSavingsPlansCoverage' ? new AwsError('AccessDeniedException', 'not you') : undefined;
    };
    const run = await fixture.run('cost-report', { findWaste: true });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { waste } = await evidenceOf(run);
    assert.deepEqual(
      waste?.missing.map(({ part, region, error }) => `${part}, ${region}: ${error}`),
      [
        'images, us-east-1: AccessDeniedError',
        'snapshots, us-east-1: AccessDeniedError',
        'load balancers, us-east-1: AwsUnavailableError',
        'images, us-west-2: AccessDeniedError',
        'snapshots, us-west-2: AccessDeniedError',
        'bucket hoard, us-east-1: AccessDeniedError',
        'sizes of buckets, us-east-1: AwsUnavailableError',
        'sizes of buckets, us-west-2: AwsUnavailableError',
        'coverage by Savings Plans, global: AccessDeniedError',
      ],
    );
    const kinds = new Set(waste?.findings.map(({ kind }) => kind));
    assert.ok(kinds.has('unassociated-address') && kinds.has('unattached-volume') && !kinds.has('idle-load-balancer'));
    assert.match(run.notifications[0]?.message ?? '', /NOT LOOKED AT: images \(us-east-1\), /);
  });

  test('reports nothing of a list that breaks off, and keeps the other parts', async () => {
    const { volumes } = fixture.sandbox.ec2.regions.in('us-west-2');
    const many = Array.from({ length: 500 }, (_, index) => `vol-${index}`);
    for (const VolumeId of many) volumes.set(VolumeId, { ...old, VolumeId });
    fixture.refuse = ({ operation, input }) =>
      operation === 'DescribeVolumes' && (input as { NextToken?: string }).NextToken !== undefined
        ? new AwsError('OptInRequired', 'You are not subscribed to this service')
        : undefined;
    const run = await fixture.run('cost-report', { findWaste: true });
    for (const id of many) volumes.delete(id);
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { waste } = await evidenceOf(run);
    const refused = { region: 'us-west-2', error: 'OptInRequired' };
    assert.deepEqual(waste?.missing, [
      { part: 'volumes', ...refused },
      { part: 'snapshots', ...refused },
    ]);
    const kept = waste?.findings.filter(({ region }) => region === 'us-west-2').map(({ kind }) => kind);
    assert.deepEqual(kept, ['unassociated-address']);
    assert.ok(waste?.findings.some(({ id }) => id === 'unattached-volume/us-east-1/vol-forgotten'));
  });
});
