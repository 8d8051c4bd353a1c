import assert from 'node:assert/strict';
import pg from 'pg';
import { type BackupFixture, type BackupRun, openBackupFixture, policyOf } from '../../support/sandbox/backup.ts';
import { insideBracket } from '../../support/sandbox/bracket.ts';

const policy = policyOf('own');

/** Rows that one run inserts inside its bracket: the most that the tests have. */
const bulkRows = 100_000;

const TABLES = `
create table savepoints (id integer primary key, v text);
insert into savepoints select n, 'old' from generate_series(1, 100) n;
create table parents (id integer primary key, v text);
insert into parents select n, 'old' from generate_series(1, 10) n;
create table children (id integer primary key, parent integer references parents);
create table prepared (id integer primary key, v text);
insert into prepared select n, 'old' from generate_series(1, 10) n;
create table written_for_long (id integer primary key, v text);
create table bulk (id integer primary key, v text);
create table copied (id integer);
create table frozen (id integer primary key, v text);
insert into frozen select n, 'old' from generate_series(1, 100) n;
create table hot (id integer primary key, v integer) with (fillfactor = 50);
insert into hot select n, 0 from generate_series(1, 20) n;
create table hottest (id integer primary key, v integer);
insert into hottest values (1, 0);
create table same_key (id integer primary key, v text);
insert into same_key select n, 'old' from generate_series(1, 50) n;
create table aborted (id integer primary key);
create table shrinking (id integer primary key, v text);
insert into shrinking select n, repeat('x', 500) from generate_series(1, 1000) n;
create table quiet (id integer primary key, v text);
insert into quiet select n, 'old' from generate_series(1, 80000) n;
create sequence drawn;
select lo_from_bytea(4711, 'before');`;

