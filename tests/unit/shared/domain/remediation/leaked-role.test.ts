import assert from 'node:assert/strict';
import { leakedRole, type RoleReading } from '../../../../../shared/domain/remediation/leaked-role.ts';

const role = (more: Partial<RoleReading> = {}): RoleReading => ({
  ...{ oid: 16_400, isNamed: true, canLogin: true, isIsolated: false, isFenced: false, sessions: 3 },
  ...more,
});

describe('a role whose credential leaked', () => {
  test('is one of an application that logs in', () => {
    assert.deepEqual(leakedRole('shop', role()), { target: { kind: 'role', name: 'shop', oid: 16_400, sessions: 3 } });
  });

  test('has been given LOGIN since it was isolated, and leaked again', () => {
    assert.ok('target' in leakedRole('shop', role({ isIsolated: true })));
  });

  for (const [what, name, found, reason, isGone] of [
    ['nobody, where the finding names none', undefined, role(), /names no role/, false],
    ['none that is not there', 'shop', undefined, /'shop' is not there/, true],
    ['none that the fence does not name', 'shop', role({ isNamed: false }), /fence.roles does not name it/, false],
    ['none that is fenced', 'shop', role({ isFenced: true, canLogin: false }), /kept out by the fence/, false],
    ['none that was isolated', 'shop', role({ isIsolated: true, canLogin: false }), /was isolated before/, true],
    ['none that cannot log in anyway', 'shop', role({ canLogin: false }), /cannot log in/, true],
  ] as const)
    test(`is ${what}`, () => {
      const sought = leakedRole(name, found);
      assert.ok('refusal' in sought, JSON.stringify(sought));
      assert.match(sought.refusal, reason);
      assert.equal(sought.isGone ?? false, isGone);
    });
});
