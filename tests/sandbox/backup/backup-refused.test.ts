import assert from 'node:assert/strict';
import { failedStates } from '../../../sandbox/services/rds/engine/instance-work.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { tagKeys } from '../../../shared/domain/resource/throw-away.ts';
import { type BackupRun, type Hook, invokes, region } from '../../support/sandbox/backup.ts';
import { assertFailure, useOwnFixture } from '../../support/sandbox/own.ts';

describe('backup-and-verify when AWS refuses', () => {
  const own = useOwnFixture();

  describe('with an AWS that refuses', () => {
    test('a snapshot that fails is reported, and its copy is never made', async () => {
      own().fixture.sandbox.rds.inspect.planFailure({ kind: 'snapshot', identifier: /^gd-backup-/, status: 'failed' });
      const run = await own().fixture.run();
      assertFailure(run, 'SnapshotFailedError', /is 'failed', expected 'available'[\s\S]*HINT: /);
    });

    test('a snapshot that somebody took from us in the meantime is not tagged, and the run does not count', async () => {
      const run = await own().fixture.run({
        hook: async (call, next, { snapshotId }) => {
          if (invokes(call, 'tagSnapshot')) {
            await own().fixture.call('rds', 'RemoveTagsFromResource', {
              ResourceName: `arn:aws:rds:${region}:123456789012:snapshot:${snapshotId}`,
              TagKeys: [tagKeys.madeBy],
            });
          }
          return next();
        },
      });
      assert.equal(run.error, 'SnapshotNotOursError', run.cause);
      assert.match(run.cause, /does not count as verified.*its evidence says exact/);
      assert.match(run.notifications[0]?.topicArn ?? '', /:pg-gameday-p1-dev$/);
      assert.equal((await own().tagsOf(run.snapshotId))[tagKeys.verdict], undefined);
      assert.deepEqual(run.copies, []);
    });

    describe('of a restore', () => {
      const restores = new Map<string, Promise<BackupRun>>();

      beforeAll(async () => {
        const left = [...failedStates];
        const work = async () => {
          for (let status = left.shift(); status !== undefined; status = left.shift()) {
            const run = own().fixture.run({
              hook: failingRestore((identifier) =>
                own().fixture.sandbox.rds.inspect.planFailure({ kind: 'instance', identifier, status }),
              ),
            });
            restores.set(status, run);
            await run.catch(() => {}); // Its own test reports.
          }
        };
        await Promise.all([work(), work()]);
      });

      for (const status of failedStates) {
        test(`a copy that ends in ${status} is reported, and removed`, async () => {
          const run = await restores.get(status);
          assert.ok(run);
          assertFailure(run, 'RestoreFailedError', new RegExp(`is '${status}', expected 'available'[\\s\\S]*HINT: `));
        });
      }
    });

    test('no room for another instance is reported, and the instances that are there stay', async () => {
      const { snapshotId: DBSnapshotIdentifier } = await own().fixture.run();
      const others = ['by-stander-1', 'by-stander-2'];
      for (const DBInstanceIdentifier of others) {
        await own().fixture.call('rds', 'RestoreDBInstanceFromDBSnapshot', {
          DBInstanceIdentifier,
          DBSnapshotIdentifier,
        });
      }
      const run = await own().fixture.run();
      for (const other of others) {
        await own().becomes(other, 'available');
        await own().remove(other);
      }
      assertFailure(run, 'InstanceQuotaExceededError', /HINT: Raise the RDS quota/);
    });

    for (const [operation, code, error] of [
      ['CreateDBSnapshot', 'SnapshotQuotaExceededFault', 'SnapshotQuotaExceededError'],
      ['CreateDBSnapshot', 'KMSKeyNotAccessibleFault', 'KMSKeyNotAccessibleFault'],
      ['CreateDBSnapshot', 'InvalidDBInstanceStateFault', 'InstanceBusyError'],
      ['RestoreDBInstanceFromDBSnapshot', 'KMSKeyNotAccessibleFault', 'AccessDeniedError'],
      ['RestoreDBInstanceFromDBSnapshot', 'InsufficientDBInstanceCapacityFault', 'CapacityUnavailableError'],
      ['RestoreDBInstanceFromDBSnapshot', 'StorageQuotaExceededFault', 'StorageQuotaExceededError'],
    ] as const) {
      test(`${code} of ${operation} ends the run by name, and nothing is left`, async () => {
        const run = await own().fixture.run({
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
      test(`a role that may not call ${operation} is reported so by the name of the call`, async () => {
        own().fixture.refuse = (call, role) =>
          call.operation === operation && !/delete|deleted/i.test(role)
            ? new AwsError('AccessDenied', `User: role/${role} is not authorized to perform: ${operation}`, {
                status: 403,
              })
            : undefined;
        const run = await own().fixture.run();
        assertFailure(run, 'AccessDeniedError', /role may not [\s\S]*HINT: [\s\S]*CAUSE: .*not authorized to perform/);
      });
    }

    test('a copy that may not be deleted is left, is reported, and fails a run that was proven', async () => {
      own().fixture.refuse = ({ operation }) =>
        operation === 'DeleteDBInstance' ? new AwsError('AccessDenied', 'not authorized', { status: 403 }) : undefined;
      const run = await own().fixture.run();
      own().fixture.refuse = undefined;
      await own().remove(run.copyId);
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'AccessDeniedError');
      assert.equal(run.evidence.cleanUpFailure?.state, 'RemoveCopy');
      assert.match(run.evidence.cleanUpFailure?.cause ?? '', /^role may not delete instance /);
      assert.deepEqual(run.copies, [run.copyId]);
      assert.equal(
        run.evidence.rungs.every(({ status }) => status === 'passed'),
        true,
      );
      assert.equal(run.notifications.length, 1);
    });

    test('evidence that cannot be written fails the run, and the notification says so', async () => {
      own().fixture.refuse = (call) =>
        call.operation === 'PutObject' && call.about.endsWith('/evidence.json')
          ? new AwsError('AccessDenied', 'not authorized', { status: 403 })
          : undefined;
      const run = await own().fixture.run();
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'AccessDeniedError');
      assert.match(run.notifications[0]?.message ?? '', /evidence could not be recorded: AccessDeniedError/);
      assert.deepEqual(run.copies, []);
    });

    test("an instance of somebody else's that bears the name of the copy is neither used nor deleted", async () => {
      const run = await own().fixture.run({
        hook: async ({ operation }, next, { copyId, snapshotId }) => {
          if (operation === 'RestoreDBInstanceFromDBSnapshot') {
            await own().fixture.call('rds', operation, {
              DBInstanceIdentifier: copyId,
              DBSnapshotIdentifier: snapshotId,
            });
          }
          return next();
        },
      });
      assert.equal(run.status, 'FAILED');
      assert.equal(run.error, 'InstanceNotOursError');
      assert.deepEqual(run.copies, [run.copyId]);
      await own().becomes(run.copyId, 'available');
      await own().remove(run.copyId);
    });
  });
});

const failingRestore =
  (planFailure: (identifier: string) => void): Hook =>
  (call, next, { copyId }) => {
    if (call.operation === 'RestoreDBInstanceFromDBSnapshot') planFailure(copyId);
    return next();
  };
