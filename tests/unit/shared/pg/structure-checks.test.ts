import assert from 'node:assert/strict';
import type pg from 'pg';
import type { SessionPool } from '../../../../shared/pg/session/session-pool.ts';
import { checkStructure } from '../../../../shared/pg/verify/structure.ts';

type Answer = (text: string) => object[];

/** A session that keeps what it was asked. */
function session(answer: Answer) {
  const said: string[] = [];
  const client = {
    async query(text: string) {
      said.push(text);
      // Several statements in one transaction have a result each.
      if (text.startsWith('begin ')) return text.split(';\n').map((one) => ({ rows: answer(one) }));
      return { rows: answer(text) };
    },
  } as unknown as pg.Client;
  const pool: SessionPool = {
    size: 1,
    async forEach(items, work) {
      for await (const item of items) await work(client, item);
    },
  };
  return { said, client, pool };
}

const relation = (oid: string, check: string, method = check) => ({
  oid,
  object: `public.r${oid}`,
  check,
  method,
  scanned: null,
  bytes: '8192',
});
const relations = [relation('1', 'btree'), relation('2', 'gin'), relation('3', 'heap'), relation('4', 'none', 'bloom')];
const sound: Answer = (text) => {
  if (text.includes('as present')) return [{ present: true }];
  return text.includes('/* pg-gameday:structure */') && text.includes('from pg_class c') ? relations : [];
};
const check = ({ client, pool }: ReturnType<typeof session>, remaining = 60_000) =>
  checkStructure(
    client,
    pool,
    () => remaining,
    undefined,
    () => {},
  );

describe('the structure of a copy', () => {
  test('is checked whole: each entry of an index, each row of a table and what is stored out of line', async () => {
    const one = session(sound);
    const found = await check(one);
    assert.ok(found?.complete);
    const { findings, ...counts } = found.result;
    assert.deepEqual(counts, { btrees: 1, gins: 1, heaps: 1, scanned: 0 });
    const asked = one.said.join('\n');
    assert.match(asked, /gameday\.check_btree\(1::oid::regclass, true\)/, 'every row has its entry');
    assert.match(asked, /gameday\.check_gin\(2::oid::regclass\)/);
    assert.match(asked, /gameday\.check_heap\(3::oid::regclass, .*check_toast => true\)/);
    assert.deepEqual(
      findings.map(({ object, status }) => [object, status]),
      [['public.r4', 'gap']],
    );
  });

  test('is asked with a deadline for each check', async () => {
    const one = session(sound);
    await check(one, 4000);
    const asked = one.said.findIndex((text) => text.includes('check_btree(1'));
    assert.match(one.said[asked - 1] ?? '', /^set statement_timeout = [1-4]\d{3}$/);
  });

  test('that is damaged fails by the name of the relation, with its place', async () => {
    const one = session((text) =>
      text.includes('check_heap(3') ? [{ place: 'block 7, item 2', msg: 'toast value 5 is missing' }] : sound(text),
    );
    const found = await check(one);
    assert.ok(found?.complete);
    assert.deepEqual(
      found.result.findings.filter(({ status }) => status === 'failed'),
      [{ object: 'public.r3', status: 'failed', problem: 'block 7, item 2: toast value 5 is missing' }],
    );
  });

  test('is not known where the bootstrap is missing', async () => {
    assert.equal(await check(session(() => [{ present: false }])), undefined);
  });
});
