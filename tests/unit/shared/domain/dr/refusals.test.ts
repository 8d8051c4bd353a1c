import assert from 'node:assert/strict';
import type { PromotionRequest } from '../../../../../shared/contracts/dr-promotion/dr-promotion.ts';
import type { Replay } from '../../../../../shared/contracts/dr-promotion/replay.ts';
import { meantReplicas, type PromotionFacts, refusalsOf } from '../../../../../shared/domain/dr/refusals.ts';

const at = '2026-03-01T05:00:00.000Z';
const replay: Replay = { lsn: '0/30', receivedLsn: '0/30', lastCommitAt: at, at };
const tags = { 'pg-gameday:replica-of': 'fantasy' };
const replica = { instanceId: 'fantasy-dr', status: 'available', tags, replay };
const sound: PromotionFacts = {
  here: 'us-west-2',
  second: 'us-west-2',
  database: 'fantasy',
  primary: { instanceId: 'fantasy-dev', status: 'available' },
  fenceFaults: [],
  replicas: [replica],
  canFence: true,
  approval: null,
  otherWay: 'Restore it. A command stands here.',
  lease: { holder: 'us-east-1/fantasy-dev', allowed: ['us-east-1/fantasy-dev', 'us-west-2/fantasy-dr'], silent: [] },
};
const asked: PromotionRequest = { database: 'fantasy', mode: 'promote', reason: 'a test', mostLossSeconds: 0 };
const reasons = (change: Partial<PromotionFacts>, request: Partial<PromotionRequest> = {}) =>
  refusalsOf({ ...sound, ...change }, { ...asked, ...request }).map(({ reason }) => reason);

test('nothing speaks against a sound set-up, whether RDS of the first region answers or not', () => {
  assert.deepEqual(reasons({}), []);
  assert.deepEqual(reasons({ primary: { instanceId: 'fantasy-dev', status: null } }), []);
  const ours = { holder: 'us-west-2/fantasy-dr', allowed: ['us-east-1/fantasy-dev', 'us-west-2/fantasy-dr'] };
  assert.deepEqual(
    reasons({ lease: { ...ours, silent: ['us-east-1'] } }),
    [],
    'what an earlier one took, one is silent',
  );
  assert.deepEqual(reasons({ lease: null }), []);
});

describe('a promotion is refused', () => {
  for (const [title, change, request, expected] of [
    [
      'in another region than the second one',
      { here: 'us-east-1' },
      {},
      /^this is us-east-1, and the second region of the stage is us-west-2$/,
    ],
    ['in a stage of one region', { second: undefined }, {}, /is not set$/],
    [
      'whose lease another instance holds',
      { lease: { holder: 'us-west-2/other', allowed: ['us-east-1/fantasy-dev'], silent: [] } },
      {},
      /^the lease of 'fantasy' is 'us-west-2\/other's, and not 'us-east-1\/fantasy-dev's$/,
    ],
    [
      'when two registers of its lease are silent',
      { lease: { holder: null, allowed: [], silent: ['us-east-1', 'us-east-2'] } },
      {},
      /registers of the lease in 'us-east-1', 'us-east-2' do not answer/,
    ],
    ['without a reason', {}, { reason: undefined }, /gives no reason/],
    ['without a replica', { replicas: [] }, {}, /has no read replica in us-west-2/],
    [
      'of one of two replicas',
      { replicas: [replica, { ...replica, instanceId: 'other' }] },
      {},
      /has 2 read replicas .* 'fantasy-dr', 'other'/,
    ],
    [
      'of a replica without the tag',
      { replicas: [{ ...replica, tags: {} }] },
      {},
      /does not bear the tag pg-gameday:replica-of=fantasy/,
    ],
    [
      "of another database's replica",
      { replicas: [{ ...replica, tags: { 'pg-gameday:replica-of': 'own' } }] },
      {},
      /does not bear the tag/,
    ],
    ['of a replica that is not available', { replicas: [{ ...replica, status: 'backing-up' }] }, {}, /is 'backing-up'/],
    ['of a replica that does not answer', { replicas: [{ ...replica, replay: null }] }, {}, /does not answer/],
    ['where nobody may fence', { canFence: false }, {}, /capabilities.fence is not set/],
    [
      'whose fence would leak',
      { fenceFaults: ["'app' has no ADMIN OPTION"] },
      {},
      /would leak: 'app' has no ADMIN OPTION/,
    ],
  ] as const) {
    test(title, () => {
      const found = reasons(change as Partial<PromotionFacts>, request as Partial<PromotionRequest>);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', expected);
    });
  }

  test('for everything that speaks against it at once, each with its remedy', () => {
    const found = refusalsOf(
      { ...sound, here: 'us-east-1', replicas: [], canFence: false },
      { ...asked, reason: undefined },
    );
    assert.equal(found.length, 4);
    assert.ok(found.every(({ remedy }) => remedy.length > 20));
  });
});

test('a plan needs no reason, and a word that the primary is down stands for a fence', () => {
  assert.deepEqual(reasons({}, { mode: 'plan', reason: undefined }), []);
  assert.deepEqual(reasons({ canFence: false }, { primaryIsDown: 'the region is gone' }), []);
});

test('of several replicas those with the tag are meant, and all where none has it', () => {
  const others = [{ tags: {} }, { tags: { 'pg-gameday:replica-of': 'own' } }];
  assert.deepEqual(meantReplicas([...others, { tags }], 'fantasy'), [{ tags }]);
  assert.deepEqual(meantReplicas(others, 'fantasy'), others);
});

test('a promotion without a replica, or with one that has failed, names the way that is left; one that must wait does not', () => {
  const remedies = (replicas: readonly (typeof replica)[]) =>
    refusalsOf({ ...sound, replicas }, asked)
      .map(({ remedy }) => remedy)
      .join('\n');
  assert.match(remedies([]), /Restore it\./);
  assert.match(remedies([{ ...replica, status: 'failed' }]), /does not come back by itself\. Restore it\./);
  assert.doesNotMatch(remedies([{ ...replica, status: 'backing-up' }]), /Restore it\./);
});

test('a promotion that others must allow is refused where too few may', () => {
  const reasons = (approval: { needed: number; approvers: number } | null) =>
    refusalsOf({ ...sound, approval }, asked).map(({ reason }) => reason);
  assert.deepEqual(reasons({ needed: 2, approvers: 2 }), []);
  assert.deepEqual(reasons({ needed: 2, approvers: 1 }), ['2 people have to say yes, and 1 may']);
});
