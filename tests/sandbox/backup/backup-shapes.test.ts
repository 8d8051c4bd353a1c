import assert from 'node:assert/strict';
import pg from 'pg';
import { verdictLines } from '../../../sandbox/terminal/verdict.ts';
import { countProof } from '../../../shared/domain/verification/proof-counts.ts';
import { backupReport } from '../../../shared/report/backup/backup-report.ts';
import { everyTypeSql } from '../../support/postgres/column-types.ts';
import { ODD_NAMES, tableShapesSql } from '../../support/postgres/table-shapes.ts';
import {
  type BackupFixture,
  type BackupRun,
  invokes,
  openBackupFixture,
  policyOf,
} from '../../support/sandbox/backup.ts';
import { insideBracket } from '../../support/sandbox/bracket.ts';

/** Independent of the product's own list: whatever can hold rows of the user's. */
const RELATIONS = `select format('%I.%I', n.nspname, c.relname) as name from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where (c.relkind in ('r', 'm', 'f') and c.relispopulated and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and c.oid <> 'gameday.heartbeat'::regclass) or c.oid = 'pg_largeobject'::regclass
order by 1`;

/** What no physical backup of a running server can prove, by its nature. */
const UNPROVEN = new Map([['every_shape.unlogged', /^is unlogged/]]);

describe('backup-and-verify of every shape and type', () => {
  let fixture: BackupFixture;
  let run: BackupRun;
  let relations: string[];

  beforeAll(async () => {
    fixture = await openBackupFixture({ database: 'own', fill });
    const { rows } = await fixture.asMaster((client) => client.query<{ name: string }>(RELATIONS));
    relations = rows.map(({ name }) => name);
    run = await fixture.run();
  });
  afterAll(() => fixture.close());

  test('every relation of the catalogue is in the evidence, once', () => {
    assert.ok(relations.length > 250, `${relations.length} relations`);
    assert.deepEqual(run.evidence.tables.map(({ table }) => table).sort(), [...relations].sort());
  });

  test('every table of every type and shape is proven, but for those that no backup can prove', () => {
    const unproven = run.evidence.tables.filter(({ status }) => status !== 'proven');
    assert.deepEqual(
      unproven.map(({ table }) => table),
      [...UNPROVEN.keys()],
      run.cause,
    );
    for (const { table, reason } of unproven) assert.match(reason ?? '', UNPROVEN.get(table) ?? /^$/);
    assert.equal(run.evidence.verdict, 'bounded', run.evidence.summary);
    assert.equal(run.status, 'SUCCEEDED', run.cause);
  });

  test('terminal, report and evidence report the same numbers, which are those of the database', async () => {
    const counts = countProof(run.evidence.tables);
    assert.deepEqual(run.evidence.counts, counts);
    const counted = await fixture.asSuperuser(policyOf('own').instance, async (client) => {
      let rows = 0;
      for (const name of relations.filter((one) => one !== 'pg_catalog.pg_largeobject' && !UNPROVEN.has(one)))
        rows += (await client.query(`select count(*)::int as n from only ${name}`)).rows[0].n;
      const pages = (await client.query('select count(*)::int as n from pg_largeobject')).rows[0].n;
      return { rows, pages };
    });
    assert.equal(counts.rows.all, String(counted.rows));
    assert.equal(counts.largeObjectPages.all, String(counted.pages));
    assert.ok(counted.pages > 0);
    const reported = `${counted.rows} of ${counted.rows} rows of the database in ${relations.length - 1} of ${relations.length} tables`;
    const all = `${reported} and ${counted.pages} of ${counted.pages} pages of large objects`;
    assert.ok(run.evidence.summary.startsWith(all), run.evidence.summary);
    assert.ok(verdictLines(run.evidence).some((line) => line.startsWith(`Verdict    PROVEN, bounded: ${all}`)));
    assert.ok(backupReport(run.evidence, 'UTC', []).includes(all));
  });

  test('tables with odd names are named as SQL quotes them', () => {
    for (const name of ODD_NAMES) {
      const quoted = relations.find((relation) => relation === `every_shape.${quote(name)}`);
      assert.ok(quoted, `'${name}' is not in the catalogue`);
      const table = run.evidence.tables.find((verdict) => verdict.table === quoted);
      assert.equal(table?.rows, '2');
    }
  });
});

