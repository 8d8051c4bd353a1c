import assert from 'node:assert/strict';
import {
  AddTagsToResourceCommand,
  type DBInstanceAutomatedBackup,
  RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import pg from 'pg';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { ProveSnapshotInput, ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { RungReport } from '../../../shared/contracts/verification.ts';
import { readableFailure } from '../../../shared/domain/backup/readable-failure.ts';
import { copyTags } from '../../../shared/domain/resource/throw-away.ts';
import {
  type BackupFixture,
  type BackupRun,
  openBackupFixture,
  policyOf,
  region,
} from '../../support/sandbox/backup.ts';
import { insideBracket } from '../../support/sandbox/bracket.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { instance } = policyOf('own');
const { dr } = devStage();
const second = 1000;
const iso = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;

describe('a moment of an instance', () => {
  let fixture: BackupFixture;
  let run: BackupRun;
  let order: ProveSnapshotInput;
  /** A whole second between S1 and S2, behind which rows were written, too. */
  let inside: number;

  beforeAll(async () => {
    fixture = await openBackupFixture({ database: 'own', fill });
    // So that a moment before the bracket can be restored, too.
    await waitUntil('backups begin', async () => Date.now() > (await earliest()) + 2 * second);
    const { caller } = fixture.sandbox.credentials.operator;
    await fixture.sandbox.dispatch(
      'rds',
      'StartDBInstanceAutomatedBackupsReplication',
      { SourceDBInstanceArn: `arn:aws:rds:${region}:123456789012:db:${instance}`, KmsKeyId: dr?.kmsKeyId },
      { region: dr?.region ?? '', caller },
    );
    const insert = (id: number) =>
      fixture.asMaster(async (client) => void (await client.query('insert into orders values ($1)', [id])));
    run = await fixture.run({
      hook: insideBracket({
        async before() {
          await insert(1001);
          inside = Math.ceil((Date.now() + 1) / second) * second;
        },
        async after() {
          await waitUntil('the whole second has passed', () => Date.now() > inside + 20);
          await insert(1002);
        },
      }),
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const proof = await fixture.call<{ input: string }>('states', 'DescribeExecution', {
      executionArn: run.evidence.proof?.executionArn,
    });
    order = ProveSnapshotInput.parse(JSON.parse(proof.input));
    await waitUntil('the log of the bracket is archived', async () => (await latest()) > bracket().s2 + second);
  });
  afterAll(() => fixture.close());

  const bracket = () => {
    const { s1At = '', s2At = '' } = run.evidence.snapshot ?? {};
    return { s1: Date.parse(s1At), s2: Date.parse(s2At) };
  };
  const latest = async () => {
    const { DBInstances } = await fixture.call<{ DBInstances: { LatestRestorableTime?: Date }[] }>(
      'rds',
      'DescribeDBInstances',
      { DBInstanceIdentifier: instance },
    );
    return Number(DBInstances[0]?.LatestRestorableTime ?? 0);
  };
  const earliest = async () => {
    const { DBInstanceAutomatedBackups: list } = await fixture.call<{
      DBInstanceAutomatedBackups: { RestoreWindow?: { EarliestTime?: Date } }[];
    }>('rds', 'DescribeDBInstanceAutomatedBackups', { DBInstanceIdentifier: instance });
    return Number(list[0]?.RestoreWindow?.EarliestTime ?? Number.POSITIVE_INFINITY);
  };
  let proofs = 0;
  const prove = async (time: string, stack = fixture.sandbox.template, automatedBackupArn?: string) => {
    proofs += 1;
    const name = `moment-${proofs}`;
    const backup =
      automatedBackupArn === undefined
        ? { kind: 'moment', time }
        : { kind: 'replicated-moment', time, automatedBackupArn };
    const input = { ...order, backup, evidencePrefix: `backup-and-verify/own/${name}` };
    const machine = stack.stateMachines.find((one) => one.name === 'prove-snapshot-dev');
    const { executionArn } = (await fixture.sandbox.dispatch(
      'states',
      'StartExecution',
      { stateMachineArn: machine?.arn, name, input: JSON.stringify({ ...input, isLastAttempt: true }) },
      { region: machine?.arn.split(':')[3] ?? '', caller: fixture.sandbox.credentials.operator.caller },
    )) as { executionArn: string };
    const { status, output } = await fixture.sandbox.states.waitForEnd(executionArn);
    assert.equal(status, 'SUCCEEDED');
    const result = ProveSnapshotOutput.parse(JSON.parse(output ?? ''));
    assert.equal(result.cleanUpFailure, null);
    const copies = fixture.sandbox.rds.inspect.instances().filter((one) => one.identifier.startsWith('gd-copy-'));
    assert.deepEqual(copies, [], 'the copy is removed');
    return result;
  };
  const rungsOf = async ({ rungsKeys }: ProveSnapshotOutput) => {
    const Bucket = fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const reports = rungsKeys.map(async (Key) => {
      const { Body } = await fixture.call<{ Body: AsyncIterable<Uint8Array> | Uint8Array }>('s3', 'GetObject', {
        Bucket,
        Key,
      });
      if (Body instanceof Uint8Array) return Buffer.from(Body).toString();
      const chunks: Uint8Array[] = [];
      for await (const chunk of Body) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    });
    return (await Promise.all(reports)).flatMap((text) => RungReport.parse(JSON.parse(text)).rungs);
  };

  test('within the bracket of a witness is proven row by row, on every rung', async () => {
    const { s1, s2 } = bracket();
    assert.ok(
      s1 < inside && inside < s2,
      `${iso(inside)} in ${run.evidence.snapshot?.s1At} to ${run.evidence.snapshot?.s2At}`,
    );
    const result = await prove(iso(inside));
    assert.deepEqual([result.failure, result.bracket], [null, 'inside']);
    const rungs = await rungsOf(result);
    assert.deepEqual(
      rungs.filter(({ status }) => status !== 'passed'),
      [],
    );
    assert.equal(rungs.length, 11);
    assert.deepEqual(result.statuses, Object.fromEntries(rungs.map(({ name }) => [name, 'passed'])));
  });

  for (const [what, timeOf, position] of [
    ['before the bracket of the witness', () => iso(bracket().s1 - second), 'before'],
    ['that is the latest, long after the bracket,', () => 'latest', 'after'],
  ] as const) {
    test(`${what} is not proven by that witness, and is named so`, async () => {
      const time = timeOf();
      const result = await prove(time);
      assert.deepEqual([result.failure, result.bracket, result.statuses['bracket']], [null, position, 'failed']);
      const found = (await rungsOf(result)).find(({ name }) => name === 'bracket')?.findings;
      const object = time === 'latest' ? 'the latest restorable moment' : `the moment ${time}`;
      assert.equal(found?.[0]?.object, object);
      assert.match(
        found?.[0]?.problem ?? '',
        /^lies outside the bracket: (newest heartbeat is|the copy holds no heartbeat)/,
      );
    });
  }

  for (const [what, timeOf, why] of [
    ['in the future', () => iso(Date.now() + 3_600_000), 'it lies in the future'],
    ['before the oldest backup', () => '2026-01-01T00:00:00Z', 'it lies before the oldest automated backup'],
  ] as const)
    test(`${what} is refused with the moments that can be had, and nothing is made`, async () => {
      const { failure, phases } = await prove(timeOf());
      assert.deepEqual([failure?.state, failure?.error, phases], ['StartRestore', 'MomentNotRestorableError', []]);
      const [message = ''] = (readableFailure(failure)?.cause ?? '').split('\nHINT: ');
      const found = /^the moment .+Z of 'own-dev' cannot be restored: (.*); restorable is (.+Z) to (.+Z)$/.exec(
        message,
      );
      assert.equal(found?.[1], why, message);
      assert.ok(Date.parse(found?.[2] ?? '') < Date.parse(found?.[3] ?? ''));
    });

  test('that the archive has not reached yet is refused as such, here and beyond the lag of the second region', async () => {
    const { inspect } = fixture.sandbox.rds;
    await inspect.holdArchive(region, instance, true);
    try {
      // Of a source that writes nothing every moment is archived.
      await fixture.asMaster(async (client) => void (await client.query('insert into orders values (2001)')));
      const time = iso(Date.now() + 2 * second);
      await waitUntil('that moment has passed', () => Date.now() > Date.parse(time) + second);
      const [, there] = fixture.sandbox.stacks;
      const { DBInstanceAutomatedBackups: list } = (await fixture.sandbox.dispatch(
        'rds',
        'DescribeDBInstanceAutomatedBackups',
        {},
        { region: there?.region ?? '', caller: fixture.sandbox.credentials.operator.caller },
      )) as { DBInstanceAutomatedBackups: DBInstanceAutomatedBackup[] };
      for (const { failure } of [await prove(time), await prove(time, there, list[0]?.DBInstanceAutomatedBackupsArn)]) {
        assert.equal(failure?.error, 'MomentNotRestorableError');
        const { cause = '' } = readableFailure(failure) ?? {};
        assert.match(cause, /cannot be restored: its log is not archived yet; restorable is .+Z to .+Z\nHINT: /);
      }
    } finally {
      await inspect.holdArchive(region, instance, false);
    }
  });

  test('of backups that are replicated to the second region is proven there, with what lies there', async () => {
    const [, there] = fixture.sandbox.stacks;
    assert.ok(there);
    const replica = async () => {
      const { DBInstanceAutomatedBackups: list } = (await fixture.sandbox.dispatch(
        'rds',
        'DescribeDBInstanceAutomatedBackups',
        {},
        { region: there.region, caller: fixture.sandbox.credentials.operator.caller },
      )) as { DBInstanceAutomatedBackups: DBInstanceAutomatedBackup[] };
      return list[0];
    };
    const arrived = async () => Number((await replica())?.RestoreWindow?.LatestTime ?? 0);
    await waitUntil('the log of the bracket has arrived', async () => (await arrived()) > bracket().s2);
    const result = await prove(iso(inside), there, (await replica())?.DBInstanceAutomatedBackupsArn);
    assert.deepEqual([result.failure, result.bracket], [null, 'inside']);
    assert.deepEqual(
      Object.values(result.statuses),
      Array.from({ length: 11 }, () => 'passed'),
    );
    const { failure } = await prove('latest', there, `arn:aws:rds:${there.region}:123456789012:auto-backup:ab-others`);
    assert.deepEqual([failure?.state, failure?.error], ['StartRestore', 'MomentNotRestorableError']);
  });

  test('of an instance of another region is refused there, and says where it can be restored', async () => {
    const [, there] = fixture.sandbox.stacks;
    assert.ok(there);
    const { failure } = await prove('latest', there);
    assert.deepEqual([failure?.state, failure?.error], ['StartRestore', 'InstanceNotFoundError']);
    assert.match(readableFailure(failure)?.cause ?? '', /HINT: A moment is restored in the region of its instance/);
  });

  test('is restored by the function into nothing but a throw-away copy, whatever its code asks for', async () => {
    const role = fixture.sandbox.template.roles.find(({ logicalId }) => logicalId === 'StartRestoreRole');
    const rds = new RDSClient({
      endpoint: fixture.sandbox.endpoint,
      region,
      credentials: fixture.sandbox.credentials.issue(role?.arn ?? '', 'test'),
      maxAttempts: 1,
    });
    const tags = Object.entries(copyTags('own', 'by-hand', new Date(Date.now() + 3_600_000)));
    const Tags = tags.map(([Key, Value]) => ({ Key, Value }));
    const restore = (TargetDBInstanceIdentifier: string, given?: typeof Tags) =>
      rds.send(
        new RestoreDBInstanceToPointInTimeCommand({
          SourceDBInstanceIdentifier: instance,
          TargetDBInstanceIdentifier,
          UseLatestRestorableTime: true,
          ...(given === undefined ? {} : { Tags: given }),
        }),
      );
    await assert.rejects(restore('gd-copy-without-tags'), { name: 'AccessDenied' });
    await assert.rejects(restore('own-dev-2', Tags), { name: 'AccessDenied' });
    await assert.rejects(
      restore(
        'gd-copy-of-others',
        Tags.filter(({ Key }) => Key !== 'pg-gameday:purpose'),
      ),
      {
        name: 'AccessDenied',
      },
    );
    const ResourceName = `arn:aws:rds:${region}:123456789012:db:${instance}`;
    await assert.rejects(rds.send(new AddTagsToResourceCommand({ ResourceName, Tags })), { name: 'AccessDenied' });
  });
});

async function fill(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  await client.query('create table orders (id integer primary key)');
  await client.query('insert into orders select generate_series(1, 100)');
  await client.query('vacuum (freeze, analyze)');
  await client.end();
}
