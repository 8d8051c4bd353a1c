import assert from 'node:assert/strict';
import { S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { startDeadMan } from '../../../sandbox/demo/dead-man.ts';
import { runSchedule } from '../../../sandbox/permissions/run-schedule.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { createSource, type Source } from '../../../sandbox/source.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { workflowOf } from '../../../sandbox/template/workflow-of.ts';
import { makeLeaseRegister } from '../../../shared/aws/s3/lease-register.ts';
import { Readiness } from '../../../shared/contracts/dr-readiness/dr-readiness.ts';
import type { ChangeFenceOutput } from '../../../shared/contracts/fence/fence.ts';
import type { LeasePassReport, RenewLeaseOutput } from '../../../shared/contracts/keep-lease/keep-lease.ts';
import { leaseKey, registerPlaces } from '../../../shared/rules/lease.ts';
import { type FaultFixture, home, openFaultFixture } from '../../support/sandbox/injector.ts';
import { waitUntil } from '../../support/wait-until.ts';

const away = 'us-west-2';
const witness = 'us-east-2';
const me = `${home}/fantasy-dev`;

describe('the lease of a primary', () => {
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
        await client.query(`create role demo_app login; create table written (id int generated always as identity, at timestamptz default now());
          grant insert on written to demo_app`);
        await client.end();
      },
    });
    application = await loginOfApplication(source.master);
  });
  afterEach(() => fixture.injector.arm([]));
  afterAll(() => fixture?.close());

  const pass = async (...faults: string[]): Promise<LeasePassReport> => {
    const { sandbox } = fixture;
    await fixture.arm(...faults);
    const rule = sandbox.template.rules.find(({ name }) => workflowOf(name) === 'keep-lease');
    let started: string | undefined;
    const stopListening = sandbox.states.onEvent((event) => {
      if (event.kind === 'history') started ??= event.executionArn;
    });
    await sandbox.bus.fire(home, rule?.name ?? '');
    stopListening();
    const { output } = await sandbox.states.waitForEnd(started ?? '');
    await fixture.injector.release();
    const { report, failure } = JSON.parse(output ?? '{}') as { report: RenewLeaseOutput | null; failure: unknown };
    const [found] = report?.databases ?? [];
    assert.ok(found, JSON.stringify(failure));
    return found;
  };
  const asSuperuser = <T>(work: (client: pg.Client) => Promise<T>) =>
    asAdministrator(fixture.sandbox.rds.inspect.server(home, source.instance), work, 'fantasy');
  const writes = async () => {
    const client = new pg.Client(application);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('insert into written default values');
    await client.end();
  };
  const registers = () => {
    const { credentials, sandbox } = { ...fixture, credentials: fixture.sandbox.clientConfig };
    return registerPlaces('dev', devStage()).map((place) => ({
      place,
      store: makeLeaseRegister(
        { ...place, bucket: place.bucket.replace(/\d{12}/, sandbox.credentials.account) },
        leaseKey('fantasy'),
        new S3Client({ ...credentials, region: place.region, forcePathStyle: true, maxAttempts: 1 }),
      ),
    }));
  };

  test('is taken in an epoch of its own and renewed in three regions', async () => {
    const first = await pass();
    assert.deepEqual(
      [first.did, first.epoch, first.registersWritten, first.accepts],
      ['took', 1, 3, true],
      first.reason ?? '',
    );
    const second = await pass();
    assert.deepEqual([second.did, second.epoch, second.registersWritten], ['renewed', 1, 3]);
    assert.ok(second.secondsLeft > 150 && second.secondsLeft <= 180, String(second.secondsLeft));
    for (const { store } of registers()) {
      assert.deepEqual((await store.read()).content, { epoch: 1, holder: me, counter: 2 });
    }
  });

  for (const fault of [
    `cut-region:${away}`,
    `cut-region:${witness}`,
    `cut-link:${home},${away}`,
    `cut-link:${home},${witness}`,
    `cut-link:${away},${witness}`,
  ]) {
    test(`is renewed with ${fault}`, async () => {
      const { did, accepts, registersWritten, silent } = await pass(`lambda:Invoke#1=${fault}`);
      const isTouched = !fault.includes(`${away},${witness}`);
      assert.deepEqual(
        [did, accepts, registersWritten, silent.length],
        ['renewed', true, isTouched ? 2 : 3, isTouched ? 1 : 0],
      );
      await writes();
    });
  }

  for (const region of [home, away, witness]) {
    test(`is renewed without the register of ${region}, and brings it back`, async () => {
      const { sandbox } = fixture;
      const place = registerPlaces('dev', devStage()).find((one) => one.region === region);
      const bucket = sandbox.s3.buckets.find(place?.bucket ?? '');
      bucket?.objects.delete(leaseKey('fantasy'));
      const { did, accepts, registersWritten } = await pass();
      assert.deepEqual([did, accepts, registersWritten], ['renewed', true, 3]);
    });
  }

  test('does no harm in two passes at once, nor in one that is killed while it writes', async () => {
    const both = await Promise.all([pass(), pass()]);
    assert.ok(
      both.some(({ did }) => did === 'renewed'),
      JSON.stringify(both),
    );
    await assert.doesNotReject(pass('renewLease/s3:PutObject#2=kill-lambda'));
    assert.deepEqual((await pass()).accepts, true);
    await writes();
  });

  test('cut off from two regions is over in time, though its agent is dead; and comes back by itself', async () => {
    const validUntil = () =>
      asSuperuser(async (client) => (await client.query('select valid_until from gameday.lease')).rows[0].valid_until);
    const before = await validUntil();
    for (const two of [
      [`lambda:Invoke#1=cut-link:${home},${away}`, `rds:DescribeDBInstances#1=cut-link:${home},${witness}`],
      [`lambda:Invoke#1=cut-region:${away}`, `rds:DescribeDBInstances#1=cut-region:${witness}`],
      [`lambda:Invoke#1=cut-region:${away}`, `rds:DescribeDBInstances#1=cut-link:${home},${witness}`],
    ]) {
      const cut = await pass(...two);
      assert.deepEqual([cut.did, cut.registersWritten, cut.silent.length], ['waited', 0, 2]);
      assert.deepEqual(await validUntil(), before);
    }
    const session = new pg.Client(application);
    session.on('error', () => undefined);
    await session.connect();
    // Three minutes pass: the validity alone is brought near, what follows is in true time.
    await asSuperuser((client) =>
      client.query(`update gameday.lease set valid_until = clock_timestamp() + interval '1 second'`),
    );
    const deadMan = startDeadMan(fixture.sandbox, source.instance, 'fantasy');
    try {
      await writes();
      await waitUntil(
        'the application is kept out',
        () =>
          writes().then(
            () => false,
            () => true,
          ),
        20_000,
      );
    } finally {
      deadMan.stop();
    }
    await assert.rejects(session.query('insert into written default values'));
    assert.ok(
      (await asSuperuser(async (client) => (await client.query('select * from gameday.fenced_role')).rowCount)) === 1,
    );
    const back = await pass();
    assert.deepEqual([back.did, back.accepts, back.fenced], ['renewed', true, []]);
    await writes();
  });

  test('renewed by its agent lets in nobody whom a person keeps out, until that person lifts it', async () => {
    const { sandbox } = fixture;
    const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'fence');
    const change = async (input: object) => {
      const { executionArn } = await fixture.call<{ executionArn: string }>('states', 'StartExecution', {
        stateMachineArn: machine?.arn,
        input: JSON.stringify({ database: 'fantasy', ...input }),
      });
      const { status, output, error } = await sandbox.states.waitForEnd(executionArn);
      return { status, error, output: JSON.parse(output ?? 'null') as ChangeFenceOutput | null };
    };
    const { output: put } = await change({ action: 'put up' });
    assert.deepEqual([put?.roles, put?.keptOut], [['demo_app'], ['demo_app']]);
    assert.equal((await pass()).did, 'fenced by a person');
    await assert.rejects(writes());
    assert.equal((await change({ action: 'lift', epoch: (put?.epoch ?? 0) + 1 })).error, 'StatementFailedError');
    assert.equal((await change({ action: 'lift' })).error, 'InvalidInputError');
    await assert.rejects(writes());
    const { output: lifted } = await change({ action: 'lift', epoch: put?.epoch });
    assert.deepEqual([lifted?.roles, lifted?.keptOut], [[], ['demo_app']]);
    // Its epoch was fenced: the holder takes a higher one, and only then lets them in.
    const taken = await pass();
    assert.deepEqual([taken.did, taken.epoch, taken.accepts, taken.fenced], ['took', (put?.epoch ?? 0) + 1, true, []]);
    await writes();
  });

  test('that another one holds keeps the applications out at once, and is not taken back', async () => {
    const taken = { epoch: 7, holder: `${away}/standby`, counter: 0 };
    for (const { store, place } of registers()) {
      if (place.region !== home) assert.equal(await store.write(taken, await store.read()), true);
    }
    const { did, accepts, fenced, reason } = await pass();
    assert.deepEqual([did, accepts, fenced], ['fenced', false, ['demo_app']]);
    assert.match(reason ?? '', /register 'us-(west|east)-2' is 'us-west-2\/standby's in epoch 7/);
    await assert.rejects(writes());
    assert.deepEqual([(await pass()).did, (await pass()).accepts], ['fenced', false]);
    for (const { store, place } of registers()) {
      if (place.region !== home) assert.deepEqual((await store.read()).content, taken);
    }
  });

  test('that another one has given away is a promotion’s to decide, and is not taken by a pass', async () => {
    const given = { epoch: 8, holder: null, counter: 1 };
    for (const { store } of registers()) assert.equal(await store.write(given, await store.read()), true);
    const { accepts, fenced, registersWritten, reason } = await pass();
    assert.deepEqual([accepts, fenced, registersWritten], [false, ['demo_app'], 0]);
    assert.match(reason ?? '', /is 'nobody's in epoch 8/);
    for (const { store } of registers()) assert.deepEqual((await store.read()).content, given);
    await assert.rejects(writes());
  });

  test('is looked at by readiness, which finds the second region with nothing in it, and the key of its copies disabled', async () => {
    const { sandbox } = fixture;
    sandbox.kms.addKey(devStage().dr?.kmsKeyId ?? '', { state: 'Disabled' });
    for (const stack of sandbox.stacks) assert.equal(await runSchedule(sandbox, 'dr-readiness', stack), undefined);
    const stack = sandbox.stacks.at(-1);
    const bucket = stack?.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name ?? '';
    const body = sandbox.s3.buckets.find(bucket)?.objects.get('dr-readiness/fantasy/readiness.json')?.at(0)?.body;
    const { verdict, path, reasons } = Readiness.parse(JSON.parse(Buffer.from((await body?.bytes()) ?? []).toString()));
    assert.deepEqual([verdict, path], ['no-go', 'none']);
    assert.deepEqual(
      reasons.map(({ check }) => check),
      ['snapshot-old', 'backups-not-replicated', 'key-disabled', 'lease-over'],
    );
  });

  test('asks for no permission that its role has not', () => {
    assert.deepEqual(fixture.sandbox.iam.denials(), []);
  });
});