const quote = (name: string) =>
  /^[a-z_][a-z0-9_]*$/.test(name) && name !== 'select' ? name : pg.escapeIdentifier(name);

async function fill(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  await client.query(everyTypeSql());
  await client.query(tableShapesSql());
  await client.end();
}

const TABLE = 'create table NAME (id integer primary key, v text)';

/** Statements in three databases' worth of tables: each before the instant and after it. */
const DDL: readonly {
  readonly make: string;
  readonly change: string;
  readonly gap: (n: string) => [string, RegExp];
}[] = [
  { make: TABLE, change: 'vacuum full NAME', gap: (n) => [n, /^was rewritten between S1 and S2/] },
  { make: TABLE, change: 'truncate NAME', gap: (n) => [n, /^was rewritten between S1 and S2/] },
  { make: TABLE, change: 'alter table NAME alter id type bigint', gap: (n) => [n, /^was rewritten between S1 and S2/] },
  { make: TABLE, change: 'drop table NAME', gap: (n) => [n, /^was dropped between S1 and S2/] },
  { make: TABLE, change: 'alter table NAME rename to NAME_new', gap: (n) => [n, /^was renamed to/] },
  {
    make: TABLE,
    change: 'alter table NAME add column w integer default 5',
    gap: (n) => [n, /^got other columns between S1 and S2/],
  },
  {
    make: TABLE,
    change: 'alter table NAME drop column v',
    gap: (n) => [n, /^got other columns between S1 and S2|column .* does not exist/],
  },
  { make: TABLE, change: 'cluster NAME using NAME_pkey', gap: (n) => [n, /^was rewritten between S1 and S2/] },
  {
    make: TABLE,
    change: 'create table NAME_made (id integer); insert into NAME_made values (1)',
    gap: (n) => [`${n}_made`, /^was created between S1 and S2|^is only in the copy/],
  },
  {
    make: 'create table NAME_of (id integer primary key, v text); create materialized view NAME as select * from NAME_of',
    change: 'refresh materialized view NAME',
    gap: (n) => [n, /^was rewritten between S1 and S2/],
  },
];

