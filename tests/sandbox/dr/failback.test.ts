import assert from 'node:assert/strict';
import type { DBInstance } from '@aws-sdk/client-rds';
import { startLeaseAgent } from '../../../sandbox/demo/lease-agent.ts';
import { FailbackRecord } from '../../../shared/contracts/dr-failback/dr-failback.ts';
import { StrandedReport } from '../../../shared/contracts/dr-failback/stranded.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { leaseOf } from './lease-of.ts';
import { away, makePrimaryWithReplica, type PrimaryWithReplica } from './primary.ts';
import { readEvidence, runIn, runRecorded } from './recorded-run.ts';

const sql = `create role demo_app login;
  create table written (id int primary key, note text);
  create table noted (who text, note text, primary key (who, note));
  create table loose (note text);
  create unlogged table scratch (note text);
  insert into written select n, 'old' from generate_series(1, 100) as n;
  grant select, insert, update on written, noted, loose to demo_app`;
const order = { database: 'fantasy', reason: 'a test' };

describe('a failback', () => {
  let fixture: FaultFixture;
  let source: PrimaryWithReplica['source'];
  let asSuperuser: PrimaryWithReplica['asSuperuser'];
  let connected: PrimaryWithReplica['connected'];
  let lease: ReturnType<typeof leaseOf>;

  beforeAll(async () => {
    fixture = await openFaultFixture();
    lease = leaseOf(fixture);
    ({ source, asSuperuser, connected } = await makePrimaryWithReplica(fixture, sql));
    assert.equal((await lease.pass(home)).accepts, true);
    const promoted = await runIn(fixture, away, 'dr-promotion', { ...order, mode: 'promote' });
    assert.equal(promoted.status, 'SUCCEEDED', promoted.cause ?? '');
    // Of the old primary alone: a row, another value of one that both have, rows of a table without a key.
    await asSuperuser(source.instance, home, (client) =>
      client.query(`insert into written values (1001, 'stranded'), (1002, 'stranded'); insert into noted values ('anna', 'x');
        update written set note = 'late' where id = 7; insert into loose values ('only here'); delete from written where id = 9`),
    );
    await asSuperuser('fantasy-dr', away, (client) =>
      client.query(
        `insert into written values (1002, 'stranded'), (2000, 'new'); update written set note = 'newer' where id = 8`,
      ),
    );
  });
  afterAll(async () => {
    await fixture?.close();
  });

  async function failback(input: object) {
    const { record, ...ended } = await runRecorded(fixture, home, 'dr-failback', input);
    return { ...ended, record: FailbackRecord.parse(record) };
  }
  const readText = (key: string) => readEvidence(fixture, home, key);
  const reportOf = async ({ stranded }: FailbackRecord) =>
    StrandedReport.parse(JSON.parse(await readText(stranded?.key ?? '')));
  const instances = async (region: string) =>
    (await fixture.call<{ DBInstances: DBInstance[] }>('rds', 'DescribeDBInstances', {}, region)).DBInstances;
  test('that is only planned reports every row that the old primary has alone, and changes nothing', async () => {
    const before = await instances(home);
    const { status, record } = await failback({ database: 'fantasy' });
    assert.deepEqual([status, record.result], ['SUCCEEDED', 'planned'], record.summary);
    const { tables, rows, notRead, sha256 } = await reportOf(record);
    assert.deepEqual(
      tables.map(({ table, onlyThere, differs, first }) => [table, onlyThere, differs, first.length]),
      [
        ['public.loose', 1, 0, 1],
        ['public.noted', 1, 0, 1],
        ['public.written', 1, 1, 2],
      ],
    );
    assert.deepEqual(tables[2]?.first, [['1001'], ['7']]);
    assert.deepEqual([rows, notRead.map(({ what }) => what), record.stranded?.sha256], [4, ['public.scratch'], sha256]);
    assert.match(await readText(record.stranded?.pageKey ?? ''), /4 STRANDED ROWS/);
    assert.deepEqual(
      (await instances(home)).map(({ DBInstanceIdentifier, TagList }) => [DBInstanceIdentifier, TagList]),
      before.map(({ DBInstanceIdentifier, TagList }) => [DBInstanceIdentifier, TagList]),
    );
  });

  test('sets nothing aside that nobody has accepted, or of which another report was', async () => {
    for (const accept of [{}, { accept: '0'.repeat(64), acceptUnknown: 'it is a cache' }]) {
      const { error, record } = await failback({ ...order, ...accept, mode: 'failback' });
      assert.deepEqual([error, record.result, record.fence], ['NotFailedBack', 'refused', null]);
      assert.match(record.left.join(' '), /"accept": "[0-9a-f]{64}"/);
    }
    assert.deepEqual(
      (await instances(home)).map((one) => one.DBInstanceIdentifier),
      [source.instance],
    );
  });

  test('brings the primary home without a lost row, and keeps the old one', async () => {
    const { record: plan } = await failback({ database: 'fantasy' });
    const accepted = { accept: plan.stranded?.sha256, acceptUnknown: 'scratch is a cache' };
    const rebuilt = await failback({ ...order, ...accepted, mode: 'rebuild' });
    assert.deepEqual([rebuilt.status, rebuilt.record.result], ['SUCCEEDED', 'rebuilt'], rebuilt.cause ?? '');
    const named = new Map((await instances(home)).map((one) => [one.DBInstanceIdentifier, one]));
    const old = named.get(plan.plan?.asideId ?? '');
    assert.equal(old?.DbiResourceId, plan.plan?.old?.resourceId);
    assert.equal(old?.DeletionProtection, true);
    assert.match(named.get(source.instance)?.ReadReplicaSourceDBInstanceIdentifier ?? '', /us-west-2.*fantasy-dr$/);

    const acknowledged: number[] = [];
    const writer = await connected('fantasy-dr', away);
    const ended = (async () => {
      for (let id = 10_000; ; id += 1) {
        await writer.query('insert into written values ($1)', [id]);
        acknowledged.push(id);
      }
    })().catch(() => writer.end().catch(() => undefined));
    await waitUntil('some rows are written', async () => acknowledged.length > 50);
    const agent = startLeaseAgent(fixture.sandbox, away, 'fantasy-dr', 'fantasy');
    const { status, cause, record } = await failback({ ...order, ...accepted, mode: 'failback' });
    await agent.stop();
    await ended;
    assert.deepEqual([status, record.result, record.hardenFailure], ['SUCCEEDED', 'failed back', null], cause ?? '');
    const rows = await asSuperuser(source.instance, home, async (client) =>
      (await client.query<{ id: number }>('select id from written')).rows.map(({ id }) => id),
    );
    assert.deepEqual(
      acknowledged.filter((id) => !rows.includes(id)),
      [],
    );
    assert.deepEqual([record.compared?.differing, record.compared?.uncompared], [[], 0]);
    assert.ok(record.outageSeconds !== null);
    assert.match(record.confirmed?.target ?? JSON.stringify(record.nameFailure), /^fantasy-dev\.sandbox\.us-east-1/);
    const epoch = record.lease?.epoch ?? 0;
    assert.deepEqual(await lease.holders(), Array(3).fill(`${epoch} ${home}/fantasy-dev`));
    await assert.rejects(connected('fantasy-dr', away), /not permitted to log in|too many connections/);
    await (await connected(source.instance, home)).end();
    assert.equal((await lease.pass(home)).accepts, true);
  });

  test('is refused when the primary is home already', async () => {
    const { error, record } = await failback({ ...order, mode: 'failback' });
    assert.deepEqual([error, record.result], ['NotFailedBack', 'refused']);
    assert.match(record.summary, /the lease of 'fantasy' is 'us-east-1\/fantasy-dev's/);
  });
});
