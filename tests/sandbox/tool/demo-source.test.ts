import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkSource, readSourceUrl } from '../../../sandbox/demo/source-url.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

describe('a source of --from is reached as psql reaches it', () => {
  let server: RdsLikeServer;
  let place: string;
  const environment = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  beforeAll(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'demo-source-'));
    server = await startRdsLikeServer({ forceTls: true });
    await server.asSuperuser((client) => client.query('create database "a b/c?" owner postgres'));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(place, { recursive: true });
  });
  const at = () => `127.0.0.1:${server.master.port}`;
  const password = () => encodeURIComponent(String(server.master.password));
  const url = (rest = '', database = 'app') => `postgres://postgres:${password()}@${at()}/${database}${rest}`;
  const check = (from: string, more: NodeJS.ProcessEnv = {}) =>
    checkSource(readSourceUrl(from, { ...environment, ...more }));

  test('one that takes TLS only, with every mode that does not ask who it is', async () => {
    for (const mode of ['', '?sslmode=allow', '?sslmode=prefer', '?sslmode=require', '?ssl=true'])
      assert.equal(await check(url(mode)), 18, mode);
    await assert.rejects(check(url('?sslmode=disable')), /does not answer: .*no encryption/);
    assert.equal(await check(url(), { PGSSLMODE: 'require' }), 18);
  });

  test('one whose authority is known, or is not', async () => {
    const ca = encodeURIComponent(server.certificateAuthorityPath);
    await assert.rejects(check(url('?sslmode=verify-ca')), /root certificate file .* does not exist/);
    assert.equal(await check(url(`?sslmode=verify-ca&sslrootcert=${ca}`)), 18);
    await writeFile(path.join(place, 'other.pem'), otherAuthority);
    const other = encodeURIComponent(path.join(place, 'other.pem'));
    await assert.rejects(
      check(url(`?sslmode=verify-full&sslrootcert=${other}`)),
      /does not answer: .*(certificate|SSL)/,
    );
  });

  test('by a list of hosts, key=value, a service, a name with odd characters', async () => {
    assert.equal(await check(`postgres://postgres:${password()}@127.0.0.1:1,${at()}/app`), 18);
    assert.equal(await check(url('', encodeURIComponent('a b/c?'))), 18);
    const quoted = String(server.master.password).replaceAll("'", "\\'");
    assert.equal(
      await check(`host=127.0.0.1 port=${server.master.port} user=postgres password='${quoted}' dbname=app`),
      18,
    );
    const file = path.join(place, 'services.conf');
    await writeFile(
      file,
      `[mine]\nhost=127.0.0.1\nport=${server.master.port}\nuser=postgres\npassword=${server.master.password}\ndbname=app\n`,
    );
    for (const from of ['service=mine', 'postgres://?service=mine'])
      assert.equal(await check(from, { PGSERVICEFILE: file }), 18);
    assert.equal(await check('dbname=app', { PGSERVICEFILE: file, PGSERVICE: 'mine' }), 18);
    await assert.rejects(check('service=other', { PGSERVICEFILE: file }), /definition of service "other" not found/);
  });

  test('by its socket, at which this server lets nobody in', async () => {
    const socket = `?host=${encodeURIComponent(server.socketDirectory)}&port=${server.master.port}`;
    await assert.rejects(
      check(`postgres://postgres:${password()}@/app${socket}`),
      /connection to server on socket ".*app\/\.s\.PGSQL\.\d+" failed: FATAL: +pg_hba\.conf rejects connection for host "\[local\]"/,
    );
  });

  test('a wrong password is reported, and not shown', async () => {
    const wrong = 'Hidden7';
    for (const from of [
      `postgres://postgres:${wrong}@${at()}/app`,
      `postgres://postgres@${at()}/app?password=${wrong}`,
    ]) {
      await assert.rejects(check(from), (error: Error) => {
        assert.match(error.message, /password authentication failed for user "postgres"/);
        assert.ok(!error.message.includes(wrong), error.message);
        return true;
      });
    }
  });
});

/** Of nobody's servers, and long over. */
const otherAuthority = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n';
