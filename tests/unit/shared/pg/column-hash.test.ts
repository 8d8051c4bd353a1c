import assert from 'node:assert/strict';
import type { HashedColumn } from '../../../../shared/contracts/witness.ts';
import { rowHashSql } from '../../../../shared/pg/witness/column-hash.ts';
import { type ColumnFacts, hashedColumn, sameColumns } from '../../../../shared/pg/witness/columns.ts';

const facts: ColumnFacts = {
  number: 3,
  name: 'v',
  notNull: false,
  domain: false,
  type: 'pg_catalog.int4',
  oid: 23,
  isEnum: false,
  unsendable: false,
  send: 'int4send',
};
const wayOf = (change: Partial<ColumnFacts>, is18 = true) => hashedColumn({ ...facts, ...change }, is18).by;

describe('the hash of a row', () => {
  const column = (name: string, notNull: boolean): HashedColumn => ({ number: 1, name, notNull, by: 'int4' });

  test('is hashed once more when several columns make it: they could exchange their values else', () => {
    const sql = rowHashSql([column('a', false), column('b', false)], 'columns 18');
    assert.match(sql, /^hashint4extended\(0, \(coalesce\(hashint4extended\(.*# coalesce\(/);
  });

  test('rests on no NOT NULL: a chain that is null all the same gives way to the bytes of its record', () => {
    const sql = rowHashSql([column('a', true), column('b', true)], 'columns 18');
    assert.match(sql, /^coalesce\(hashint4extended\(.*hashint4extended\(.*\), .*record_send\(row\(/);
  });
});

describe('a column', () => {
  test('of a listed type is hashed by the hash of its type', () => {
    assert.equal(wayOf({}), 'int4');
    assert.equal(wayOf({ oid: 1043, send: 'varcharsend' }), 'text');
    assert.equal(wayOf({ oid: 90_001, isEnum: true, send: 'enum_send' }), 'enum');
  });

  test('of any other type is hashed by its bytes', () => {
    for (const [oid, send] of [
      [1700, 'numeric_send'],
      [701, 'float8send'],
      [1114, 'timestamp_send'],
      [1042, 'bpcharsend'],
      [90_001, 'array_send'],
    ] as const) {
      assert.equal(wayOf({ oid, send }), `send ${send}`);
    }
  });

  test('of a type from elsewhere is hashed within a record, one without bytes by its text', () => {
    assert.equal(wayOf({ oid: 90_001, send: null }), 'record');
    assert.equal(wayOf({ oid: 1033, send: null, unsendable: true }), 'output');
    assert.equal(wayOf({ oid: 1009, send: 'array_send', unsendable: true }), 'output');
  });

  test('of date or bytea has a hash of its own from PostgreSQL 18 on only', () => {
    assert.equal(wayOf({ oid: 1082, send: 'date_send' }), 'date');
    assert.equal(wayOf({ oid: 1082, send: 'date_send' }, false), 'send date_send');
    assert.equal(wayOf({ oid: 17, send: 'byteasend' }, false), 'send byteasend');
  });

  test('of a domain is hashed as the type below it', () => {
    assert.deepEqual(hashedColumn({ ...facts, domain: true }, true).base, 'pg_catalog.int4');
  });
});

describe('the columns of a copy', () => {
  const columns = [hashedColumn(facts, true), hashedColumn({ ...facts, number: 4, name: 'w' }, true)];
  const changed = (change: Partial<HashedColumn>) => columns.map((column) => ({ ...column, ...change }));

  test('are those of the witness when number, name and type are', () => {
    assert.ok(sameColumns(columns, changed({ notNull: true })));
    assert.ok(!sameColumns(columns, columns.slice(1)));
    assert.ok(!sameColumns(columns, columns.toReversed()));
    assert.ok(!sameColumns(columns, changed({ name: 'x' })));
    assert.ok(!sameColumns(columns, changed({ by: 'int8' })));
    assert.ok(!sameColumns(columns, changed({ base: 'public.made_count' })));
  });
});

describe('the SQL of a row hash', () => {
  test('quotes every name', () => {
    const sql = rowHashSql([{ number: 1, name: 'a"); drop table t; --', notNull: false, by: 'int4' }], 'columns 18');
    assert.match(sql, /gd_row\."a""\); drop table t; --"/);
  });

  test('gives each column a seed of its own', () => {
    const sql = rowHashSql(
      Array.from({ length: 1600 }, (_, index) => ({
        number: index + 1,
        name: `c${index + 1}`,
        notNull: false,
        by: 'int4' as const,
      })),
      'columns 18',
    );
    assert.equal(new Set(sql.match(/'-?\d+'::int8/g)).size, 1600);
  });

  test('is a number for a table without columns', () => {
    assert.equal(rowHashSql([], 'columns 18'), '0::int8');
  });
});
