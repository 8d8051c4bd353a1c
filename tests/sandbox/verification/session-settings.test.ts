import assert from 'node:assert/strict';
import type pg from 'pg';
import { type ConnectionTarget, connect } from '../../../shared/pg/session/connect.ts';
import { startHeart } from '../../../shared/pg/witness/heartbeat.ts';
import { readRelations } from '../../../shared/pg/witness/relations.ts';
import { readSchemaObjects } from '../../../shared/pg/witness/schema-objects.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: BootstrappedServer;
let target: ConnectionTarget;

beforeAll(async () => {
  server =
    await startBootstrappedServer(`create table prices (id int primary key, price money, day date default '2026-02-03');
insert into prices values (1, 1234.5), (2, -1);
create view odd as select 1.5::float8 / 3 as third, interval '1 day 02:03' as pause, '\\x00ff'::bytea as bytes`);
  target = server.target;
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a team may set for its database or for a role, and what would bend a reading of ours. */
const bent: Readonly<Record<string, string>> = {
  quote_all_identifiers: 'on',
  default_transaction_read_only: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  idle_session_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  // Shorter ones end the login itself.
  transaction_timeout: '2s',
  statement_timeout: '1ms',
  lock_timeout: '1ms',
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Pacific/Chatham',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  xmlbinary: 'hex',
  xmloption: 'document',
  lc_monetary: 'C.UTF-8',
  lc_numeric: 'C.UTF-8',
  lc_time: 'C.UTF-8',
  search_path: 'shadow',
  row_security: 'off',
  standard_conforming_strings: 'off',
  backslash_quote: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  enable_tidscan: 'off',
  client_encoding: 'LATIN1',
  jit: 'on',
  role: 'pg_monitor',
  restrict_nonsystem_relation_kind: 'view',
};

describe('a session of ours', () => {
  const seen = async (readOnly: boolean) => {
    const client = await connect(target, { purpose: 'test', readOnly });
    try {
      const { rows } = await client.query<{ name: string; setting: string }>(
        'select name, setting from pg_settings where lower(name) = any ($1) order by 1',
        [Object.keys(bent)],
      );
      const { rows: who } = await client.query<{ me: string }>('select current_user as me');
      return { settings: rows, me: who[0]?.me };
    } finally {
      await client.end();
    }
  };
  const readings = async () => {
    const client = await connect(target, { purpose: 'test', readOnly: true });
    try {
      const relations = await readRelations(client, undefined, 'gameday');
      const objects = await readSchemaObjects(client, undefined, 0);
      const { rows } = await client.query(
        'select (p.*)::text as row from public.prices p union all select odd::text from public.odd',
      );
      const untouched = Object.entries(objects).filter(([identity]) => !/^(setting|database) /.test(identity));
      return { tables: relations.map(({ table, columns }) => [table, columns]), objects: untouched, rows };
    } finally {
      await client.end();
    }
  };

  // In a database that none of this is about: the settings hold for the superuser, too.
  const elsewhere = (work: (client: pg.Client) => Promise<unknown>) => server.asSuperuser(work, 'postgres');
  afterEach(() =>
    elsewhere((client) =>
      client.query(
        'alter role gameday reset all; alter database app reset all; alter role gameday in database app reset all',
      ),
    ),
  );

  for (const place of ['database app', 'role gameday', 'role gameday in database app']) {
    test(`is the same whatever ${place} sets`, async () => {
      const [before, reading] = [await seen(true), await readings()];
      await elsewhere(async (client) => {
        for (const [name, value] of Object.entries(bent)) {
          if (await isKnown(client, name)) await client.query(`alter ${place} set ${name} = '${value}'`);
        }
      });
      assert.deepEqual(await seen(true), before);
      assert.deepEqual(await readings(), reading);
      // The heart writes, and rests longer than any of those time-outs between two beats.
      const heart = await startHeart(target, { run: 'settings', goesOn: false }, 50);
      try {
        const first = await heart.beat();
        await waitUntil('another beat is made', () => heart.beats.length > 2);
        assert.ok(BigInt((await heart.beat()).beat) > BigInt(first.beat));
      } finally {
        await heart.stop();
      }
    });
  }

  test('that only reads cannot write, and one that writes can, though a trigger on login writes', async () => {
    await server.asSuperuser((client) =>
      client.query(`create table public.user_login_log (who text, at timestamptz default now());
create function public.audit_login() returns event_trigger language plpgsql security definer set search_path = public as $$ begin
  if pg_is_in_recovery() then return; end if;
  insert into user_login_log (who) values (session_user); end $$;
create event trigger on_login on login execute function public.audit_login()`),
    );
    try {
      const client = await connect(target, { purpose: 'test', readOnly: true });
      await assert.rejects(client.query('update gameday.heartbeat set beat = 0'), { code: '25006' });
      await client.end();
      const { rows } = await server.asSuperuser((superuser) =>
        superuser.query<{ n: number }>("select count(*)::int as n from user_login_log where who = 'gameday'"),
      );
      assert.ok(Number(rows[0]?.n) > 0);
    } finally {
      await server.asSuperuser((client) =>
        client.query(
          'drop event trigger on_login; drop function public.audit_login(); drop table public.user_login_log',
        ),
      );
    }
  });

  test('that a trigger on login refuses is reported with that reason, not as a server that does not answer', async () => {
    await server.asSuperuser((client) =>
      client.query(`create function public.guard() returns event_trigger language plpgsql as $$ begin
  if session_user = 'gameday' then raise exception 'only from the office'; end if; end $$;
create event trigger guard on login execute function public.guard()`),
    );
    try {
      await assert.rejects(connect(target, { purpose: 'test' }), {
        name: 'LoginRefusedError',
        message: /refuses the login of 'gameday' to 'app': only from the office\nHINT: Does an event trigger on login/,
      });
    } finally {
      await server.asSuperuser((client) => client.query('drop event trigger guard; drop function public.guard()'));
    }
  });
});

async function isKnown(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query('select from pg_settings where lower(name) = $1', [name]);
  // `role` is not among them.
  return rows.length > 0 || name === 'role';
}
