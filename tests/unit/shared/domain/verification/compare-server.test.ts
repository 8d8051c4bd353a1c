import assert from 'node:assert/strict';
import {
  compareExtensions,
  compareIdentity,
  compareParameters,
  compareVersion,
} from '../../../../../shared/domain/verification/compare-server.ts';

const source = {
  versionNumber: 180004,
  version: '18.4',
  systemIdentifier: '7400000000000000001',
  databaseOid: 16384,
  parameters: { work_mem: '4096', max_wal_size: '1024' },
  extensions: { plpgsql: '1.0', amcheck: '1.5' },
};
const all = [compareIdentity, compareVersion, compareParameters, compareExtensions];
const problems = (compare: (typeof all)[number], change: Partial<typeof source>) =>
  compare(source, { ...source, ...change }).map(({ object, status, problem }) => `${status}: ${object} ${problem}`);

describe('a copy', () => {
  test('that is like its source has no findings', () => {
    for (const compare of all) assert.deepEqual(compare(source, { ...source }), []);
  });

  test('of another cluster or another database is reported by system identifier and oid', () => {
    assert.deepEqual(problems(compareIdentity, { systemIdentifier: '1', databaseOid: 5 }), [
      "failed: system identifier is '1' in the copy, '7400000000000000001' in the source",
      "failed: database oid is '5' in the copy, '16384' in the source",
    ]);
  });

  test('of another version is reported', () => {
    assert.deepEqual(problems(compareVersion, { version: '18.3' }), [
      "failed: server version is '18.3' in the copy, '18.4' in the source",
    ]);
  });

  test('of a higher minor is a note, of another major is not', () => {
    assert.deepEqual(problems(compareVersion, { version: '18.5', versionNumber: 180005 }), [
      'note: server version restored as 18.5, the witness was 18.4',
    ]);
    assert.match(problems(compareVersion, { version: '19.1', versionNumber: 190001 })[0] ?? '', /^failed: /);
    assert.match(problems(compareVersion, { version: '18.3', versionNumber: 180003 })[0] ?? '', /^failed: /);
  });

  test('does what the source will do after its reboot, and that is a note with the remedy', () => {
    const copy = { ...source, parameters: { ...source.parameters, work_mem: '8192' } };
    assert.deepEqual(
      compareParameters({ ...source, waitsForReboot: true }, copy).map(
        ({ status, problem }) => `${status}: ${problem}`,
      ),
      [
        "note: is '8192' in the copy, '4096' in the source, which waits for a reboot: reboot the source to bring it into force",
      ],
    );
    assert.deepEqual(
      compareParameters(source, copy).map(({ status }) => status),
      ['failed'],
    );
  });

  test('with a parameter that is changed, missing or only its own is reported each by name', () => {
    assert.deepEqual(problems(compareParameters, { parameters: { work_mem: '1', jit: 'on' } } as never), [
      "failed: parameter jit is 'on' in the copy, 'absent' in the source",
      "failed: parameter max_wal_size is 'absent' in the copy, '1024' in the source",
      "failed: parameter work_mem is '1' in the copy, '4096' in the source",
    ]);
  });

  test('without the jobs of its source is meant so, and that is said; jobs of its own are not', () => {
    const libraries = (setting: string, more = {}) => ({
      ...source,
      parameters: { ...source.parameters, shared_preload_libraries: setting, ...more },
    });
    const withJobs = libraries('pg_stat_statements,pg_cron', { 'cron.database_name': 'app' });
    const found = (one: typeof source, other: typeof source) =>
      compareParameters(one, other).map(({ object, status, problem }) => `${status}: ${object} ${problem}`);
    assert.deepEqual(found(withJobs, libraries('pg_stat_statements')), [
      'note: parameter shared_preload_libraries the copy starts without pg_cron, so that no job of the source runs on it',
    ]);
    assert.deepEqual(found(libraries('pg_stat_statements'), withJobs), [
      'failed: parameter shared_preload_libraries the copy loads pg_cron, and the source does not',
    ]);
    assert.deepEqual(found(withJobs, libraries('auto_explain')), [
      "failed: parameter shared_preload_libraries is 'auto_explain' in the copy, 'pg_stat_statements' in the source",
      'note: parameter shared_preload_libraries the copy starts without pg_cron, so that no job of the source runs on it',
    ]);
    assert.deepEqual(found(withJobs, withJobs), []);
  });

  test('with another version of an extension is reported', () => {
    assert.deepEqual(problems(compareExtensions, { extensions: { plpgsql: '1.0', amcheck: '1.4' } }), [
      "failed: extension amcheck is '1.4' in the copy, '1.5' in the source",
    ]);
  });
});
