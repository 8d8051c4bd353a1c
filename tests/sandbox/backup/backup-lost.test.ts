import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { type BackupFixture, type BackupRun, openBackupFixture } from '../../support/sandbox/backup.ts';
import { insideBracket } from '../../support/sandbox/bracket.ts';
import { strike } from '../../support/sandbox/faults.ts';

const sqlOf = (name: string) => readFileSync(new URL(`../../cases/${name}.sql`, import.meta.url), 'utf8');

/** Each test adds to the source what it is about, and damages a copy of its own. */
describe('backup-and-verify of what a comparison of rows does not see', () => {
  let fixture: BackupFixture;
  const load = (sql: string) => fixture.asMaster((client) => client.query(sql));
  const runDamaged = (copy: string) => fixture.run({ hook: strike(fixture, { copy }) });

  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      parameters: { max_prepared_transactions: '10' },
      // Beside what the tests lose: the limits are shares of all rows and bytes.
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        await client.query('create table steady as select generate_series(1, 500000) as id');
        await client.end();
      },
    });
  });
  afterAll(() => fixture.close());

  test('a sequence that was set and not drawn from is exact', async () => {
    await load(sqlOf('seq_is_called'));
    const run = await fixture.run();
    assert.deepEqual(notPassed(run), []);
    assert.equal(run.evidence.verdict, 'exact', run.evidence.summary);
  });

  test('rows, objects and draws that only the copy has are found by name', async () => {
    await load(
      `${sqlOf('fk_triggers')}; create table busy (id int, v text); create sequence drawn; select nextval('drawn')`,
    );
    const run = await runDamaged(`select setval('s', 1000, true); select setval('drawn', 1, false);
      insert into busy select n, 'forged' from generate_series(1, 15) n;
      alter table b disable trigger all; create role intruder superuser;
      create table planted (id int); create policy nobody on a using (false);
      create rule nothing as on insert to b do instead nothing`);
    const failed = ofStatus(run, 'failed');
    for (const expected of [
      /^sequences sequence public\.s stands elsewhere: observed 1000, expected none before 1000/,
      /^sequences sequence public\.drawn is set back: observed none before 1, expected 1 to 1/,
      /^tables public\.busy 15 rows are in the copy alone, and the source never had them/,
      /^schema trigger "RI_ConstraintTrigger_\w+" on public\.b is made or changed in the copy alone/,
      /^schema role intruder is in the copy alone/,
      /^schema role intruder is made or changed in the copy alone/,
      /^schema relation public\.planted is in the copy alone/,
      /^schema policy public\.a nobody is in the copy alone/,
      /^schema rule public\.b nothing is in the copy alone/,
    ]) {
      assert.ok(
        failed.some((line) => expected.test(line)),
        `${expected} is not among\n${failed.join('\n')}`,
      );
    }
    assert.equal(run.evidence.verdict, 'failed');
  });

  test('an object that is made and dropped around the instant fails nothing', async () => {
    const run = await fixture.run({
      hook: insideBracket({
        before: () => load('create table passing (id int); insert into passing values (1); create role passing'),
        after: () => load('drop table passing; drop role passing'),
      }),
    });
    assert.deepEqual(ofStatus(run, 'failed'), []);
    const gaps = ofStatus(run, 'gap');
    assert.ok(gaps.includes('schema relation public.passing was made and removed between S1 and S2'), gaps.join('\n'));
    assert.equal(run.status, 'SUCCEEDED', run.cause);
  });

  test('objects that are swapped without a pause from before the instant until after it fail nothing', async () => {
    await load(`create table swapped (id int); create view shown as select id from swapped;
      create table parted (id int) partition by range (id); create table parted_1 partition of parted for values from (0) to (9);
      create materialized view summed as select count(*) from swapped; create table squeezed (id int primary key)`);
    let isOver = false;
    let swaps = 0;
    let swapping: Promise<void> | undefined;
    const swap = () =>
      fixture.asMaster(async (client) => {
        for (const sql of [
          `begin; create table swapped_new (id int default 7, v text); insert into swapped_new select generate_series(1, 20);
           drop view shown; drop materialized view summed; drop table swapped; alter table swapped_new rename to swapped;
           create view shown as select id, v from swapped; create materialized view summed as select count(*) from swapped; commit`,
          'create table parted_2 partition of parted for values from (10) to (19); alter table parted detach partition parted_2',
          'drop table parted_2; create temp table mine (id serial primary key, v text); insert into mine (v) values (1)',
          'create role passing_by; grant select on swapped to passing_by; revoke all on swapped from passing_by; drop role passing_by',
          'vacuum full squeezed',
          'analyze squeezed; truncate squeezed',
        ]) {
          await client.query(sql);
        }
        swaps += 1;
      });
    const run = await fixture.run({
      hook: insideBracket({
        before: async () => {
          await swap();
          swapping = (async () => {
            while (!isOver) await swap();
          })();
        },
        after: async () => {
          isOver = true;
          await swapping;
        },
      }),
    });
    assert.ok(swaps > 2, `${swaps} swaps`);
    assert.deepEqual(ofStatus(run, 'failed'), []);
    assert.deepEqual(
      run.evidence.rungs.filter(({ status }) => status === 'failed').map(({ name }) => name),
      [],
    );
  });

  test('a prepared transaction that the copy has lost is named, and so are rows of one that it committed', async () => {
    await load('create table prepared_rows (id int primary key); insert into prepared_rows values (1)');
    for (const gid of ['gid1', 'gid2']) {
      await fixture.asMaster(async (client) => {
        await client.query(
          `begin; insert into prepared_rows select ${gid === 'gid1' ? 'generate_series(2, 1000)' : '2000'}`,
        );
        await client.query(`prepare transaction '${gid}'`);
      });
    }
    const sound = await fixture.run();
    assert.deepEqual(notPassed(sound), []);
    assert.equal(sound.evidence.tables.find(({ table }) => table === 'public.prepared_rows')?.rows, '1');
    const run = await fixture.run({
      hook: afterRestore(fixture, ["rollback prepared 'gid1'", "commit prepared 'gid2'"]),
    });
    const failed = ofStatus(run, 'failed');
    for (const expected of [
      /^schema prepared transaction 'gid1' is missing from the copy/,
      /^schema prepared transaction 'gid2' is missing from the copy/,
      /^tables public\.prepared_rows 1 row is in the copy alone, and the source never had it/,
    ]) {
      assert.ok(
        failed.some((line) => expected.test(line)),
        `${expected} is not among\n${failed.join('\n')}`,
      );
    }
    for (const gid of ['gid1', 'gid2']) await load(`rollback prepared '${gid}'`);
  });

  test('an unlogged sequence is a named gap, with the columns that draw from it', async () => {
    await load(
      sqlOf('unlogged_seq')
        .replaceAll('table t(', 'table drawing(')
        .replaceAll('into t ', 'into drawing ')
        .replaceAll("'s'", "'us'")
        .replaceAll('sequence s;', 'sequence us;'),
    );
    const run = await fixture.run();
    assert.deepEqual(notPassed(run), [
      'gap sequences sequence public.us is unlogged: a restore sets it back to its start; public.drawing.id draws from it',
    ]);
    assert.equal(run.evidence.verdict, 'bounded');
    await load('drop table drawing; drop sequence us');
  });

  test('an index of any kind that leads to half of its rows is found, or named as not compared', async () => {
    await load('drop table t; drop sequence s');
    await load(sqlOf('index_kinds'));
    const sound = await fixture.run();
    assert.deepEqual(notPassed(sound), []);
    await fixture.asSuperuser(fixture.source.instance, async (client) => {
      const maintain = (on: boolean) =>
        client.query(`update pg_index set indisready = ${on}, indisvalid = ${on}
          where indrelid = 't'::regclass and not indisprimary or indrelid = 'mv'::regclass`);
      await maintain(false);
      await client.query(`insert into t select g, g, point(g,g), int4range(g,g+2), 'v'||g from generate_series(1001,2000) g;
        insert into mvt select g, 'b'||g from generate_series(101,200) g`);
      await client.query(
        "set allow_system_table_mods = on; update pg_class set relkind = 'r' where oid = 'mv'::regclass",
      );
      await client.query("insert into mv select g, 'b'||g from generate_series(101,200) g");
      await client.query("update pg_class set relkind = 'm' where oid = 'mv'::regclass");
      await maintain(true);
    });
    const run = await fixture.run();
    const found = notPassed(run);
    for (const index of ['t_hash', 't_gist', 't_spgist', 't_brin', 't_gin', 'mv_hash']) {
      assert.ok(
        found.some((line) => line.startsWith(`failed structure public.${index} does not `)),
        `'${index}' is not among\n${found.join('\n')}`,
      );
    }
  });
});

/** Statements that may be in no transaction, one by one, before anything is verified. */
function afterRestore(fixture: BackupFixture, statements: readonly string[]) {
  const left = [...statements];
  return async (...[call, next, names]: Parameters<ReturnType<typeof strike>>) => {
    if (left.length > 0 && call.operation === 'Invoke' && /-verifyServer /.test(`${call.about} `)) {
      await fixture.asSuperuser(names.copyId, async (client) => {
        for (const statement of left.splice(0)) await client.query(statement);
      });
    }
    return next();
  };
}

const lines = (run: BackupRun) =>
  run.evidence.rungs.flatMap((rung) =>
    rung.findings.map(({ status, object, problem }) => ({ status, line: `${rung.name} ${object} ${problem}` })),
  );
const ofStatus = (run: BackupRun, wanted: string) =>
  lines(run).flatMap(({ status, line }) => (status === wanted ? [line] : []));
const notPassed = (run: BackupRun) =>
  lines(run).flatMap(({ status, line }) => (status === 'note' ? [] : [`${status} ${line}`]));
