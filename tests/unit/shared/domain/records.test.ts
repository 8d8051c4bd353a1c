import assert from 'node:assert/strict';
import { assessRetention } from '../../../../shared/domain/backup/retention-record.ts';
import { assessOfficeHours } from '../../../../shared/domain/office-hours/office-record.ts';
import { assessSweep } from '../../../../shared/domain/resource/sweep-record.ts';

const failure = { state: 'Plan', error: 'AccessDeniedError', cause: 'no' };

describe('what a record says', () => {
  test('of retention: what was deleted, kept and failed; a failure is one more', () => {
    const one = { region: 'us-east-1', snapshotId: 's', deleted: true, reason: 'old', error: null };
    const deletions = [one, { ...one, deleted: false }, { ...one, deleted: false, error: 'X' }];
    const record = { workflow: 'retention' as const, planKey: null, deletions, failure: null };
    assert.deepEqual(assessRetention(record), {
      summary: '1 of 3 planned snapshots deleted, 1 kept after all, 1 failed',
      isComplete: false,
      counts: { deleted: 1, failed: 1 },
    });
    assert.equal(assessRetention({ ...record, deletions: [one] }).isComplete, true);
    const failed = assessRetention({ ...record, deletions: [one], failure });
    assert.deepEqual([failed.isComplete, failed.counts.failed], [false, 1]);
    assert.equal(failed.summary, 'retention failed in Plan: AccessDeniedError');
  });

  test('of office hours: what was stopped, started and left; what failed is named with its reason', () => {
    const one = {
      instanceId: 'a',
      action: 'stop' as const,
      done: true,
      reason: 'night',
      wasStartedByRds: true,
      isStuck: false,
      error: null,
    };
    const actions = [
      one,
      { ...one, action: 'start' as const, wasStartedByRds: false },
      { ...one, done: false, error: 'X' },
    ];
    const record = { workflow: 'office-hours' as const, actions, failure: null };
    assert.deepEqual(assessOfficeHours(record), {
      summary: "1 stopped, 1 started, 0 left after all, 1 failed; 'a' night",
      isComplete: false,
      counts: { stopped: 1, started: 1, startedByRds: 2, failed: 1 },
    });
    assert.equal(assessOfficeHours({ ...record, actions: [one] }).isComplete, true);
    assert.equal(assessOfficeHours({ ...record, actions: [one], failure }).isComplete, false);
  });

  test('of the sweep: what was found and removed; a suspect or one that is left is not complete, and a failure counts none', () => {
    const one = { instanceId: 'c', deleting: true, reason: 'expired', error: null };
    const suspect = { instanceId: 'd', kind: 'suspect' as const, executionName: '', reason: 'lacks a tag' };
    const record = { workflow: 'sweep-leftovers' as const, removals: [one], suspects: [], failure: null };
    assert.deepEqual(assessSweep(record), {
      summary: '1 left-overs found, 1 removed, 0 suspect',
      isComplete: true,
      counts: { expired: 1, suspects: 0 },
    });
    const odd = assessSweep({ ...record, suspects: [suspect] });
    assert.deepEqual([odd.isComplete, odd.counts?.suspects], [false, 1]);
    assert.match(odd.summary, /1 suspect: 'd' lacks a tag$/);
    assert.equal(assessSweep({ ...record, removals: [{ ...one, error: 'X' }] }).isComplete, false);
    assert.deepEqual(assessSweep({ ...record, failure }).counts, null);
  });
});
