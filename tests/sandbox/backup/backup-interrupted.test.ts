import assert from 'node:assert/strict';
import { flipBitInRow } from '../../../sandbox/postgres/damage.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { DroppedConnection } from '../../../sandbox/wire/dropped-connection.ts';
import { invokes } from '../../support/sandbox/backup.ts';
import { strike } from '../../support/sandbox/faults.ts';
import { assertProven, useOwnFixture } from '../../support/sandbox/own.ts';

describe('backup-and-verify when calls and functions are lost', () => {
  const own = useOwnFixture();

  describe('with an AWS that answers late or not at all', () => {
    test('throttling for a while delays the run and does not fail it', async () => {
      const throttled = new Map<string, number>();
      const run = await own().fixture.run({
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
        const run = await own().fixture.run({
          hook: async (call, next) => {
            if (call.operation === operation) calls += 1;
            const output = await next();
            if (call.operation === operation && calls === 1) throw new DroppedConnection('the answer is lost');
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
    for (const { title, operation, about = '', isHeard = true, attempt } of [
      { title: 'before RDS hears of the snapshot', operation: 'CreateDBSnapshot', isHeard: false, attempt: 1 },
      { title: 'when RDS has heard of the snapshot', operation: 'CreateDBSnapshot', attempt: 2 },
      { title: 'inside the bracket', operation: 'DescribeDBSnapshots', attempt: 2 },
      { title: 'when the witness is stored', operation: 'PutObject', about: 'witness-1', attempt: 1 },
    ]) {
      test(`a witness whose Lambda is killed ${title} is asked for again, and attempt ${attempt} is proven`, async () => {
        let killed = 0;
        const run = await own().fixture.run({
          hook: async (call, next) => {
            const isMoment = call.operation === operation && call.about.includes(about) && killed === 0;
            // A snapshot that does not exist yet cannot be described: that throws here.
            const output = isMoment && !isHeard ? undefined : await next();
            if (isMoment) killed = await kill('takeWitness');
            if (isMoment && !isHeard) throw new DroppedConnection('nobody is there any more');
            return output;
          },
        });
        assert.equal(killed, 1);
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
        let killed: Promise<number> | undefined;
        const run = await own().fixture.run({
          hook: async (call, next) => {
            if (invokes(call, functionName)) calls += 1;
            // Its first calls of AWS wait here, so that it is killed in the middle; the run that polls calls these two.
            else if (calls === 1 && !['lambda', 'states'].includes(call.service)) {
              killed ??= kill(functionName);
              await killed;
            }
            return next();
          },
        });
        assert.equal(await killed, 1);
        assertProven(run);
        assert.equal(calls, 2);
      });
    }
  });

  test('a flipped bit in a heap page with data checksums is reported as a read error of the table', async () => {
    const snapshot = async (data: string, fileOf: (relation: string) => Promise<string>) =>
      flipBitInRow(data, await fileOf('orders'));
    const run = await own().fixture.run({ hook: strike(own().fixture, { snapshot }) });
    assert.equal(run.status, 'FAILED');
    assert.equal(run.error, 'BackupNotProven');
    const table = run.evidence.tables.find((verdict) => verdict.table === 'public.orders');
    assert.equal(table?.status, 'failed');
    assert.match(table?.reason ?? '', /^cannot be read on the copy: invalid page in block 0 of relation/);
    assert.deepEqual(run.copies, []);
  });

  const nameOf = (key: string) =>
    own().fixture.sandbox.template.functions.find(({ name }) => name.endsWith(`-${key}`))?.name ?? key;
  const kill = (key: string) => own().fixture.sandbox.lambda.kill(nameOf(key));
});
