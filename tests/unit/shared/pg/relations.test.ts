import assert from 'node:assert/strict';
import type pg from 'pg';
import type { AttachedCode } from '../../../../shared/pg/foreign-code/read-foreign-code.ts';
import { heartbeatTable, parseRelations } from '../../../../shared/pg/witness/relations.ts';
import { parseSchemaObjects } from '../../../../shared/pg/witness/schema-objects.ts';
import { chunksOf, noting, rewritten, type ScanNotes } from '../../../../shared/pg/witness/table-scan.ts';

const column = {
  number: 1,
  name: 'id',
  notNull: true,
  domain: false,
  type: 'pg_catalog.int4',
  oid: 23,
  isEnum: false,
  unsendable: false,
  send: 'int4send',
};
const row = {
  oid: '16400',
  table: 'public.games',
  relkind: 'r',
  relpersistence: 'p',
  amname: 'heap',
  filenode: '16400',
  bytes: '8192',
  estimatedRows: '120',
  oldestMultixact: '1',
  columns: [column],
  is18: true,
  readable: true,
  filtered: false,
  protected: false,
  generated: false,
};
const gapOf = (change: object) => parseRelations([{ ...row, ...change }], 'gameday')[0]?.gap;

describe('a relation', () => {
  test('of the ordinary kind has no gap and is hashed column by column', () => {
    assert.deepEqual(parseRelations([row], 'gameday'), [
      {
        oid: 16400,
        table: 'public.games',
        kind: 'table',
        method: 'columns 18',
        columns: [{ number: 1, name: 'id', notNull: true, by: 'int4' }],
        filenode: 16400,
        bytes: 8192,
        estimatedRows: '120',
        oldestMultixact: '1',
      },
    ]);
  });

  test('that no physical backup can prove says why', () => {
    assert.match(gapOf({ relkind: 'f' }) ?? '', /foreign table/);
    assert.match(gapOf({ relpersistence: 'u' }) ?? '', /unlogged/);
    assert.match(gapOf({ amname: 'columnar' }) ?? '', /access method 'columnar'/);
    assert.match(gapOf({ filtered: true }) ?? '', /row-level security/);
    assert.match(gapOf({ table: 'pg_catalog.pg_largeobject', readable: false }) ?? '', /large objects/);
  });

  test('with foreign code is read by COPY, or has a gap where COPY is a query, leaves columns out or runs it, too', () => {
    const code = { object: 'index app.t_idx', runs: 'function app.f()', owner: 'app_owner', comparing: false };
    const planned = new Map<number, AttachedCode>([[16400, { tags: ['i1'], planned: [code], written: [] }]]);
    const read = (change: object, found: ReadonlyMap<number, AttachedCode> = planned) =>
      parseRelations([{ ...row, ...change }], 'gameday', found)[0];
    assert.deepEqual([read({})?.gap, read({})?.attached], [undefined, ['i1']]);
    assert.match(read({})?.code ?? '', /^a query would run, as our role, index app\.t_idx with function app\.f\(\) of/);
    assert.match(read({ protected: true })?.gap ?? '', /^has foreign code, .*row-level security COPY is a query/);
    assert.match(read({ generated: true })?.gap ?? '', /^has foreign code, .*COPY leaves generated columns out/);
    const written = new Map<number, AttachedCode>([[16400, { tags: [], planned: [], written: [code] }]]);
    assert.match(read({}, written)?.gap ?? '', /^has foreign code/);
    assert.match(read({ filtered: true, protected: true })?.gap ?? '', /^has row-level security that hides rows/);
  });

  test('of which no backup holds a row has none', () => {
    for (const change of [{ relkind: 'f' }, { relpersistence: 'u' }]) {
      const [relation] = parseRelations([{ ...row, ...change }], 'gameday');
      assert.deepEqual([relation?.estimatedRows, relation?.bytes], ['0', 0]);
    }
    const [hidden] = parseRelations([{ ...row, filtered: true }], 'gameday');
    assert.deepEqual([hidden?.estimatedRows, hidden?.bytes], ['120', 8192]);
  });

  test('of our own bookkeeping is left out', () => {
    assert.deepEqual(parseRelations([{ ...row, table: heartbeatTable, readable: false }], 'gameday'), []);
  });

  test('that the role may not read stops the run, and ten of them are named', () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({ ...row, table: `public.t${index}`, readable: false }));
    assert.throws(() => parseRelations(rows, 'gameday'), {
      name: 'MissingPrivilegeError',
      message: /^role 'gameday' may not read 'public\.t0', .*'public\.t9' and 2 more\nHINT: Grant pg_read_all_data/,
    });
  });
});

