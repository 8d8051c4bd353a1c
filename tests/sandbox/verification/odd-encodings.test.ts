import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { withConnection } from '../../../shared/pg/session/connect.ts';
import { readRelations } from '../../../shared/pg/witness/relations.ts';
import { sumSql } from '../../../shared/pg/witness/row-hash.ts';
import { readSchemaObjects } from '../../../shared/pg/witness/schema-objects.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

let server: RdsLikeServer;
beforeAll(async () => {
  server = await startRdsLikeServer();
  process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
});
afterAll(async () => {
  delete process.env['PGSSLROOTCERT'];
  await server[Symbol.asyncDispose]();
});

/** Names are made from bytes by the server itself, as a client of that encoding would have sent them. */
const namedBy = (statement: string, hex: string) =>
  `do $$ begin execute format('${statement}', encode_name('\\x${hex}')); end $$`;

async function made(encoding: string, work: (client: pg.Client) => Promise<void>) {
  const database = encoding.toLowerCase();
  await server.asSuperuser((client) =>
    client.query(
      `create database ${database} template template0 encoding '${encoding}' locale_provider 'libc' locale 'C' owner postgres`,
    ),
  );
  await server.asSuperuser(work, database);
  const master = await server.connect({ database });
  await applyBootstrap(master, bootstrapSql({ role: 'gameday', database }));
  await master.query("alter role gameday password 'a-password'");
  const { host, port } = server.master;
  const target = { host: String(host), port: Number(port), database, user: 'gameday', password: 'a-password' };
  return withConnection(target, { purpose: 'test', readOnly: true }, async (client) => {
    const relations = await readRelations(client, undefined, 'gameday');
    const objects = await readSchemaObjects(client, undefined, 0);
    const rows = new Map<string, string>();
    for (const relation of relations.filter(({ gap }) => gap === undefined)) {
      const sum = await client.query<{ rows: string }>(sumSql(relation, { firstBlock: 0, endBlock: null }));
      rows.set(relation.table, sum.rows[0]?.rows ?? '');
    }
    return { gaps: new Map(relations.map(({ table, gap }) => [table, gap])), objects, rows };
  });
}

describe('a database in another encoding than UTF-8', () => {
  test('of names and rows that UTF-8 has is read whole', async () => {
    const { gaps, rows, objects } = await made('LATIN1', async (client) => {
      await client.query('create table "größe" ("maß" text); insert into "größe" values (\'ä\'), (\'ß\')');
    });
    assert.deepEqual([...gaps], [['public."größe"', undefined]]);
    assert.deepEqual([...rows], [['public."größe"', '2']]);
    assert.deepEqual(
      Object.entries(objects).filter(([, text]) => text.startsWith('?')),
      [],
    );
  });

  test('without any rule names what no UTF-8 can report, and reads all others', async () => {
    const { gaps, rows } = await made('SQL_ASCII', async (client) => {
      await client.query(`create function encode_name(bytes bytea) returns text language sql as
$f$ select convert_from(bytes, 'SQL_ASCII') $f$;
create table plain (id int, v text); insert into plain select g, encode_name('\\xe4ff') from generate_series(1, 3) g`);
      await client.query(namedBy('create table %I (id int)', 'e4ff'));
      await client.query(namedBy('create table "odd column" (%I int)', 'fe'));
    });
    assert.deepEqual([...rows], [['public.plain', '3']]);
    assert.equal(gaps.size, 3);
    for (const [table, gap] of gaps) {
      if (table !== 'public.plain')
        assert.match(gap ?? '', /^has a name, or a part with one, that UTF-8 cannot report/);
    }
  });

  test('with a byte that has no meaning in UTF-8 names the object by its number, and reads all others', async () => {
    // 0x81 is a character of WIN1252 that UTF-8 lacks: a query that shows it fails as a whole.
    const { gaps, rows, objects } = await made('WIN1252', async (client) => {
      await client.query(`create function encode_name(bytes bytea) returns text language sql as
$f$ select convert_from(bytes, 'WIN1252') $f$;
create table plain (id int); insert into plain values (1)`);
      await client.query(namedBy('create table %I (id int)', '6181'));
    });
    assert.deepEqual([...rows], [['public.plain', '1']]);
    const other = [...gaps].filter(([table]) => table !== 'public.plain');
    assert.equal(other.length, 1);
    assert.match(other[0]?.[0] ?? '', /^number \d+$/);
    assert.match(other[0]?.[1] ?? '', /; rename it: character with byte sequence 0x81/);
    assert.match(objects['relation public.plain'] ?? '', /^[0-9a-f]{32} /);
  });
});