describe('backup-and-verify while the schema changes', () => {
  let fixture: BackupFixture;
  const names = (moment: string) => DDL.map((_, index) => `${moment}_${index}`);

  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        for (const moment of ['before', 'after']) {
          for (const [index, { make }] of DDL.entries()) {
            const name = `${moment}_${index}`;
            const table = make.includes('materialized') ? `${name}_of` : name;
            await client.query(
              `${make.replaceAll('NAME', name)}; insert into ${table} select n, 'row' from generate_series(1, 500) n`,
            );
            if (make.includes('materialized')) await client.query(`refresh materialized view ${name}`);
          }
        }
        await client.query(`create table quiet (id integer primary key, v text);
insert into quiet select n, repeat('old', 250) from generate_series(1, 20000) n;
create table small (id integer primary key, v text);
insert into small values (1, 'old');
create table indexed (id integer primary key, v text);
insert into indexed select n, 'old' from generate_series(1, 5000) n;
create table guarded (id integer primary key, owner text);
insert into guarded values (1, 'a'), (2, 'b');
alter table guarded enable row level security;
create policy own_rows on guarded using (owner = current_user);
create sequence set_back;
select setval('set_back', 1000);
create function answer() returns integer language sql as 'select 42';
create role reader`);
        await client.end();
      },
    });
  });
  afterAll(() => fixture.close());

  test('a table that is rewritten inside the bracket is a named gap, and the rest is proven', async () => {
    const run = await fixture.run({
      hook: insideBracket({ before: () => fixture.asMaster((client) => client.query('vacuum full small')) }),
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.equal(run.evidence.verdict, 'bounded');
    assert.deepEqual(gaps(run), ['tables public.small was rewritten between S1 and S2']);
  });

  test('a large table that is rewritten inside the bracket counts with all its rows: robbed on the copy, it is no proof', async () => {
    const rewrite = insideBracket({ before: () => fixture.asMaster((client) => client.query('vacuum full indexed')) });
    let isRobbed = false;
    const run = await fixture.run({
      hook: async (call, next, names) => {
        if (!isRobbed && invokes(call, 'verifyTables')) {
          isRobbed = true;
          await fixture.asSuperuser(names.copyId, (client) => client.query('delete from indexed where id > 10'));
        }
        return rewrite(call, next, names);
      },
    });
    assert.ok(isRobbed);
    assert.equal(run.status, 'FAILED');
    assert.match(run.evidence.summary, /limit is 0\.1 % of the rows/);
    const indexed = run.evidence.tables.find(({ table }) => table === 'public.indexed');
    assert.deepEqual([indexed?.status, indexed?.rows], ['unverifiable', '5000']);
    assert.match(run.evidence.summary, new RegExp(`of ${run.evidence.source?.rows} rows of the database`));
  });

  test('objects that change inside the bracket are named gaps, and fail nothing', async () => {
    let built: Promise<unknown> | undefined;
    const run = await fixture.run({
      hook: insideBracket({
        before: async () => {
          // It waits for every older snapshot, so it ends behind the bracket.
          built = fixture.asMaster((client) => client.query('create index concurrently indexed_v on indexed (v)'));
          await fixture.asMaster((client) =>
            client.query(`alter policy own_rows on guarded using (owner = session_user);
              grant select on quiet to reader; select setval('set_back', 5)`),
          );
        },
        after: () =>
          fixture.asMaster((client) =>
            client.query(`create or replace function answer() returns integer language sql as 'select 43';
              create policy more on guarded for insert with check (true); comment on table quiet is 'changed'`),
          ),
      }),
    });
    await built;
    assert.deepEqual(failures(run), []);
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const named = gaps(run);
    for (const object of [
      'schema policy public.guarded own_rows changed',
      'schema policy public.guarded more changed',
      'schema relation public.quiet changed',
      'schema function public.answer() changed',
      'schema index public.indexed_v changed',
      'sequences sequence public.set_back was set back',
    ]) {
      assert.ok(
        named.some((gap) => gap.startsWith(object)),
        `'${object}' is not among\n${named.join('\n')}`,
      );
    }
    assert.equal(run.evidence.tables.find(({ table }) => table === 'public.quiet')?.status, 'proven');
    assert.equal(run.evidence.tables.find(({ table }) => table === 'public.indexed')?.status, 'proven');
  });

  test('every table that DDL strikes before or after the instant is a named gap, and no other table is', async () => {
    const change = (moment: string) => async () => {
      for (const [index, { change }] of DDL.entries()) {
        await fixture.asMaster((client) => client.query(change.replaceAll('NAME', `${moment}_${index}`)));
      }
    };
    const run = await fixture.run({ hook: insideBracket({ before: change('before'), after: change('after') }) });
    assert.deepEqual(failures(run), []);
    const unproven = run.evidence.tables.filter(({ status }) => status !== 'proven');
    for (const moment of ['before', 'after']) {
      for (const [index, name] of names(moment).entries()) {
        const [table, reason] = DDL[index]?.gap(`public.${name}`) ?? ['', /^$/];
        const found = unproven.find((verdict) => verdict.table === table)?.reason ?? 'proven';
        assert.match(found, reason, `${table}: ${found}`);
      }
    }
    // A renamed or a made table may be named a second time, under its other name.
    const touched = new Set(
      [...names('before'), ...names('after')].flatMap((name) => [name, `${name}_new`, `${name}_made`]),
    );
    const others = unproven.filter(({ table }) => !touched.has(table.replace('public.', '')));
    assert.deepEqual(others, []);
    // So many tables are more than a proof may leave out.
    assert.equal(run.status, 'FAILED');
    assert.match(
      run.evidence.summary,
      /^unverifiable: .*\d+ tables, .*limit is (0\.1 % of the (rows|bytes)|3 tables);/,
    );
  });
});

const findings = (run: BackupRun, status: string) =>
  run.evidence.rungs.flatMap((rung) =>
    rung.findings
      .filter((finding) => finding.status === status)
      .map(({ object, problem }) => `${rung.name} ${object} ${problem}`),
  );
const gaps = (run: BackupRun) => findings(run, 'gap');
const failures = (run: BackupRun) => findings(run, 'failed');
