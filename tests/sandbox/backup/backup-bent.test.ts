import assert from 'node:assert/strict';
import pg from 'pg';
import { type BackupFixture, openBackupFixture, policyOf } from '../../support/sandbox/backup.ts';

/** Settings of a team's own, none of them wrong. */
const settings = [
  'quote_all_identifiers = on',
  'default_transaction_read_only = on',
  "idle_session_timeout = '2s'",
  "idle_in_transaction_session_timeout = '2s'",
  "statement_timeout = '5s'",
  "lock_timeout = '1s'",
  "default_transaction_isolation = 'serializable'",
  "datestyle = 'German, DMY'",
];

describe('backup-and-verify of a database that sets much for its sessions', () => {
  let fixture: BackupFixture;
  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query('create table t (id int primary key); insert into t select generate_series(1, 10000)');
        await client.end();
      },
    });
    const { instance, database } = policyOf('own');
    await fixture.asSuperuser(instance, async (client) => {
      // An audit of logins, as PostgreSQL's manual shows it.
      await client.query(`create table user_login_log (who text, at timestamptz default now());
create function audit_login() returns event_trigger language plpgsql security definer set search_path = public
set default_transaction_read_only = off as $$ begin
  if pg_is_in_recovery() then return; end if;
  insert into user_login_log (who) values (session_user); end $$;
create event trigger on_login on login execute function audit_login()`);
      for (const setting of settings) await client.query(`alter database ${database} set ${setting}`);
    });
  });
  afterAll(() => fixture.close());

  test('is proven, and what its trigger on login wrote into the copy is named with the remedy', async () => {
    const run = await fixture.run();
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.equal(run.evidence.verdict, 'bounded', run.evidence.summary);
    const tables = new Map(run.evidence.tables.map((table) => [table.table, table]));
    assert.deepEqual([...tables.keys()].sort(), ['public.t', 'public.user_login_log']);
    assert.equal(tables.get('public.t')?.rows, '10000');
    const log = tables.get('public.user_login_log');
    assert.deepEqual([log?.status, tables.get('public.t')?.unverifiableRows], ['proven', 0]);
    assert.ok(Number(log?.unverifiableRows) > 0);
    assert.match(log?.reason ?? '', /^event trigger on_login writes at our own logins to the copy: let its function/);
  });
});
