import assert from 'node:assert/strict';
import { PublishBackupHealthInput, PublishBackupHealthOutput } from '../../shared/contracts/watch-backups.ts';
import { fail, transients, workflowBench } from './workflow-support.ts';

const { run, after, armsNotTaken } = workflowBench({
  workflow: 'watch-backups',
  contracts: { publishBackupHealth: [PublishBackupHealthInput, PublishBackupHealthOutput] } as const,
  soundInput: {},
  soundRun: { publishBackupHealth: () => ({ databases: 2 }) },
});

describe('watch-backups', () => {
  test('measures once and succeeds', async () => {
    const { status, path, output } = await run();
    assert.deepEqual([status, path, output], ['SUCCEEDED', ['PublishBackupHealth', 'Watched'], { databases: 2 }]);
  });

  test('tries again what is transient, and fails by name what is not', async () => {
    for (const error of ['Lambda.ServiceException', 'AwsUnavailableError'] as const) {
      const most = transients[error];
      assert.equal((await run(after('publishBackupHealth', most - 1, fail(error)))).status, 'SUCCEEDED', error);
      assert.equal((await run({ publishBackupHealth: fail(error) })).calls.publishBackupHealth.length, most, error);
    }
    const denied = await run({ publishBackupHealth: fail('AccessDeniedError') });
    assert.deepEqual(
      [denied.status, denied.error, denied.calls.publishBackupHealth.length],
      ['FAILED', 'AccessDeniedError', 1],
    );
  });

  test('the tests above took every transition of the definition', () => {
    assert.deepEqual(armsNotTaken(), []);
  });
});
