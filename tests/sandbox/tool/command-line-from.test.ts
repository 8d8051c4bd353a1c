import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Evidence } from '../../../shared/contracts/backup-and-verify.ts';
import { startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { processesIn, runCommandLine } from '../../support/sandbox/process.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'command-line-from-'));
  // Servers run as another user when the tests run as root.
  chmodSync(place, 0o755);
});
afterAll(async () => {
  assert.deepEqual(processesIn(place), [], 'a process is left');
  await rm(place, { recursive: true, force: true });
});

test('--from is not green over rows that did not arrive: they are named everywhere, and it ends with 2', async () => {
  await using server = await startRdsLikeServer();
  const client = await server.connect();
  await client.query(`create table ref (id int primary key); insert into ref values (1);
create function ok(int) returns bool language sql as 'select exists (select from ref where id = $1)';
create table orders (a int check (ok(a))); insert into orders select 1 from generate_series(1, 1000);
delete from ref; insert into ref values (2)`);
  const url = new URL(`postgres://${server.master.host}:${server.master.port}/app`);
  url.username = String(server.master.user);
  url.password = encodeURIComponent(String(server.master.password));
  const reports = path.join(place, 'reports-lost');
  const { code, stdout, stderr } = await runCommandLine([
    ...['run', '--from', url.href, '--speed', '1000', '--reports', reports],
    ...['--data', path.join(place, 'lost')],
  ]);
  assert.equal(code, 2, `${stdout}${stderr}`);
  const lost = '1000 of 1001 rows (1 table), 1 statement of your database did not arrive here';
  assert.ok(stdout.includes(`BUT ${lost}`), stdout);
  assert.match(stdout, /^ {2}public\.orders: arrived with 0 rows of 1000$/m);
  assert.ok(stdout.includes(`Verdict    NOT PROVEN, failed: ${lost}; of what arrived: exact, 1 of 1 rows`), stdout);
  const [directory = ''] = readdirSync(reports);
  const read = (file: string) => readFileSync(path.join(reports, directory, file), 'utf8');
  const evidence = Evidence.parse(JSON.parse(read('evidence.json')));
  assert.equal(evidence.verdict, 'failed');
  assert.equal(evidence.loading?.[0]?.object, 'public.orders');
  assert.match(read('report.html'), /<strong>failed<\/strong>.*1000 of 1001 rows.*<code>public\.orders<\/code>/s);
  assert.match(read('report.html'), /<title>own: failed<\/title>/);
});
