import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { acceptedEntry } from '../../../operator/recommendations/accept.ts';
import { applyCommand } from '../../../operator/recommendations/apply-command.ts';
import { finalSnapshotId } from '../../../operator/recommendations/remove-database.ts';
import { makeClock } from '../../../sandbox/clock.ts';
import { makeAlarms } from '../../../sandbox/services/cloudwatch/alarms/alarms.ts';
import { makeCloudWatch } from '../../../sandbox/services/cloudwatch/cloudwatch.ts';
import { makeMetricStore } from '../../../sandbox/services/cloudwatch/metric-store.ts';
import { makeLoadBalancers } from '../../../sandbox/services/elb/elb.ts';
import { makeRds, type RdsService } from '../../../sandbox/services/rds/make-rds.ts';
import { scansOfDatabases } from '../../../shared/aws/waste/databases.ts';
import { scansOfRegion } from '../../../shared/aws/waste/region.ts';
import type { WasteFinding } from '../../../shared/contracts/waste.ts';
import { openRecommendationsFixture, type RecommendationsFixture } from '../../support/recommendations-fixture.ts';

const region = 'us-east-1';
const account = '123456789012';
const now = Date.now();
const daysAgo = (days: number) => new Date(now - days * 86_400_000);

describe('npm run recommendations -- apply, of load balancers and databases', () => {
  const metrics = makeMetricStore();
  const balancers = makeLoadBalancers();
  let directory: string;
  let rds: RdsService;
  let fixture: RecommendationsFixture;
  let client: RDSClient;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'recommendations-rds-'));
    await chmod(directory, 0o755); // Root's servers run as another user.
    const clock = makeClock(200);
    rds = await makeRds({ clock, account, dataDirectory: path.join(directory, 'rds') });
    const alarms = makeAlarms({ metrics, account, now: clock.now });
    fixture = await openRecommendationsFixture([balancers, makeCloudWatch({ metrics, alarms }), rds]);
    Object.assign(process.env, fixture.environment);
    client = new RDSClient({ region });
  });
  afterAll(async () => {
    client.destroy();
    await rds.stopAll();
    await fixture.close();
    await rm(directory, { recursive: true, force: true });
  });
  afterEach(() => {
    fixture.intercept = undefined;
  });

  const waste = {
    rule: { graceDays: 14, oldDays: 180 },
    prices: {
      volumeGb: {},
      loadBalancer: { application: 16.43 },
      databaseClass: { 'db.t4g.medium': 47.45 },
      databaseSnapshotGb: 0.095,
    },
    regions: [region],
    currency: 'USD',
    tag: 'team',
    settleDays: 2,
    office: undefined,
    sources: [],
  };
  /** Accepts what the report's own look finds. */
  const accept = async (id: string): Promise<WasteFinding> => {
    const looks = [...scansOfRegion(region, waste, new Date()), ...scansOfDatabases(waste, new Date())];
    const look = looks.find(({ part }) => part === (id.includes('database') ? 'use of databases' : 'load balancers'));
    const finding = (await look?.read(() => assert.fail('a part is missing')))?.find((one) => one.id === id);
    assert.ok(finding, id);
    const how = { by: 'A. Person', on: '2026-05-20', costs: undefined };
    await fixture.recommendations.addDecided((recommendations) => acceptedEntry(recommendations, finding, how));
    return finding;
  };
  /** The exit code, or the error that the command line prints. */
  const apply = (id: string, operations = 'operations.yml') =>
    applyCommand(fixture.recommendations, {
      id,
      operations,
      isMeant: true,
      pause: () => rds.inspect.idle(),
    }).catch((error: Error) => String(error));
  const entryOf = async (id: string) => (await fixture.recommendations.read()).entries.find((one) => one.id === id);

  test('deletes an idle load balancer and keeps its description; not one that is protected or carries something', async () => {
    const own = balancers.balancers.in(region);
    const LoadBalancerArn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/idle/0123456789abcdef`;
    const idle = {
      LoadBalancerArn,
      LoadBalancerName: 'idle',
      Type: 'application' as const,
      DNSName: 'idle.example.com',
      CreatedTime: daysAgo(60),
      State: { Code: 'active' as const },
    };
    own.set(LoadBalancerArn, idle);
    const id = `idle-load-balancer/${region}/idle`;
    await accept(id);
    own.set(LoadBalancerArn, { ...idle, Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }] });
    assert.match(
      String(await apply(id)),
      /^RemovalRefusedError: .*'idle' is under deletion protection\nHINT: .*modify-load-balancer-attributes .*app\/idle/,
    );
    own.set(LoadBalancerArn, { ...idle, CreatedTime: daysAgo(30) });
    assert.match(String(await apply(id)), /^FindingChangedError: .*was made at/);
    own.set(LoadBalancerArn, { ...idle, Tags: [{ Key: 'pg-gameday:protected', Value: 'audit' }] });
    assert.match(String(await apply(id)), /^FindingChangedError: .*pg-gameday:protected now: audit/);
    own.set(LoadBalancerArn, idle);
    const dimensions = { LoadBalancer: 'app/idle/0123456789abcdef' };
    const request = { namespace: 'AWS/ApplicationELB', name: 'RequestCount', dimensions, unit: 'Count' };
    fixture.intercept = (context, _input, next) => {
      if (context.operation === 'GetMetricData') {
        metrics.put(region, { ...request, at: daysAgo(1), values: [{ value: 1, count: 1 }] });
      }
      return next();
    };
    assert.match(String(await apply(id)), /^FindingChangedError: .*not assessed to be waste any more/);
    assert.equal(own.size, 1);
    fixture.intercept = undefined;

    const other = LoadBalancerArn.replace('/idle/', '/quiet/');
    own.set(other, { ...idle, LoadBalancerArn: other, LoadBalancerName: 'quiet' });
    await accept(`idle-load-balancer/${region}/quiet`);
    assert.equal(await apply(`idle-load-balancer/${region}/quiet`), 0);
    assert.deepEqual([...own.keys()], [LoadBalancerArn]);
    const application = (await entryOf(`idle-load-balancer/${region}/quiet`))?.application;
    assert.deepEqual([application?.described['DNSName'], application?.finalSnapshot], ['idle.example.com', null]);
  });

  test('deletes an idle database with a final snapshot that is available, and only while it is what was accepted', async () => {
    const DBInstanceIdentifier = 'sleepy';
    const create = new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      Engine: 'postgres',
      DBInstanceClass: 'db.t4g.medium',
      AllocatedStorage: 20,
      MasterUsername: 'postgres',
      MasterUserPassword: 'that-nobody-uses',
      DeletionProtection: true,
    });
    await client.send(create);
    await rds.inspect.idle();
    const [instance] = rds.inspect.instances();
    assert.ok(instance);
    instance.createdAt = daysAgo(30);
    for (let hour = 0; hour < 14 * 24; hour += 1) {
      metrics.put(region, {
        namespace: 'AWS/RDS',
        name: 'DatabaseConnections',
        dimensions: { DBInstanceIdentifier },
        at: new Date(now - hour * 3_600_000),
        values: [{ value: 0, count: 60 }],
      });
    }
    const id = `idle-database/${region}/sleepy`;
    await accept(id);
    const lifted =
      /^RemovalRefusedError: .*'sleepy' is under deletion protection\nHINT: .*modify-db-instance .*sleepy --no-deletion-protection/;
    assert.match(String(await apply(id)), lifted);
    await client.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier, DeletionProtection: false, ApplyImmediately: true }),
    );
    await rds.inspect.idle();

    instance.tags = [{ Key: 'pg-gameday:protected', Value: 'audit' }];
    assert.match(String(await apply(id)), /^FindingChangedError: .*pg-gameday:protected now: audit/);
    instance.tags = [];
    await client.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: 'follower',
        SourceDBInstanceIdentifier: 'sleepy',
      }),
    );
    await rds.inspect.idle();
    assert.match(String(await apply(id)), /^RemovalRefusedError: .*'sleepy' has replicas or is one: 'follower'/);
    await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'follower', SkipFinalSnapshot: true }));
    await rds.inspect.idle();
    const naming = path.join(directory, 'operations.yml');
    for (const named of ['instance: fantasy-prod', 'instances: [reporting-test]']) {
      const policy = await readFile('operations.yml', 'utf8');
      assert.ok(policy.includes(named));
      await writeFile(naming, policy.replace(named, named.replace(/[a-z]+-[a-z]+/, 'sleepy')));
      assert.match(String(await apply(id, naming)), /^RemovalRefusedError: .*'sleepy' is named in operations\.yml/);
    }
    assert.equal((await entryOf(id))?.application, null);

    // The run dies right after the deletion was asked for.
    fixture.intercept = async (context, _input, next) => {
      const answer = await next();
      if (context.operation === 'DeleteDBInstance') fixture.intercept = () => Promise.reject(new Error('cut off'));
      return answer;
    };
    assert.match(String(await apply(id)), /Error/);
    fixture.intercept = undefined;
    assert.equal((await entryOf(id))?.application?.finishedAt, null);
    assert.equal(await apply(id), 0);
    assert.deepEqual(rds.inspect.instances(), []);
    const DBSnapshotIdentifier = finalSnapshotId('sleepy', id);
    const { DBSnapshots = [] } = await client.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
    assert.deepEqual(
      DBSnapshots.map((one) => [one.DBSnapshotIdentifier, one.Status]),
      [[DBSnapshotIdentifier, 'available']],
    );
    const application = (await entryOf(id))?.application;
    assert.deepEqual(
      [application?.finalSnapshot, application?.described['Engine']],
      [DBSnapshotIdentifier, 'postgres'],
    );
  });
});
