import assert from 'node:assert/strict';
import type { DBInstance } from '@aws-sdk/client-rds';
import { startDeadMan } from '../../../sandbox/demo/dead-man.ts';
import { makeReplica } from '../../../sandbox/demo/replica.ts';
import { PromotionRecord } from '../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { leaseOf } from './lease-of.ts';
import { away, makePrimaryWithReplica, type PrimaryWithReplica } from './primary.ts';
import { runRecorded } from './recorded-run.ts';

const sql = `create role demo_app login; create table written (id int primary key, at timestamptz default now());
  grant select, insert on written to demo_app`;
const promote = { database: 'fantasy', mode: 'promote', reason: 'a test' };

describe('a promotion', () => {
  let fixture: FaultFixture;
  let source: PrimaryWithReplica['source'];
  let asSuperuser: PrimaryWithReplica['asSuperuser'];
  let connected: PrimaryWithReplica['connected'];
  let rowsOf: PrimaryWithReplica['rowsOf'];
  let lease: ReturnType<typeof leaseOf>;
  const running = new AbortController();

  beforeAll(async () => {
    fixture = await openFaultFixture();
    lease = leaseOf(fixture);
    ({ source, asSuperuser, connected, rowsOf } = await makePrimaryWithReplica(fixture, sql));
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(async () => {
    running.abort();
    await fixture?.close();
  });

  async function run(input: object) {
    const { record, ...ended } = await runRecorded(fixture, away, 'dr-promotion', input);
    return { ...ended, record: PromotionRecord.parse(record) };
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
  function writing(first: number): { readonly acknowledged: number[]; readonly ended: Promise<void> } {
    const acknowledged: number[] = [];
    const write = async () => {
      const client = await connected(source.instance, home);
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
  test('finds a lease that the agent of the primary keeps, and the second region stands by', async () => {
    const { did, epoch, accepts } = await lease.pass(home);
    assert.deepEqual([did, epoch, accepts], ['took', 1, true]);
    assert.equal((await lease.pass(away)).did, 'standby');
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
    assert.deepEqual(
      [record.plan.lease?.holder, record.plan.lease?.epoch, await lease.holders()],
      [`${home}/fantasy-dev`, 1, Array(3).fill(`1 ${home}/fantasy-dev`)],
    );
    assert.ok((await instance('fantasy-dr'))?.ReadReplicaSourceDBInstanceIdentifier);
    await (await connected(source.instance, home)).end();
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
    await (await connected(source.instance, home)).end();
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
    // Under an enforced lease the applications come back with the next pass of its agent, and no pass comes here.
    await asSuperuser(source.instance, home, (client) => client.query(`update gameday.lease set mode = 'observe'`));
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
    await (await connected(source.instance, home)).end();
    assert.ok((await instance('fantasy-dr'))?.ReadReplicaSourceDBInstanceIdentifier);
  });

  test('that is a planned switch loses no row that was acknowledged, and leaves one database that can be written to', async () => {
    const taken = await lease.pass(home);
    assert.deepEqual([taken.did, taken.epoch, taken.accepts], ['took', 2, true], 'its epoch was fenced');
    const open = await connected(source.instance, home);
    const writer = writing(1_000_000);
    await waitUntil('some rows are written', async () => writer.acknowledged.length > 50);
    const { status, cause, record } = await run(promote);
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    await writer.ended;
    assert.deepEqual([record.result, record.lossSeconds, record.fence?.kind], ['promoted', 0, 'fenced']);
    assert.match(`${record.confirmed?.target} ${record.nameFailure?.cause}`, /^fantasy-dr\.sandbox\.us-west-2/);
    const there = await rowsOf('fantasy-dr', away);
    assert.deepEqual(
      writer.acknowledged.filter((id) => !there.includes(id)),
      [],
    );
    await assert.rejects(open.query('insert into written (id) values (0)'));
    await assert.rejects(connected(source.instance, home), /not permitted to log in|too many connections/);
    const client = await connected('fantasy-dr', away);
    await client.query('insert into written (id) values (-1)');
    await client.end();
    const promoted = await instance('fantasy-dr');
    assert.equal(promoted?.ReadReplicaSourceDBInstanceIdentifier, undefined);
    assert.ok(Number(promoted?.BackupRetentionPeriod) >= 7);
    assert.deepEqual([promoted?.DeletionProtection, record.hardenFailure], [true, null]);
    assert.match(record.left.join('\n'), /fantasy\.db\.example\.internal leads to fantasy-dr\./);
    const epoch = record.lease?.epoch ?? 0;
    assert.deepEqual(await lease.holders(), Array(3).fill(`${epoch} ${away}/fantasy-dr`));
    // The agent of its own region keeps the new primary; the old one's does not let in whom the promotion keeps out.
    const kept = await lease.pass(away);
    assert.deepEqual([kept.did, kept.holder, kept.epoch, kept.accepts], ['renewed', `${away}/fantasy-dr`, epoch, true]);
    assert.deepEqual([(await lease.pass(home)).did, (await lease.pass(home)).accepts], ['fenced by a person', false]);
  });

  test('of a primary whose region is gone waits for the end of its lease, and the primary that returns writes not one row', async () => {
    // The way back by hand: the lease is the first primary's again, and a person lifts its fence.
    for (const register of lease.registers()) {
      const read = await register.read();
      await register.write({ epoch: 20, holder: `${home}/fantasy-dev`, counter: 0 }, read);
    }
    await asSuperuser(source.instance, home, (client) =>
      client.query('select gameday.lift_fence((select fenced_epoch from gameday.lease))'),
    );
    assert.deepEqual([(await lease.pass(home)).accepts, (await lease.pass(away)).did], [true, 'standby']);
    await makeReplica({ sandbox: fixture.sandbox, instance: source.instance, database: 'fantasy' }, 'fantasy-dr-2');
    const deadMan = startDeadMan(fixture.sandbox, source.instance, 'fantasy');
    running.signal.addEventListener('abort', deadMan.stop);
    const old = await connected(source.instance, home);
    await old.query('insert into written (id) values (-4)');
    await waitUntil('the row is replayed', async () => (await rowsOf('fantasy-dr-2', away)).includes(-4));
    // Waits are shortened here, and so is what is left of the lease: it is over before the machine has waited for it.
    await asSuperuser(source.instance, home, (client) =>
      client.query(`update gameday.lease set valid_until = clock_timestamp() + interval '1 second'`),
    );
    await fixture.arm(`lambda:Invoke#1=cut-region:${home}`);
    const refused = await run(promote);
    assert.deepEqual([refused.record.result, refused.record.failure?.error], ['refused', 'LossNotAccepted']);
    const { status, record, cause } = await run({ ...promote, mostLossSeconds: 3600 });
    assert.equal(status, 'SUCCEEDED', cause ?? '');
    assert.deepEqual(
      [record.result, record.fence?.kind, record.plan?.primary.status, record.lease?.epoch, record.lease?.registers],
      ['promoted', 'lease over', null, 21, 2],
    );
    assert.ok(record.lossSeconds !== null && record.lossSeconds >= 1, `${record.lossSeconds}`);
    const client = await connected('fantasy-dr-2', away);
    await client.query('insert into written (id) values (-5)');
    await client.end();
    assert.deepEqual([(await lease.pass(away)).did, (await lease.pass(away)).accepts], ['renewed', true]);
    await fixture.injector.release();
    const returned = await lease.pass(home);
    deadMan.stop();
    assert.deepEqual([returned.did, returned.accepts, returned.fenced], ['fenced', false, ['demo_app']]);
    assert.match(returned.reason ?? '', /'us-west-2\/fantasy-dr-2's in epoch 21/);
    await assert.rejects(old.query('insert into written (id) values (-6)'));
    await assert.rejects(connected(source.instance, home), /not permitted to log in|too many connections/);
    assert.ok(!(await rowsOf(source.instance, home)).includes(-6));
  });

  test('of a primary whose agent goes on renewing is refused, whatever a person says', async () => {
    for (const register of lease.registers()) {
      const read = await register.read();
      await register.write({ epoch: 30, holder: `${home}/fantasy-dev`, counter: 0 }, read);
    }
    assert.equal((await lease.pass(home)).accepts, true);
    await makeReplica({ sandbox: fixture.sandbox, instance: source.instance, database: 'fantasy' }, 'fantasy-dr-3');
    await fixture.arm(`lambda:Invoke#1=cut-link:${home},${away}`);
    let isOver = false;
    const agent = async () => {
      while (!isOver && !running.signal.aborted) await lease.pass(home);
    };
    const said = { ...promote, mostLossSeconds: 3600, primaryIsDown: 'a person says so, in a test' };
    const [promoted] = await Promise.allSettled([
      run(said).finally(() => {
        isOver = true;
      }),
      agent(),
    ]);
    assert.ok(promoted.status === 'fulfilled');
    const { record } = promoted.value;
    assert.deepEqual([record.result, record.failure?.error], ['refused', 'LeaseHeldError'], record.summary);
    await fixture.injector.release();
    await lease.pass(home);
    assert.deepEqual(await lease.holders(), Array(3).fill(`30 ${home}/fantasy-dev`));
    await (await connected(source.instance, home)).end();
  });

  test('asks for no permission that its roles have not', () => {
    assert.deepEqual(fixture.sandbox.iam.denials(), []);
  });
});