describe('a table that is read between S1 and S2', () => {
  const [relation] = parseRelations([row], 'gameday');
  assert.ok(relation);
  const failing = async (code: string, filenode: string | null = '16400', names: readonly string[] = []) => {
    const notes: ScanNotes = { gaps: new Map(), damage: new Map() };
    const locked = new Set<number>();
    const client = {
      query: async (sql: string) => ({
        rows: sql.includes('as name') ? names.map((name) => ({ name })) : [{ filenode }],
      }),
    } as unknown as pg.Client;
    await noting(relation, { notes, locked, client }, () =>
      Promise.reject(Object.assign(new Error('reported by the server'), { code })),
    );
    return {
      gap: notes.gaps.get(relation.oid),
      damage: notes.damage.get(relation.oid),
      isLocked: locked.has(relation.oid),
    };
  };

  test('and is locked is left for later, with no gap yet', async () => {
    for (const code of ['55P03', '40P01'])
      assert.deepEqual(await failing(code), { gap: undefined, damage: undefined, isLocked: true });
  });

  test('and fails as a damaged one does, but was dropped or rewritten in this moment, is a gap', async () => {
    assert.match((await failing('XX000', null)).gap ?? '', /was dropped/);
    assert.match((await failing('58P01', '17000')).gap ?? '', /was rewritten/);
  });

  test('and was dropped or is too large becomes a gap', async () => {
    assert.match((await failing('42P01')).gap ?? '', /dropped/);
    assert.match((await failing('42P01', '16400', ['public.b'])).gap ?? '', /^was renamed to 'public\.b'/);
    assert.match((await failing('54000')).gap ?? '', /too large/);
    assert.match((await failing('22021')).gap ?? '', /cannot be read: reported by the server/);
  });

  test('and cannot be read from its storage is damaged, not a gap', async () => {
    for (const code of ['XX001', 'XX002', '58030']) {
      assert.deepEqual(await failing(code), { gap: undefined, damage: 'reported by the server', isLocked: false });
    }
  });

  test('over a connection that breaks, or with a time-out, throws', async () => {
    for (const code of ['08006', '57014', '57P01', '53300', 'ECONNRESET']) await assert.rejects(failing(code));
  });

  test('and has another file is noted as rewritten', () => {
    const notes: ScanNotes = { gaps: new Map(), damage: new Map() };
    assert.equal(rewritten(relation, { filenode: '16400' }, notes), false);
    assert.equal(rewritten(relation, { filenode: '16999' }, notes), true);
    assert.match(notes.gaps.get(relation.oid) ?? '', /rewritten/);
    assert.equal(rewritten(relation, undefined, notes), true);
    assert.match(notes.gaps.get(relation.oid) ?? '', /dropped/);
  });

  test('is read in chunks that bear their number', () => {
    const chunks = [...chunksOf([{ ...relation, bytes: 3 * 128 * 1024 * 1024 }])];
    assert.deepEqual(
      chunks.map(({ index, range }) => [index, range.firstBlock, range.endBlock]),
      [
        [0, 0, 16384],
        [1, 16384, 32768],
        [2, 32768, null],
      ],
    );
  });
});

test('two objects of one identity are both kept, in whatever order they are reported', () => {
  const rows = [
    { identity: 'rule a', definition: '2', version: '17/900' },
    { identity: 'rule a', definition: '1', version: '18/901' },
    { identity: 'table b', definition: '3', version: '19/902' },
  ];
  assert.deepEqual(parseSchemaObjects(rows), { 'rule a': '1,2 18/901,17/900', 'table b': '3 19/902' });
});
