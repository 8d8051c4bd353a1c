import assert from 'node:assert/strict';
import { RemedyName } from '../../../../../shared/contracts/remediation/remediation.ts';
import {
  grownInstance,
  type InstanceReading,
  stoppedInstance,
} from '../../../../../shared/domain/remediation/instances.ts';
import { forbiddenBy, forbiddingWorkflows, remedies } from '../../../../../shared/domain/remediation/remedies.ts';
import {
  deadSlot,
  isSteady,
  oldestTable,
  type SlotReading,
  type SubscriptionReading,
  stuckSubscription,
} from '../../../../../shared/domain/remediation/replication.ts';
import { remedyOf } from '../../../../../shared/remediation/every-remedy.ts';

const textOf = (sought: object) => JSON.stringify(sought);
const refuses = (cases: readonly (readonly [string, object, RegExp])[]) => {
  for (const [what, sought, reason] of cases)
    test(what, () => {
      assert.ok('refusal' in sought, textOf(sought));
      assert.match(String(sought.refusal), reason);
    });
};

describe('a replication slot that is dropped', () => {
  const rule = { names: ['old'], keep: ['dr'], bytes: 100 };
  const slot = (more: Partial<SlotReading> = {}): SlotReading => ({
    ...{ name: 'old', isActive: false, isTemporary: false, isSynced: false, restartLsn: '0/10', retainedBytes: 101 },
    ...more,
  });

  test('is the one that retains most of those that may go', () => {
    const two = { ...rule, names: ['*'] };
    const sought = deadSlot(
      [slot(), slot({ name: 'older', retainedBytes: 500 }), slot({ name: 'dr', retainedBytes: 900 })],
      two,
    );
    assert.match(textOf(sought), /"name":"older","restartLsn":"0\/10"/);
  });

  refuses([
    ['is none that is active', deadSlot([slot({ isActive: true })], rule), /active/],
    ['is none that is temporary', deadSlot([slot({ isTemporary: true })], rule), /temporary/],
    ['is none that a standby keeps', deadSlot([slot({ isSynced: true })], rule), /copy of the primary/],
    ["is none of RDS's", deadSlot([slot({ name: 'rds_us_east_1' })], { ...rule, names: ['*'] }), /RDS's own/],
    ['is none that is kept', deadSlot([slot({ name: 'dr' })], { ...rule, names: ['dr'] }), /kept/],
    ['is none out of scope', deadSlot([slot({ name: 'x' })], rule), /not in scope/],
    ['is none that retains little', deadSlot([slot({ retainedBytes: 100 })], rule), /retains 100 bytes/],
    ['is none where there is none', deadSlot([], rule), /no replication slot/],
  ]);
});

describe('a subscription that is begun anew', () => {
  const stuck: SubscriptionReading = {
    oid: 1,
    name: 's',
    isEnabled: true,
    isApplied: false,
    appliedSeconds: null,
    applyErrors: 3,
    isOwned: true,
  };

  test('is enabled, applied by nobody, and has failed', () => {
    assert.match(textOf(stuckSubscription([{ ...stuck, name: 'r', isApplied: true }, stuck])), /"name":"s","errors":3/);
  });

  test('works when a worker lives longer than one that meets the error again', () => {
    const applied = { ...stuck, isApplied: true, appliedSeconds: 11 };
    assert.equal(isSteady(applied), true);
    for (const more of [{ appliedSeconds: 10 }, { appliedSeconds: null }, { isApplied: false }, { isEnabled: false }])
      assert.equal(isSteady({ ...applied, ...more }), false, JSON.stringify(more));
  });

  refuses([
    ['is none that is disabled', stuckSubscription([{ ...stuck, isEnabled: false }]), /disabled/],
    ['is none that is applied', stuckSubscription([{ ...stuck, isApplied: true }]), /is applied/],
    ['is none without a known error', stuckSubscription([{ ...stuck, applyErrors: 0 }]), /no error is known/],
    ["is none of another role's", stuckSubscription([{ ...stuck, isOwned: false }]), /another role's/],
    ['is none where there is none', stuckSubscription([]), /no subscription/],
  ]);
});

describe('a table that is frozen', () => {
  const table = { oid: 7, name: 'public.t', age: 1001, isVacuumed: false, isAllowed: true };
  const rule = { age: 1000 };

  test('is the oldest one', () => {
    assert.match(textOf(oldestTable([{ ...table, oid: 6, age: 1000 }, table], rule)), /"oid":7/);
  });

  refuses([
    ['is none that is young', oldestTable([{ ...table, age: 1000 }], rule), /more than 1000 are required/],
    ['is none that is vacuumed', oldestTable([{ ...table, isVacuumed: true }], rule), /vacuumed already/],
    ['is none that the role may not vacuum', oldestTable([{ ...table, isAllowed: false }], rule), /'maintain'/],
    [
      'is not the next one, which would not help',
      oldestTable(
        [
          { ...table, isVacuumed: true },
          { ...table, oid: 8, age: 1001 },
        ],
        rule,
      ),
      /vacuumed already/,
    ],
    ['is none where there is none', oldestTable([], rule), /no table/],
  ]);
});

describe('an instance', () => {
  const instance: InstanceReading = {
    ...{ id: 'db', status: 'stopped', storageGb: 100, storageType: 'gp3', isMultiZone: false, growsByItself: false },
    ...{ pendingStorageGb: undefined, tags: { 'pg-gameday:remediation': 'start-and-grow' } },
  };
  const tagged = (tag: string) => ({ ...instance, tags: { ...instance.tags, [tag]: 'because' } });
  const full = { ...instance, status: 'storage-full' };
  const rule = { growPercent: 20, mostGb: 120, mostMoneyMonth: 2.3, prices: { gp3: 0.115 } };

  test('that is stopped and must run is started', () => {
    assert.match(textOf(stoppedInstance(instance, 'db')), /"status":"stopped"/);
  });

  test('that runs full grows within the caps in size and money, by a tenth at least', () => {
    assert.match(textOf(grownInstance(full, 'db', rule)), /"toStorageGb":120/);
    assert.match(textOf(grownInstance(full, 'db', { ...rule, growPercent: 1 })), /"toStorageGb":110/);
  });

  refuses([
    ['that is not there is not started', stoppedInstance(undefined, 'db'), /does not exist/],
    ['that its owner has not given is not started', stoppedInstance({ ...instance, tags: {} }, 'db'), /lacks the tag/],
    ['that runs is not started', stoppedInstance({ ...instance, status: 'available' }, 'db'), /'available'/],
    ['that is fenced is not started', stoppedInstance(tagged('pg-gameday:fenced'), 'db'), /fenced: because/],
    ['that is protected is not started', stoppedInstance(tagged('pg-gameday:protected'), 'db'), /protected: because/],
    [
      'that its office hours stopped is not started',
      stoppedInstance(tagged('pg-gameday:stopped-at'), 'db'),
      /office hours/,
    ],
    [
      'that is fenced does not grow',
      grownInstance({ ...full, ...tagged('pg-gameday:fenced'), status: 'storage-full' }, 'db', rule),
      /fenced/,
    ],
    ['that is stopped does not grow', grownInstance(instance, 'db', rule), /'stopped'/],
    ['that grows by itself is left to RDS', grownInstance({ ...full, growsByItself: true }, 'db', rule), /autoscaling/],
    [
      'that grows already does not grow twice',
      grownInstance({ ...full, pendingStorageGb: 130 }, 'db', rule),
      /to 130 GB/,
    ],
    ['never grows beyond the cap', grownInstance(full, 'db', { ...rule, mostGb: 119 }), /at most 119/],
    [
      'never grows beyond what it may cost',
      grownInstance(full, 'db', { ...rule, mostMoneyMonth: 2.29 }),
      /2.30 a month/,
    ],
    ['in two zones costs twice as much', grownInstance({ ...full, isMultiZone: true }, 'db', rule), /4.60 a month/],
    [
      'of an unknown type does not grow',
      grownInstance({ ...full, storageType: 'toString' }, 'db', rule),
      /nobody knows/,
    ],
  ]);
});

describe('a remedy', () => {
  const running = (workflow: string, input: unknown) => [{ workflow, name: 'r', input: JSON.stringify(input) }];

  test('is never applied while the primary changes or a person works on the database, or on any', () => {
    for (const remedy of RemedyName.options) {
      for (const workflow of ['dr-promotion', 'dr-failback', 'release', 'maintenance']) {
        assert.ok(forbiddingWorkflows(remedy).includes(workflow));
        assert.ok(forbiddenBy(remedy, 'orders', running(workflow, { database: 'orders' })), `${remedy} ${workflow}`);
        assert.ok(forbiddenBy(remedy, 'orders', running(workflow, {})), 'of any database');
        assert.equal(forbiddenBy(remedy, 'orders', running(workflow, { database: 'games' })), undefined);
      }
    }
  });

  test('is forbidden by a backup where it would change what is compared, and by no other workflow', () => {
    const backup = running('backup-and-verify', { database: 'orders' });
    assert.ok(forbiddenBy('freeze-oldest-table', 'orders', backup));
    assert.ok(forbiddenBy('grow-storage', 'orders', backup));
    assert.equal(forbiddenBy('end-root-blocker', 'orders', backup), undefined);
    assert.equal(forbiddenBy('end-root-blocker', 'orders', running('cost-report', {})), undefined);
    assert.ok(
      forbiddenBy('freeze-oldest-table', 'orders', [{ workflow: 'restore-test', name: 'r', input: 'no JSON' }]),
    );
  });

  test('that can be taken back has an undo, and none else', () => {
    for (const name of RemedyName.options)
      assert.equal(remedyOf(name).undo !== undefined, remedies[name].hasUndo, name);
  });
});
