import assert from 'node:assert/strict';
import { evaluateFormula, isFormula } from '../../../sandbox/services/rds/catalogue/formulas.ts';
import { instanceClass } from '../../../sandbox/services/rds/catalogue/instance-classes.ts';
import { checkedIdentifier, keyArn, nameOf, parseArn } from '../../../sandbox/services/rds/model/identifiers.ts';
import { filtered, pageOf } from '../../../sandbox/services/rds/model/paging.ts';

const gibibyte = 1024 ** 3;

describe('a parameter formula', () => {
  const variables = { DBInstanceClassMemory: 8 * gibibyte };

  test('is evaluated as RDS documents it', () => {
    assert.equal(evaluateFormula('{DBInstanceClassMemory/9531392}', variables), 901);
    assert.equal(evaluateFormula('{DBInstanceClassMemory*3/32768}', variables), 786_432);
    assert.equal(evaluateFormula('LEAST({DBInstanceClassMemory/9531392},5000)', variables), 901);
    assert.equal(evaluateFormula('GREATEST({DBInstanceClassMemory/63963136*1024},65536)', variables), 137_216);
    assert.equal(evaluateFormula('SUM({DBInstanceClassMemory/1073741824},LEAST(2,1))', variables), 9);
  });

  test('is distinguished from a plain value, and its unknown quantities are refused', () => {
    assert.deepEqual(['100', 'pg_stat_statements', '{X/2}', 'LEAST(1,2)'].map(isFormula), [false, false, true, true]);
    assert.throws(() => evaluateFormula('{Memory/2}', variables), { code: 'InvalidParameterValue' });
  });
});

describe('an instance class', () => {
  test('has the memory that AWS lists for it', () => {
    const memory = (name: string) => instanceClass(name).memoryBytes / gibibyte;
    const names = [
      'db.t4g.micro',
      'db.t3.medium',
      'db.m7g.large',
      'db.m6i.xlarge',
      'db.r6g.2xlarge',
      'db.x2g.16xlarge',
    ];
    assert.deepEqual(names.map(memory), [1, 4, 8, 16, 64, 1024]);
    assert.throws(() => memory('db.serverless'), { code: 'InvalidParameterValue' });
  });
});

describe('a page', () => {
  const all = ['e', 'a', 'd', 'b', 'c'];
  const key = (item: string) => item;

  test('goes on behind the last item, even when that item was deleted meanwhile', () => {
    const first = pageOf(all, key, {}, 2);
    assert.deepEqual(first.items, ['a', 'b']);
    const second = pageOf(['a', 'c', 'd', 'e'], key, { Marker: first.Marker }, 2);
    assert.deepEqual(second.items, ['c', 'd']);
    assert.deepEqual(pageOf(all, key, { Marker: second.Marker }, 2), { items: ['e'] });
  });

  test('refuses a marker that it did not make and a size outside 20 to 100', () => {
    assert.throws(() => pageOf(all, key, { Marker: '***' }, 2), /Invalid marker/);
    assert.throws(() => pageOf(all, key, { MaxRecords: 101 }, 2), /Must be between 20 and 100/);
  });
});

describe('filters', () => {
  test('must all match, with any of their values', () => {
    const readers = { letter: (item: string) => [item[0]], length: (item: string) => [String(item.length)] };
    const items = ['ab', 'abc', 'bcd'];
    const find = (...filters: { Name: string; Values: string[] }[]) => filtered(items, filters, readers);
    assert.deepEqual(find({ Name: 'letter', Values: ['A', 'x'] }), ['ab', 'abc']);
    assert.deepEqual(find({ Name: 'letter', Values: ['a'] }, { Name: 'length', Values: ['3'] }), ['abc']);
    assert.throws(() => find({ Name: 'colour', Values: [] }), /Unrecognized filter name: colour/);
  });
});

describe('an identifier', () => {
  test('is stored in lower case and may be given as an ARN', () => {
    assert.equal(checkedIdentifier('DBSnapshotIdentifier', 'Orders-2026'), 'orders-2026');
    assert.equal(nameOf('arn:aws:rds:eu-west-1:123456789012:snapshot:rds:orders-1'), 'rds:orders-1');
    assert.equal(parseArn('orders'), undefined);
    assert.throws(() => checkedIdentifier('DBInstanceIdentifier', 'x'.repeat(64)), /not a valid identifier/);
  });

  test('of a key is completed to an ARN, and a key of another region is not found', () => {
    assert.equal(keyArn('alias/dr', 'eu-west-1', '123456789012'), 'arn:aws:kms:eu-west-1:123456789012:alias/dr');
    assert.throws(() => keyArn('arn:aws:kms:us-east-1:123456789012:key/a', 'eu-west-1', '123456789012'), {
      code: 'KMSKeyNotAccessibleFault',
    });
  });
});