describe('backup-and-verify while the database is written to', () => {
  let fixture: BackupFixture;
  let run: BackupRun;
  const open: pg.Client[] = [];

  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      parameters: { max_prepared_transactions: '10' },
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query(TABLES);
        await client.query('vacuum analyze');
        await client.end();
      },
    });
    run = await runOnBusyDatabase();
  });
  afterAll(async () => {
    await Promise.all(open.map((client) => client.end()));
    await fixture.close();
  });

  test('every table is proven, whatever was open, committed or rolled back around the snapshot', () => {
    const tables = run.evidence.tables.map(({ table, status, reason }) => `${table} ${status} ${reason ?? ''}`.trim());
    assert.deepEqual(
      tables.filter((line) => !line.endsWith(' proven')),
      [],
    );
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.ok(['exact', 'bounded'].includes(run.evidence.verdict));
  });

  test('the evidence has every table', async () => {
    const names = run.evidence.tables.map(({ table }) => table).sort();
    const made = [...TABLES.matchAll(/create table (\w+)/g)].map(([, name]) => `public.${name}`);
    assert.deepEqual(names, [...made, 'pg_catalog.pg_largeobject'].sort());
  });

  test('rows that came inside the bracket are matched one by one', () => {
    assert.equal(tableOf('public.bulk').matchedRows, bulkRows);
    assert.equal(tableOf('public.copied').matchedRows, 20_000);
    assert.ok(tableOf('public.savepoints').matchedRows > 0);
  });

  test('a row that is rewritten a thousand times inside the bracket is one unverifiable row at most', () => {
    assert.ok(tableOf('public.hottest').unverifiableRows <= 1);
    assert.equal(tableOf('public.hottest').rows, '1');
  });

  test('nothing is unverifiable in tables that nobody wrote to', () => {
    assert.equal(tableOf('public.quiet').unverifiableRows, 0);
    assert.equal(tableOf('public.quiet').rows, '80000');
  });

  test('the Lambda that compares the rows needs less than 256 MB', () => {
    const reports = fixture.lines.filter(
      ({ functionName, message }) => functionName.includes('-verifyTables[') && message.startsWith('REPORT'),
    );
    assert.equal(reports.length, 1);
    const [, size, used] = /Memory Size: (\d+) MB\tMax Memory Used: (\d+) MB/.exec(reports[0]?.message ?? '') ?? [];
    assert.equal(size, '1024');
    assert.ok(Number(used) < 256, `${used} MB`);
  });

  function tableOf(name: string) {
    const table = run.evidence.tables.find((verdict) => verdict.table === name);
    assert.ok(table, `table '${name}' is not in the evidence`);
    return table;
  }

  async function session(): Promise<pg.Client> {
    const client = new pg.Client(fixture.source.master);
    await client.connect();
    open.push(client);
    return client;
  }

  /** One run, with work of every kind before S1, between S1 and the instant, and between the instant and S2. */
  async function runOnBusyDatabase(): Promise<BackupRun> {
    const [early, late, never, locker, updater, plain, long] = await Promise.all(Array.from({ length: 7 }, session));
    assert.ok(early && late && never && locker && updater && plain && long);
    await plain.query('set synchronous_commit = off');
    // Open at S1, with subtransactions of every fate.
    for (const [client, base] of [
      [early, 1000],
      [late, 2000],
      [never, 3000],
    ] as const) {
      await client.query(`begin; insert into savepoints values (${base}, 'top');
        savepoint a; insert into savepoints values (${base + 1}, 'released'); update savepoints set v = 'of ${base}' where id = ${base / 100};
        savepoint b; insert into savepoints values (${base + 2}, 'rolled back'); rollback to b; release a; savepoint c; delete from savepoints where id = ${base / 100 + 1}`);
    }
    await plain.query(
      "begin; insert into prepared values (100, 'early'); delete from prepared where id = 1; prepare transaction 'early'",
    );
    await plain.query(
      "begin; insert into prepared values (101, 'late'); delete from prepared where id = 2; prepare transaction 'late'",
    );
    await long.query("begin; insert into written_for_long values (1, 'before S1')");

    const result = await fixture.run({
      hook: insideBracket({
        before: async () => {
          await early.query('commit');
          await plain.query("commit prepared 'early'");
          await plain.query("begin; insert into prepared values (102, 'inside'); prepare transaction 'inside'");
          await long.query("insert into written_for_long values (2, 'before the instant')");
          await changes(plain, locker, updater, 0);
          await plain.query(`insert into bulk select n, 'row ' || n from generate_series(1, ${bulkRows}) n`);
          await fixture.asSuperuser(policy.instance, (client) =>
            client.query("copy public.copied from program 'seq 1 20000'"),
          );
          await plain.query("update frozen set v = 'new' where id % 2 = 0");
          await plain.query('vacuum (freeze) frozen');
        },
        after: async () => {
          await late.query('commit');
          await plain.query("commit prepared 'late'");
          await long.query("insert into written_for_long values (3, 'after the instant')");
          await changes(plain, locker, updater, 1);
          await plain.query("update frozen set v = 'newer' where id % 3 = 0");
          await plain.query('vacuum (freeze) frozen');
        },
      }),
    });
    await never.query('rollback');
    await long.query('commit');
    await plain.query("rollback prepared 'inside'");
    return result;
  }

  /** The same work on other rows: `round` 0 is before the instant, 1 behind it. */
  async function changes(plain: pg.Client, locker: pg.Client, updater: pg.Client, round: number): Promise<void> {
    const row = 1 + round * 5;
    await plain.query(`do $$ begin for n in 1..100 loop
      begin insert into savepoints values (${10_000 + round * 1000} + n, 'block'); if n % 3 = 0 then raise 'no'; end if;
      exception when raise_exception then null; end; end loop; end $$`);
    // Two lockers make a multixact; a lock that outlives an update of the row makes one with an updater in it.
    await locker.query(
      `begin; insert into children values (${round * 10 + 1}, ${row}); select from parents where id in (${row + 1}, ${row + 2}) for key share`,
    );
    await updater.query(
      `begin; insert into children values (${round * 10 + 2}, ${row}); select from parents where id = ${row + 1} for key share; update parents set v = 'new ${round}' where id = ${row + 2}`,
    );
    await Promise.all([locker.query('commit'), updater.query('commit')]);
    await plain.query(
      `delete from parents where id = ${row + 1}; update parents set v = 'newer' where id = ${row}; delete from children where id = ${round * 10 + 1}`,
    );
    await plain.query('update hot set v = v + 1');
    await plain.query('do $$ begin for n in 1..500 loop update hottest set v = v + 1; commit; end loop; end $$');
    await plain.query(
      `begin; delete from same_key where id between ${row} and ${row + 20}; insert into same_key select n, 'again' from generate_series(${row}, ${row + 20}) n; commit`,
    );
    await plain.query(
      `begin; insert into aborted select generate_series(1, 1000); update savepoints set v = 'undone' where id between 50 and 90; rollback`,
    );
    await plain.query(`delete from shrinking where id > ${700 - round * 300}`);
    await plain.query("select nextval('drawn') from generate_series(1, 100)");
    await plain.query(`select lo_put(4711, ${round * 3}, 'new'), lo_from_bytea(0, 'made inside the bracket')`);
  }
});
