import assert from 'node:assert/strict';
import { librariesIn, loadsJobs, whyNotQuiet } from '../../../../../shared/domain/verification/quiet-copy.ts';

const subscription = { kind: 'subscription', name: "subscription 'feed' of database 'app'" } as const;
const jobs = { kind: 'jobs', name: 'jobs of pg_cron' } as const;
const group = (parameters: Record<string, string>) => ({ name: 'copies', parameters });
const quiet = group({ max_logical_replication_workers: '0', shared_preload_libraries: 'pg_stat_statements' });

describe('a copy', () => {
  test('of a source that does nothing by itself is quiet', () => {
    assert.deepEqual(whyNotQuiet([], { ownGroup: undefined, isCutOff: false }), []);
  });

  test('in the group of its source starts its subscriptions and jobs', () => {
    assert.deepEqual(whyNotQuiet([subscription, jobs], { ownGroup: undefined, isCutOff: false }), [
      "subscription 'feed' of database 'app' would start",
      'jobs of pg_cron would run',
    ]);
  });

  test('that reaches nobody takes no slot, and runs its jobs all the same', () => {
    assert.deepEqual(whyNotQuiet([subscription, jobs], { ownGroup: undefined, isCutOff: true }), [
      'jobs of pg_cron would run',
    ]);
  });

  test('in a group without workers and without pg_cron is quiet', () => {
    assert.deepEqual(whyNotQuiet([subscription, jobs], { ownGroup: quiet, isCutOff: false }), []);
    assert.deepEqual(
      whyNotQuiet([jobs], { ownGroup: group({ max_logical_replication_workers: '4' }), isCutOff: false }),
      [],
      'a group without a value loads what RDS loads, which is not pg_cron',
    );
  });

  test('in a group that switches off only one of them is not', () => {
    const noWorkers = group({ max_logical_replication_workers: '0', shared_preload_libraries: 'x, pg_cron' });
    assert.deepEqual(whyNotQuiet([subscription, jobs], { ownGroup: noWorkers, isCutOff: false }), [
      'jobs of pg_cron would run',
    ]);
    for (const workers of [{}, { max_logical_replication_workers: '1' }, { max_logical_replication_workers: '00' }]) {
      assert.equal(whyNotQuiet([subscription], { ownGroup: group(workers), isCutOff: false }).length, 1);
    }
  });
});

describe('shared_preload_libraries', () => {
  test('is read as PostgreSQL reads it', () => {
    assert.deepEqual(librariesIn(' pg_stat_statements,"pg_cron" ,auto_explain, '), [
      'pg_stat_statements',
      'pg_cron',
      'auto_explain',
    ]);
    assert.deepEqual([librariesIn(undefined), librariesIn('')], [[], []]);
    assert.ok(loadsJobs('a,pg_cron') && loadsJobs('"pg_cron"'));
    assert.ok(!loadsJobs('pg_cronicle,my_pg_cron') && !loadsJobs(undefined));
  });
});
