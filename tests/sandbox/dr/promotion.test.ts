import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { makeReplica } from '../../../sandbox/demo/replica.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { createSource, type Source } from '../../../sandbox/source.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { PromotionRecord, RecordPromotionOutput } from '../../../shared/contracts/dr-promotion.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';

const away = devStage().dr?.region ?? '';
const promote = { database: 'fantasy', mode: 'promote', reason: 'a test' };

describe('a promotion', () => {
  let fixture: FaultFixture;
  let source: Source;
  let application: pg.ClientConfig;

  beforeAll(async () => {
    fixture = await openFaultFixture();
    const policy = devStage().databases['fantasy'];
    assert.ok(policy);
    source = await createSource(fixture.sandbox, {
      policy,
      instanceClass: 'db.t3.micro',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query(`create role demo_app login; create table written (id int primary key, at timestamptz default now());
          grant select, insert on written to demo_app`);
        await client.end();
      },
    });
    application = await loginOfApplication(source.master);
    await makeReplica({ sandbox: fixture.sandbox, instance: source.instance, database: 'fantasy' }, 'fantasy-dr');
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(() => fixture?.close());

  async function run(input: object) {
    const { sandbox } = fixture;
    const stack = sandbox.stacks.find(({ region }) => region === away);
    assert.ok(stack);
    const machine = stack.stateMachines.find(({ name }) => workflowOf(name) === 'dr-promotion');
    const { executionArn } = await fixture.call<{ executionArn: string }>(
      'states',
      'StartExecution',
      { stateMachineArn: machine?.arn, input: JSON.stringify(input) },
      away,
    );
    const { status, error, cause, output } = await sandbox.states.waitForEnd(executionArn);
    const { recordKey } =
      output == null
        ? { recordKey: /\((\S+record\.json)\)$/.exec(cause ?? '')?.[1] ?? '' }
        : RecordPromotionOutput.parse(JSON.parse(output));
    const bucket = stack.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Body } = await fixture.call<{ Body: Readable | Uint8Array }>(
      's3',
      'GetObject',
      { Bucket: bucket, Key: recordKey },
      away,
    );
    const stored = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return { status, error, cause, record: PromotionRecord.parse(JSON.parse(stored)) };
  }
  const instance = async (id: string, region = away) =>
    (
      await fixture.call<{ DBInstances: DBInstance[] }>(
        'rds',
        'DescribeDBInstances',
        { DBInstanceIdentifier: id },
        region,
      )
    ).DBInstances[0];
  const asSuperuser = <T>(id: string, region: string, work: (client: pg.Client) => Promise<T>) =>
    asAdministrator(fixture.sandbox.rds.inspect.server(region, id), work, 'fantasy');
  const at = (id: string, region: string): pg.ClientConfig => ({
    ...application,
    port: fixture.sandbox.rds.inspect.server(region, id).port,
  });
  async function connected(config: pg.ClientConfig): Promise<pg.Client> {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
  /** Writes as the application until it cannot; answers what was acknowledged. */
  function writing(first: number): { readonly acknowledged: number[]; readonly ended: Promise<void> } {
    const acknowledged: number[] = [];
    const write = async () => {
      const client = await connected(application);
      try {
        for (let id = first; ; id += 1) {
          await client.query('insert into written (id) values ($1)', [id]);
          acknowledged.push(id);
        }
      } catch {
        await client.end().catch(() => undefined);
      }
    };
    return { acknowledged, ended: write() };
  }
  const rowsOf = (id: string, region: string) =>
    asSuperuser(id, region, async (client) => {
      const { rows } = await client.query<{ id: number }>('select id from written order by id');
      return rows.map((row) => row.id);
    });

  test('that is only planned changes nothing, and says how far the replica is behind', async () => {
    await asSuperuser(source.instance, home, (client) => client.query('insert into written (id) values (-2)'));
    await waitUntil('the row is replayed', async () => (await rowsOf('fantasy-dr', away)).includes(-2));
    const { status, record } = await run({ database: 'fantasy' });
    assert.deepEqual(
      [status, record.result, record.severity, record.plan?.refusals],
      ['SUCCEEDED', 'planned', 'P4', []],
    );
    assert.equal(record.plan?.replica?.instanceId, 'fantasy-dr');
    assert.ok(record.plan.predictedLossSeconds !== null);
    assert.ok((await instance('fantasy-dr'))?.ReadReplicaSourceDBInstanceIdentifier);
    await (await connected(application)).end();
  });

  test('of a replica that nobody has allowed is refused, and the application goes on', async () => {
    const tag = { ResourceName: (await instance('fantasy-dr'))?.DBInstanceArn, TagKeys: ['pg-gameday:replica-of'] };
    await fixture.call('rds', 'RemoveTagsFromResource', tag, away);
    const { error, record } = await run(promote);
    assert.deepEqual([error, record.result, record.fence], ['NotPromoted', 'refused', null]);
    assert.match(record.summary, /'fantasy-dr' does not bear the tag pg-gameday:replica-of=fantasy/);
    await fixture.call(
      'rds',
      'AddTagsToResource',
      { ResourceName: tag.ResourceName, Tags: [{ Key: 'pg-gameday:replica-of', Value: 'fantasy' }] },
      away,
    );
    await (await connected(application)).end();
  });

  test('without the first region and without a word that nobody writes there is refused', async () => {
    await fixture.arm(`lambda:Invoke#1=cut-region:${home}`);
    const { error, record } = await run(promote);
    assert.deepEqual(
      [error, record.result, record.failure?.error],
      ['NotPromoted', 'refused', 'PrimaryUnreachableError'],
    );
    await fixture.injector.release();
  });

  test('whose replica does not get to the end of the log is undone: the application is let in again', async () => {
    await asSuperuser('fantasy-dr', away, (client) => client.query('select pg_wal_replay_pause()'));
    const writer = writing(1);
    await waitUntil('some rows are written', async () => writer.acknowledged.length > 20);
    const { error, record } = await run(promote);
    assert.deepEqual(
      [error, record.result, record.failure?.error],
      ['NotPromoted', 'undone', 'LossNotAccepted'],
      record.summary,
    );
    await writer.ended;
    await asSuperuser('fantasy-dr', away, (client) => client.query('select pg_wal_replay_resume()'));
    await (await connected(application)).end();
    assert.ok((await instance('fantasy-dr'))?.ReadReplicaSourceDBInstanceIdentifier);
  });

  test('that is a planned switch loses no row that was acknowledged, and leaves one database that can be written to', async () => {
    const open = await connected(application);
    const writer = writing(1_000_000);
    await waitUntil('some rows are written', async () => writer.acknowledged.length > 50);
    const { status, cause, record } = await run(promote);
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    await writer.ended;
    assert.deepEqual([record.result, record.lossSeconds, record.fence?.kind], ['promoted', 0, 'fenced']);
    const there = await rowsOf('fantasy-dr', away);
    assert.deepEqual(
      writer.acknowledged.filter((id) => !there.includes(id)),
      [],
    );
    await assert.rejects(open.query('insert into written (id) values (0)'));
    await assert.rejects(connected(application), /not permitted to log in|too many connections/);
    const client = await connected(at('fantasy-dr', away));
    await client.query('insert into written (id) values (-1)');
    await client.end();
    const promoted = await instance('fantasy-dr');
    assert.equal(promoted?.ReadReplicaSourceDBInstanceIdentifier, undefined);
    assert.ok(Number(promoted?.BackupRetentionPeriod) >= 7);
    assert.deepEqual([promoted?.DeletionProtection, record.hardenFailure], [true, null]);
    assert.match(record.left.join('\n'), /Point the applications to .*:\d+/);
  });

  test('of a primary that nobody reaches states what may be lost, and is made when a person accepts it', async () => {
    await asSuperuser(source.instance, home, async (client) => {
      await client.query('select gameday.lift_fence((select fenced_epoch from gameday.lease))');
      await client.query('insert into written (id) values (-3)');
    });
    await makeReplica({ sandbox: fixture.sandbox, instance: source.instance, database: 'fantasy' }, 'fantasy-dr-2');
    await asSuperuser(source.instance, home, (client) => client.query('insert into written (id) values (-4)'));
    await waitUntil('the row is replayed', async () => (await rowsOf('fantasy-dr-2', away)).includes(-4));
    const gone = { ...promote, primaryIsDown: 'a person says so, in a test' };
    await fixture.arm(`lambda:Invoke#1=cut-region:${home}`);
    const refused = await run(gone);
    assert.deepEqual([refused.record.result, refused.record.failure?.error], ['refused', 'LossNotAccepted']);
    const { status, record, cause } = await run({ ...gone, mostLossSeconds: 3600 });
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    assert.deepEqual(
      [record.result, record.fence?.kind, record.plan?.primary.status],
      ['promoted', 'stated down', null],
    );
    assert.ok(record.lossSeconds !== null && record.lossSeconds >= 1, `${record.lossSeconds}`);
    assert.match(record.left.join('\n'), /Keep 'fantasy-dev' from being written to when it comes back/);
    const client = await connected(at('fantasy-dr-2', away));
    await client.query('insert into written (id) values (-5)');
    await client.end();
  });
});
