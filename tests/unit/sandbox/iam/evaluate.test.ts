import assert from 'node:assert/strict';
import { readCondition } from '../../../../sandbox/iam/condition.ts';
import { evaluate } from '../../../../sandbox/iam/evaluate.ts';
import type { Policies } from '../../../../sandbox/iam/policies.ts';
import { readPolicy, type Statement } from '../../../../sandbox/iam/statement.ts';

const role = 'arn:aws:iam::123456789012:role/target';
const caller = { account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/Caller/s', roleName: 'Caller' };
const read = (kind: 'identity' | 'trust', ...Statement: readonly object[]): Statement[] => {
  const faults: string[] = [];
  const place = { owner: kind === 'trust' ? role : 'Caller', policy: 'p', kind };
  const statements = readPolicy({ Version: '2012-10-17', Statement } as never, place, faults);
  assert.deepEqual(faults, []);
  return statements;
};
const may = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
const trusting = (AWS: string) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } });
const assume = (own: readonly object[], trust: readonly object[]) => {
  const policies: Policies = {
    roles: new Map([['Caller', read('identity', ...own)]]),
    trust: new Map([[role, read('trust', ...trust)]]),
    ...{ resources: [], boundaries: new Map(), managed: new Map() },
  };
  return evaluate(policies, { caller: caller as never, action: 'sts:AssumeRole', resource: role, context: new Map() })
    .allowed;
};

describe('a role', () => {
  test('is assumed by whom it trusts, and by nobody because his own policy lets him', () => {
    const callers = 'arn:aws:iam::123456789012:role/Caller';
    assert.equal(assume([may], [trusting(callers)]), true);
    assert.equal(assume([may], []), false);
    assert.equal(assume([may], [trusting('arn:aws:iam::123456789012:role/Other')]), false);
  });
});

describe('a condition on a key of several values', () => {
  const holds = (operator: string, wanted: readonly string[], actual: readonly string[] | undefined) => {
    const faults: string[] = [];
    const condition = readCondition({ [operator]: { 'aws:TagKeys': wanted } }, faults);
    assert.deepEqual(faults, []);
    return condition(new Map(actual === undefined ? [] : [['aws:tagkeys', actual]]));
  };

  test('for all of them holds when each is one of those, and when there is none', () => {
    assert.equal(holds('ForAllValues:StringEquals', ['a', 'b'], ['a', 'b']), true);
    assert.equal(holds('ForAllValues:StringEquals', ['a'], ['a', 'b']), false);
    assert.equal(holds('ForAllValues:StringEquals', ['a'], undefined), true);
  });

  test('for any of them holds when one is, and never when there is none', () => {
    assert.equal(holds('ForAnyValue:StringEquals', ['a'], ['a', 'b']), true);
    assert.equal(holds('ForAnyValue:StringEquals', ['a'], ['b']), false);
    assert.equal(holds('ForAnyValue:StringEquals', ['a'], undefined), false);
  });
});

describe('a permissions boundary', () => {
  const permitted = (boundary: readonly object[] | undefined, resources: readonly Statement[] = []) => {
    const policies: Policies = {
      roles: new Map([['Caller', read('identity', { Effect: 'Allow', Action: 'rds:*', Resource: '*' })]]),
      boundaries: new Map(boundary === undefined ? [] : [['Caller', read('identity', ...boundary)]]),
      ...{ managed: new Map(), trust: new Map(), resources },
    };
    const resource = 'arn:aws:rds:us-east-1:123456789012:db:fantasy';
    const request = { caller: caller as never, action: 'rds:DeleteDBInstance', resource, context: new Map() };
    return evaluate(policies, request).allowed;
  };
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

  test('gives nothing, and takes what it denies or does not name', () => {
    assert.equal(permitted(undefined), true);
    assert.equal(permitted([everything]), true);
    assert.equal(permitted([everything, { Effect: 'Deny', Action: 'rds:Delete*', Resource: '*' }]), false);
    assert.equal(permitted([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]), false);
    assert.equal(permitted([]), false);
  });
});
