import assert from 'node:assert/strict';
import { decisionOf } from '../../../../../operator/approve/decision-of.ts';
import type { PromotionAnswer } from '../../../../../shared/contracts/dr-promotion/decision.ts';
import { needsApproval, whoApproved } from '../../../../../shared/domain/dr/approval.ts';
import { approvalText } from '../../../../../shared/domain/dr/approval-text.ts';
import { approverOf } from '../../../../../shared/domain/remediation/approval.ts';

const policy = { decision: 'by hand', approvers: [], askMinutes: 30 } as const;
const yes = (approver: string | null): PromotionAnswer => ({
  ...{ decision: approver === null ? null : 'approve', person: approver, approver, reason: 'said', at: 'then' },
});

describe('a promotion that a person has started', () => {
  test('waits for others in prod, and wherever policy says so', () => {
    const cases = [
      ['dev', policy, false],
      ['prod', policy, true],
      ['prod', { ...policy, decision: 'auto' }, true],
      ['prod', { ...policy, aloneBecause: 'one person is on call at night' }, false],
      ['dev', { ...policy, decision: 'approve' }, true],
      ['dev', { ...policy, decision: 'auto' }, false],
    ] as const;
    for (const [stage, of, expected] of cases)
      assert.equal(needsApproval(of, stage), expected, `${stage} ${JSON.stringify(of)}`);
  });
});

describe('those who have said yes', () => {
  test('count once each, whatever else was answered', () => {
    assert.deepEqual(whoApproved([yes('anna'), yes(null), yes('anna'), yes('ben')]), ['anna', 'ben']);
    assert.deepEqual(whoApproved([{ ...yes('anna'), decision: 'refuse' }]), []);
  });

  test('are one person for all sessions of one role', () => {
    const role = 'arn:aws:iam::123456789012:role/on-call';
    const user = 'arn:aws:iam::123456789012:user/anna';
    const session = (name: string) => `arn:aws:sts::123456789012:assumed-role/on-call/${name}`;
    assert.deepEqual([approverOf(session('one'), [role]), approverOf(session('two'), [user, role])], [role, role]);
    assert.equal(approverOf(user, [role, user]), user);
    assert.equal(approverOf(session('one'), [user]), undefined);
  });
});

describe('the question', () => {
  const seen = {
    ...{ verdict: 'doubt' as const, reason: 'its lease is over', lossSeconds: 310, acceptSeconds: 370 },
    ...{ isLeaseOver: true, watch: {}, at: 'then' },
  };
  const asked = {
    ...{ database: 'fantasy', primary: { region: 'us-east-1', instanceId: 'fantasy-dev' }, replicaId: 'fantasy-dr' },
    ...{ reason: 'a switch', approval: { needed: 2, seconds: 60, approvers: ['anna', 'ben'] }, seen },
    ...{ mostLossSeconds: 0, isFence: true, approvedBy: ['anna'] },
  };

  test('says what would be lost, who has said yes and how many are missing', () => {
    const text = approvalText(asked);
    assert.match(text, /At most 370 s of what was committed would be lost/);
    assert.match(text, /2 say yes before anything is changed, one is missing still; yes said anna\./);
    assert.doesNotMatch(text, /NOTHING KEEPS/);
  });

  test('says loudly where a yes is the only thing that keeps the applications out', () => {
    assert.match(approvalText({ ...asked, isFence: false }), /NOTHING KEEPS THE APPLICATIONS OUT OF IT/);
  });

  test('of a person who wants to switch says why', () => {
    const text = approvalText({ ...asked, seen: null });
    assert.match(text, /A person has asked for it: a switch\nAt most 0 s may be lost/);
    assert.doesNotMatch(text, /seems to be lost/);
  });

  test('is answered by yes or refuse alone', () => {
    assert.throws(() => decisionOf('promotion', { name: 'go-on', at: null }), /Say --yes, or --refuse/);
    assert.equal(decisionOf('promotion', { name: 'yes', at: null }).kind, 'said');
  });
});
