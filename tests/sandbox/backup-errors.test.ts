import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import pg from 'pg';
import { flipBitInRow } from '../../sandbox/postgres/damage.ts';
import { failedStates } from '../../sandbox/services/rds/instance-work.ts';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import { DroppedConnection } from '../../sandbox/wire/dropped-connection.ts';
import { applyBootstrap } from '../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../shared/pg/bootstrap/bootstrap-sql.ts';
import {
  type BackupBed,
  type BackupRun,
  type Hook,
  invokes,
  openBackupBed,
  policyOf,
  region,
} from '../support/sandbox-backup.ts';
import { strike } from '../support/sandbox-faults.ts';
import { waitUntil } from '../support/wait-until.ts';

const policy = policyOf('own');

describe('backup-and-verify when something goes wrong', () => {
  let bed: BackupBed;
  const snapshotsSeen = new Set<string>();

  before(async () => {
    bed = await openBackupBed({
      database: 'own',
      // The source, and two copies or by-standers.
      rds: { limits: { instances: 3 } },
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query(`create table orders (id integer primary key, note text not null);
insert into orders select n, 'order ' || n from generate_series(1, 2000) n;
create table "Größe; drop" (v text);
insert into "Größe; drop" values ('ä')`);
        await client.query('vacuum (freeze, analyze)');
        await client.end();
      },
    });
  });
  after(() => bed.close());

  // Whatever happened: the source is as it was, and no snapshot is lost.
  afterEach(async () => {
    bed.refuse = undefined;
    const { rows } = await bed.asMaster((client) => client.query('select count(*)::int as n from orders'));
    assert.deepEqual(rows, [{ n: 2000 }]);
    const { DBSnapshots } = await bed.call<{ DBSnapshots: { DBSnapshotIdentifier: string }[] }>(
      'rds',
      'DescribeDBSnapshots',
      { SnapshotType: 'manual' },
    );
    const now = DBSnapshots.map((snapshot) => snapshot.DBSnapshotIdentifier);
    for (const known of snapshotsSeen) assert.ok(now.includes(known), `snapshot '${known}' is lost`);
    for (const identifier of now) snapshotsSeen.add(identifier);
  });

  test('without a fault it proves every row exactly', async () => {
    const run = await bed.run();
    assertProven(run);
    assert.equal(run.evidence.verdict, 'exact', run.evidence.summary);
  });

  describe('asked for what it cannot do', () => {
    test('it names the databases that it knows when asked for another one', async () => {
      const run = await bed.run({ input: { database: 'nowhere' } });
      assertFailure(run, 'UnknownDatabaseError', /'nowhere' is not in .* known are 'fantasy', 'own'[\s\S]*HINT: /);
    });

    for (const input of [
      null,
      [],
      'fantasy',
      7,
      {},
      { database: 7 },
      { Database: 'fantasy' },
      { database: 'fantasy', speed: 9 },
    ]) {
      test(`it refuses ${JSON.stringify(input)} and shows the form that it expects`, async () => {
        const run = await bed.run({ input });
        assertFailure(run, 'InvalidInputError', /expected \{"database": "<name>"\}[\s\S]*HINT: .*'fantasy'/);
        assert.deepEqual(run.evidence.request, input);
      });
    }
  });

  describe('with a secret that does not open the database', () => {
    const keys = () => bed.sandbox.secrets.secrets.in(region);
    const put = (text: string) => keys().putValue(keys().get(policy.secretArn), { text });
    const right = () => JSON.stringify({ username: 'gameday', password: bed.source.gameday.password });

    for (const [what, secret, error] of [
      ['a wrong password', '{"username": "gameday", "password": "wrong"}', 'CredentialsRejectedError'],
      ['an unknown user', '{"username": "nobody", "password": "wrong"}', 'CredentialsRejectedError'],
      ['no JSON', 'gameday:wrong', 'SecretUnreadableError'],
      ['other members', '{"user": "gameday", "pass": "wrong"}', 'SecretUnreadableError'],
      ['an empty password', '{"username": "gameday", "password": ""}', 'SecretUnreadableError'],
    ] as const) {
      test(`it tells that the secret has ${what}, and does not tell the secret`, async () => {
        put(secret);
        const run = await bed.run();
        put(right());
        assertFailure(run, error, /HINT: /);
        assert.doesNotMatch(JSON.stringify([run.evidence, run.notifications, run.cause]), /wrong/);
        assert.deepEqual(
          bed.lines.filter(({ message }) => message.includes('wrong')),
          [],
        );
      });
    }

    test('it names a secret that is missing', async () => {
      const secret = keys().get(policy.secretArn);
      keys().remove(secret);
      const run = await bed.run();
      keys().putValue(keys().create(secret.name), { text: right() });
      assertFailure(run, 'SecretUnreadableError', /secret:pg-gameday\/dev\/own' cannot be read[\s\S]*HINT: /);
    });
  });

  describe('with a database that does not serve it', () => {
    test('it names a table that the role may not read', async () => {
      await bed.asSuperuser(policy.instance, (client) =>
        client.query('revoke pg_read_all_data from gameday granted by postgres'),
      );
      const run = await bed.run();
      await bootstrap();
      assertFailure(run, 'MissingPrivilegeError', /'public\."Größe; drop"'[\s\S]*HINT: Grant pg_read_all_data/);
    });

    test('it asks for the bootstrap when the heartbeat is missing', async () => {
      await bed.asSuperuser(policy.instance, (client) => client.query('alter schema gameday rename to elsewhere'));
      const run = await bed.run();
      await bed.asSuperuser(policy.instance, (client) => client.query('alter schema elsewhere rename to gameday'));
      assertFailure(run, 'DatabaseNotBootstrappedError', /'gameday\.heartbeat'[\s\S]*HINT: /);
    });

    test('it names the missing check when amcheck cannot be called, and does not call the backup exact', async () => {
      await bed.asSuperuser(policy.instance, (client) =>
        client.query(
          'drop function gameday.check_btree, gameday.check_heap, gameday.check_gin; drop extension amcheck',
        ),
      );
      const run = await bed.run();
      await bootstrap();
      const structure = run.evidence.rungs.find(({ name }) => name === 'structure');
      assert.equal(structure?.status, 'gap');
      assert.match(structure?.summary ?? '', /^gameday\.check_btree is missing/);
      assert.equal(run.evidence.verdict, 'bounded');
    });

    test('it says that the role may not log in', async () => {
      await bed.asSuperuser(policy.instance, (client) => client.query('alter role gameday nologin'));
      const run = await bed.run();
      await bed.asSuperuser(policy.instance, (client) => client.query('alter role gameday login'));
      assertFailure(run, 'CredentialsRejectedError', /'gameday'[\s\S]*HINT: .*LOGIN/);
    });

    test('it gives up when all connections of the role are taken, after trying again for a while', async () => {
      await bed.asSuperuser(policy.instance, (client) => client.query('alter role gameday connection limit 0'));
      const run = await bed.run();
      await bed.asSuperuser(policy.instance, (client) => client.query('alter role gameday connection limit -1'));
      assertFailure(run, 'DatabaseUnreachableError', /HINT: [\s\S]*connection slots[\s\S]*CAUSE: /);
    });

    test('it starts nothing on a stopped instance', async () => {
      await stopInstance();
      const run = await bed.run();
      await startInstance();
      assertFailure(run, 'InstanceNotAvailableError', /'own-dev' is 'stopped', expected 'available'[\s\S]*HINT: /);
    });

    test('it gives up on a database that stops answering, after trying again for a while', async () => {
      let tries = 0;
      const run = await bed.run({
        hook: async (call, next) => {
          if (invokes(call, 'takeWitness')) {
            tries += 1;
            if (tries === 1) await stopInstance();
          }
          return next();
        },
      });
      await startInstance();
      assertFailure(run, 'DatabaseUnreachableError', /cannot connect to '127\.0\.0\.1:\d+'[\s\S]*HINT: /);
      assert.equal(tries, 6);
    });

    test('it goes on when a database that hung answers again', async () => {
      const { pid } = bed.sandbox.rds.inspect.server(region, policy.instance);
      let tries = 0;
      const run = await bed
        .run({
          hook: async (call, next) => {
            if (invokes(call, 'takeWitness')) {
              tries += 1;
              process.kill(pid, tries === 1 ? 'SIGSTOP' : 'SIGCONT');
            }
            return next();
          },
        })
        .finally(() => process.kill(pid, 'SIGCONT'));
      assertProven(run);
      assert.equal(tries, 2);
    });

    test('a second run at the same time ends at once, and does not disturb the first', async () => {
      let second: BackupRun | undefined;
      const first = await bed.run({
        hook: async ({ operation }, next) => {
          if (operation === 'CreateDBSnapshot' && second === undefined) second = await bed.run({ queue: false });
          return next();
        },
      });
      assert.ok(second);
      assertFailure(second, 'BackupAlreadyRunningError', /another backup-and-verify runs[\s\S]*HINT: /);
      assertProven(first);
      assert.equal(first.evidence.snapshot?.attempt, 1);
    });
  });

  describe('with an AWS that refuses', () => {
    test('a snapshot that fails is told, and its copy is never made', async () => {
      bed.sandbox.rds.inspect.planFailure({ kind: 'snapshot', identifier: /^gd-backup-/, status: 'failed' });
      const run = await bed.run();
      assertFailure(run, 'SnapshotFailedError', /is 'failed', expected 'available'[\s\S]*HINT: /);
    });

    describe('of a restore', () => {
      const restores = new Map<string, Promise<BackupRun>>();

      before(async () => {
        const left = [...failedStates];
        const work = async () => {
          for (let status = left.shift(); status !== undefined; status = left.shift()) {
            const run = bed.run({ hook: failingRestore(status) });
            restores.set(status, run);
            await run.catch(() => {}); // Its own test tells.
          }
        };
        await Promise.all([work(), work()]);
      });

      for (const status of failedStates) {
        test(`a copy that ends in ${status} is told, and removed`, async () => {
          const run = await restores.get(status);
          assert.ok(run);
          assertFailure(run, 'RestoreFailedError', new RegExp(`is '${status}', expected 'available'[\\s\\S]*HINT: `));
        });
      }
    });

    test('no room for another instance is told, and the instances that are there stay', async () => {
      const [DBSnapshotIdentifier] = snapshotsSeen;
      const others = ['by-stander-1', 'by-stander-2'];
      for (const DBInstanceIdentifier of others) {
        await bed.call('rds', 'RestoreDBInstanceFromDBSnapshot', { DBInstanceIdentifier, DBSnapshotIdentifier });
      }
      const run = await bed.run();
      for (const other of others) {
        await instanceBecomes(other, 'available');
        await removeInstance(other);
      }
      assertFailure(run, 'InstanceQuotaExceededError', /HINT: Raise the RDS quota/);
    });

    for (const [operation, code, error] of [
      ['CreateDBSnapshot', 'SnapshotQuotaExceededFault', 'SnapshotQuotaExceededError'],
      ['CreateDBSnapshot', 'KMSKeyNotAccessibleFault', 'KMSKeyNotAccessibleFault'],
      ['CreateDBSnapshot', 'InvalidDBInstanceStateFault', 'InstanceBusyError'],
      ['RestoreDBInstanceFromDBSnapshot', 'KMSKeyNotAccessibleFault', 'KMSKeyNotAccessibleFault'],
      ['RestoreDBInstanceFromDBSnapshot', 'InsufficientDBInstanceCapacityFault', 'InsufficientDBInstanceCapacityFault'],
      ['RestoreDBInstanceFromDBSnapshot', 'StorageQuotaExceededFault', 'InstanceQuotaExceededError'],
    ] as const) {
      test(`${code} of ${operation} ends the run by name, and nothing is left`, async () => {
        const run = await bed.run({
          hook: async (call, next) => {
            if (call.operation === operation) throw new AwsError(code, `refused: ${code}`);
            return next();
          },
        });
        assertFailure(run, error, new RegExp(`refused: ${code}`));
      });
    }

    for (const operation of [
      'DescribeDBInstances',
      'CreateDBSnapshot',
      'RestoreDBInstanceFromDBSnapshot',
      'GetSecretValue',
    ]) {
      test(`a role that may not call ${operation} is told so by the name of the call`, async () => {
        bed.refuse = (call, role) =>
          call.operation === operation && !/delete|deleted/i.test(role)
            ? new AwsError('AccessDenied', `User: role/${role} is not authorized to perform: ${operation}`, {
                status: 403,
              })
            : undefined;
        const run = await bed.run();
        assertFailure(run, 'AccessDeniedError', /role may not [\s\S]*HINT: [\s\S]*CAUSE: .*not authorized to perform/);
      });
    }

    test('a copy that may not be deleted is left, is told, and fails a run that was proven', async () => {
      bed.refuse = ({ operation }) =>
        operation === 'DeleteDBInstance' ? new AwsError('AccessDenied', 'not authorized', { status: 403 }) : undefined;
      const run = await bed.run();
      bed.refuse = undefined;
      await removeInstance(run.copyId);
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'AccessDeniedError');
      assert.equal(run.evidence.cleanUpFailure?.state, 'DeleteCopy');
      assert.deepEqual(run.copies, [run.copyId]);
      assert.equal(
        run.evidence.rungs.every(({ status }) => status === 'passed'),
        true,
      );
      assert.equal(run.notifications.length, 1);
    });

    test('evidence that cannot be written fails the run, and the notification says so', async () => {
      bed.refuse = (call) =>
        call.operation === 'PutObject' && call.about.endsWith('/evidence.json')
          ? new AwsError('AccessDenied', 'not authorized', { status: 403 })
          : undefined;
      const run = await bed.run();
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'AccessDeniedError');
      assert.match(run.notifications[0]?.message ?? '', /evidence could not be recorded: AccessDeniedError/);
      assert.deepEqual(run.copies, []);
    });

    test("an instance of somebody else's that bears the name of the copy is neither used nor deleted", async () => {
      const run = await bed.run({
        hook: async ({ operation }, next, { copyId, snapshotId }) => {
          if (operation === 'RestoreDBInstanceFromDBSnapshot') {
            await bed.call('rds', operation, { DBInstanceIdentifier: copyId, DBSnapshotIdentifier: snapshotId });
          }
          return next();
        },
      });
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'InstanceNotOursError');
      assert.deepEqual(run.copies, [run.copyId]);
      await instanceBecomes(run.copyId, 'available');
      await removeInstance(run.copyId);
    });

    test('throttling for a while delays the run and does not fail it', async () => {
      const throttled = new Map<string, number>();
      const run = await bed.run({
        hook: async ({ service, operation }, next) => {
          const times = throttled.get(operation) ?? 0;
          if (service === 'rds' && times < 3) {
            throttled.set(operation, times + 1);
            throw new AwsError('ThrottlingException', 'Rate exceeded', { status: 400 });
          }
          return next();
        },
      });
      assertProven(run);
      assert.ok(throttled.size >= 4, [...throttled.keys()].join());
    });

    for (const operation of [
      'CreateDBSnapshot',
      'RestoreDBInstanceFromDBSnapshot',
      'PutObject',
      'DeleteDBInstance',
      'Publish',
    ]) {
      test(`an answer of ${operation} that is lost is asked for again, and nothing is made twice`, async () => {
        let calls = 0;
        const run = await bed.run({
          hook: async (call, next) => {
            const output = await next();
            if (call.operation !== operation) return output;
            calls += 1;
            if (calls === 1) throw new DroppedConnection('the answer is lost');
            return output;
          },
        });
        assertProven(run);
        assert.ok(calls >= 2);
        assert.equal(run.evidence.snapshot?.attempt, 1);
      });
    }
  });

  describe('with Lambdas that are killed', () => {
    for (const { title, operation, about = '', call: nth, attempt } of [
      { title: 'before it asks for the snapshot', operation: 'DescribeDBSnapshots', call: 1, attempt: 1 },
      { title: 'while it asks for the snapshot', operation: 'CreateDBSnapshot', call: 1, attempt: 2 },
      { title: 'inside the bracket', operation: 'DescribeDBSnapshots', call: 2, attempt: 2 },
      { title: 'after the witness is stored', operation: 'PutObject', about: 'witness-1', call: 1, attempt: 1 },
    ]) {
      test(`a witness whose Lambda is killed ${title} is asked for again, and attempt ${attempt} is proven`, async () => {
        let calls = 0;
        const run = await bed.run({
          hook: async (call, next) => {
            const output = await next();
            if (call.operation === operation && call.about.includes(about)) {
              calls += 1;
              if (calls === nth) assert.equal(await kill('takeWitness'), 1);
            }
            return output;
          },
        });
        assertProven(run);
        assert.equal(run.evidence.snapshot?.attempt, attempt);
      });
    }

    for (const functionName of [
      'verifyServer',
      'verifySchema',
      'verifyTables',
      'verifyStructure',
      'startRestore',
      'recordEvidence',
    ]) {
      test(`a killed ${functionName} is called again, and the run is proven`, async () => {
        let calls = 0;
        const run = await bed.run({
          hook: async (call, next) => {
            if (!invokes(call, functionName)) return next();
            calls += 1;
            if (calls > 1) return next();
            const answer = next();
            await waitUntil(`${functionName} runs`, () => bed.sandbox.lambda.busy(nameOf(functionName)) > 0);
            assert.equal(await kill(functionName), 1);
            return answer;
          },
        });
        assertProven(run);
        assert.equal(calls, 2);
      });
    }
  });

  test('a flipped bit in a heap page with data checksums is told as a read error of the table', async () => {
    const snapshot = async (data: string, fileOf: (relation: string) => Promise<string>) =>
      flipBitInRow(data, await fileOf('orders'));
    const run = await bed.run({ hook: strike(bed, { snapshot }) });
    assert.equal(run.status, 'FAILED');
    assert.equal(run.error, 'BackupNotProven');
    const table = run.evidence.tables.find((verdict) => verdict.table === 'public.orders');
    assert.equal(table?.status, 'failed');
    assert.match(table?.reason ?? '', /^cannot be read on the copy: invalid page in block 0 of relation/);
    assert.deepEqual(run.copies, []);
  });

  const failingRestore =
    (status: string): Hook =>
    (call, next, { copyId }) => {
      if (call.operation === 'RestoreDBInstanceFromDBSnapshot') {
        bed.sandbox.rds.inspect.planFailure({ kind: 'instance', identifier: copyId, status });
      }
      return next();
    };
  const nameOf = (key: string) =>
    bed.sandbox.template.functions.find(({ name }) => name.endsWith(`-${key}`))?.name ?? key;
  const kill = (key: string) => bed.sandbox.lambda.kill(nameOf(key));

  async function bootstrap(): Promise<void> {
    await bed.asMaster((client) =>
      applyBootstrap(client, bootstrapSql({ role: 'gameday', database: policy.database })),
    );
  }

  async function instanceBecomes(identifier: string, status: string): Promise<void> {
    await waitUntil(`instance '${identifier}' is ${status}`, () => {
      const instance = bed.sandbox.rds.inspect.instances(region).find((one) => one.identifier === identifier);
      return (instance?.status ?? 'gone') === status;
    });
  }

  async function removeInstance(identifier: string): Promise<void> {
    await bed.call('rds', 'DeleteDBInstance', { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true });
    await instanceBecomes(identifier, 'gone');
  }

  async function stopInstance(): Promise<void> {
    await bed.call('rds', 'StopDBInstance', { DBInstanceIdentifier: policy.instance });
    await instanceBecomes(policy.instance, 'stopped');
  }

  async function startInstance(): Promise<void> {
    await bed.call('rds', 'StartDBInstance', { DBInstanceIdentifier: policy.instance });
    await instanceBecomes(policy.instance, 'available');
  }
});

/** Ended by the name of what was wrong, told with a remedy, recorded, notified, and cleaned up. */
function assertFailure(run: BackupRun, error: string, cause: RegExp): void {
  assert.equal(run.status, 'FAILED');
  assert.equal(run.error, error, run.cause);
  assert.match(run.cause, new RegExp(error));
  const { failure, verdict, cleanUpFailure } = run.evidence;
  assert.equal(failure?.error, error);
  assert.match(failure?.cause ?? '', cause);
  assert.equal(verdict, 'failed');
  assert.equal(cleanUpFailure, null);
  assert.equal(run.notifications.length, 1);
  assert.equal(run.notifications[0]?.attributes['verdict'], 'failed');
  assert.deepEqual(run.copies, []);
}

function assertProven(run: BackupRun): void {
  assert.equal(run.status, 'SUCCEEDED', run.cause);
  assert.deepEqual(run.copies, []);
  assert.deepEqual(run.evidence.tables.map(({ table, status }) => `${table} ${status}`).sort(), [
    'public."Größe; drop" proven',
    'public.orders proven',
  ]);
}
