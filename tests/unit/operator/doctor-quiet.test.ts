import assert from 'node:assert/strict';
import { checkQuiet } from '../../../operator/doctor/check-quiet.ts';
import type { SelfStarting } from '../../../shared/contracts/witness.ts';

const jobs: SelfStarting = { kind: 'jobs', name: 'jobs of pg_cron' };
const feed: SelfStarting = { kind: 'subscription', name: "subscription 'feed' of database 'app'" };
const quiet = { max_logical_replication_workers: '0' };

function found(
  selfStarting: readonly SelfStarting[],
  { group, isCutOff = true }: { readonly group?: string; readonly isCutOff?: boolean } = {},
  parameters: Readonly<Record<string, string>> | undefined = {},
) {
  const inside = { database: 'app', instanceId: 'app-prod', failure: null, server: null, foreign: [], steps: [] };
  return checkQuiet(
    'app',
    { group, isCutOff },
    {
      copyParameters: { seen: true, value: parameters },
      inside: { seen: true, value: { ...inside, selfStarting: [...selfStarting] } },
    },
  ).map(({ status, observed }) => `${status}: ${observed}`);
}

describe('the doctor of copies', () => {
  test('finds nothing where the source starts nothing, or its copies do not', () => {
    assert.deepEqual(found([]), ['sound: it has neither subscriptions nor jobs']);
    assert.deepEqual(found([feed]), ["sound: not subscription 'feed' of database 'app'"]);
    assert.deepEqual(found([feed, jobs], { group: 'copies', isCutOff: false }, quiet), [
      "sound: not subscription 'feed' of database 'app', jobs of pg_cron",
    ]);
  });

  test('says what a copy would start', () => {
    assert.deepEqual(found([feed, jobs]), ['missing: jobs of pg_cron would run']);
    assert.deepEqual(found([feed], { isCutOff: false }), [
      "missing: subscription 'feed' of database 'app' would start",
    ]);
    const loud = { ...quiet, shared_preload_libraries: 'pg_cron' };
    assert.deepEqual(found([jobs], { group: 'copies' }, loud), ['missing: jobs of pg_cron would run']);
  });

  test('says that the group of copies is not there, and what nobody could see', () => {
    const absent = checkQuiet(
      'app',
      { group: 'copies', isCutOff: true },
      { copyParameters: { seen: true, value: undefined }, inside: { seen: false, reason: 'busy' } },
    );
    assert.deepEqual(
      absent.map(({ status, observed }) => `${status}: ${observed}`),
      ["missing: RDS has no parameter group 'copies' in this region"],
    );
    const unseen = checkQuiet(
      'app',
      { group: undefined, isCutOff: true },
      { copyParameters: { seen: false, reason: 'refused' }, inside: { seen: false, reason: 'busy' } },
    );
    assert.deepEqual(
      unseen.map(({ status }) => status),
      ['unseen'],
    );
  });
});
