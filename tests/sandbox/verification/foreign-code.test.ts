import assert from 'node:assert/strict';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import type { TableVerdict } from '../../../shared/contracts/verification.ts';
import { TableWitness, type WitnessHeader } from '../../../shared/contracts/witness.ts';
import { type ConnectionTarget, withConnection } from '../../../shared/pg/session/connect.ts';
import { withSessionPool } from '../../../shared/pg/session/session-pool.ts';
import { checkStructure } from '../../../shared/pg/verify/structure.ts';
import { verifyTables } from '../../../shared/pg/verify/verify-tables.ts';
import { takeWitness } from '../../../shared/pg/witness/take-witness.ts';
import { type Form, forms, strangersSql, superusersSql, tablesSql, tracesIn } from '../../support/foreign-code.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

const remedy = /: drop it, give it to a trusted owner, or add 'app_owner' to trustedOwners in operations\.yml/;

let server: BootstrappedServer;
let target: ConnectionTarget;

beforeAll(async () => {
  server = await startBootstrappedServer(`${strangersSql}${tablesSql}
create policy gameday_reads_every_row on app.policied for select to gameday using (true);
select pg_stat_force_next_flush()`);
  await server.asSuperuser((client) => client.query(superusersSql));
  target = server.target;
});
afterAll(() => server[Symbol.asyncDispose]());

/** Whether the witness in work has read all that S1 shows. */
let summed = false;

const traces = () => tracesIn(path.join(server.socketDirectory, 'server.log'));

type Witnessed = { readonly header: WitnessHeader; readonly tables: readonly TableWitness[] };

async function witness(
  work: { readonly before?: () => Promise<unknown>; readonly after?: () => Promise<unknown> } = {},
  trustedOwners: readonly string[] = [],
): Promise<Witnessed> {
  let instant = false;
  summed = false;
  const result = await takeWitness({
    target,
    trustedOwners,
    snapshot: {
      id: 'gd-backup-app',
      create: async () => void (await work.before?.()),
      async createdAt() {
        if (!instant) await work.after?.();
        instant = true;
        return { at: new Date().toISOString(), settled: true };
      },
    },
    connections: 2,
    marginSeconds: 1,
    // Every session of this file has ended by then, and an end reports them.
    changesCounted: 0,
    deadlineSeconds: 120,
    remainingTime: () => 60_000,
    progress: undefined,
    identity: { executionName: 'strangers', attempt: 1, instanceId: 'app', database: 'app' },
    onProgress({ step, done, total }) {
      summed ||= step === 'sum' && done === total;
    },
  });
  assert.ok(result.complete);
  const { header, body } = result.witness;
  const [, ...lines] = gunzipSync(body).toString().trim().split('\n');
  return { header, tables: lines.map((line) => TableWitness.parse(JSON.parse(line))) };
}

/** The same server as its own copy: of what nobody changes since, it is one. */
async function verify({ header, tables }: Witnessed, trustedOwners: readonly string[] = []) {
  const options = { purpose: 'verifies the tables', readOnly: true, tablesOnly: true };
  const verified = await withConnection(target, options, (client) =>
    withSessionPool(target, { ...options, size: 2 }, (pool) =>
      verifyTables(client, pool, {
        header,
        tables: (async function* () {
          yield* tables;
        })(),
        role: 'gameday',
        trustedOwners,
        remainingTime: () => 60_000,
        progress: undefined,
        onProgress: () => {},
      }),
    ),
  );
  assert.ok(verified.complete);
  return new Map(verified.verdicts.map((verdict): [string, TableVerdict] => [verdict.table, verdict]));
}

async function structure(trustedOwners: readonly string[] = []) {
  const options = { purpose: 'checks the structure', readOnly: true, tablesOnly: true };
  const checked = await withConnection(target, options, (client) =>
    withSessionPool(target, { ...options, size: 1 }, (pool) =>
      checkStructure(
        client,
        pool,
        () => 60_000,
        undefined,
        () => {},
        trustedOwners,
      ),
    ),
  );
  assert.ok(checked?.complete);
  return checked.result.findings;
}

const isReading = () =>
  server.asSuperuser(async (client) => {
    const { rowCount } = await client.query(
      "select from pg_stat_activity where application_name = 'pg-gameday reads the source' and state <> 'idle'",
    );
    return rowCount !== 0;
  });

const asOwner = (sql: string) => server.asSuperuser((client) => client.query(`set role app_owner; ${sql}; reset role`));

describe("code of a table's owner", () => {
  let taken: Witnessed;
  let verdicts: ReadonlyMap<string, TableVerdict>;
  let findings: Awaited<ReturnType<typeof structure>>;

  const received: string[] = [];
  let listener: pg.Client;
  /** What was sent out since it was asked the last time. */
  const sentOut = async () => {
    await listener.query('select');
    return received.splice(0);
  };
  let stolen: string[];

  beforeAll(async () => {
    listener = await server.connect();
    listener.on('notification', ({ payload = '' }) => received.push(payload));
    await listener.query('listen stolen');
    taken = await witness();
    verdicts = await verify(taken);
    findings = await structure();
    stolen = await sentOut();
  });

  test('runs when somebody else reads the tables, so that what follows means something', async () => {
    await server.asSuperuser(async (client) => {
      await client.query("set constraint_exclusion = on; set application_name = 'pg-gameday of a test'");
      for (const { table } of forms) await client.query(`select count(*) from only app.${table} where a > 1`);
      await client.query('select p::text from app.cast_to_text');
    });
    assert.match((await sentOut())[0] ?? '', /^SCRAM-SHA-256/);
    const ran = new Set(
      traces().flatMap((line) => /EVIL (\d+) ran as \w+ for pg-gameday of a test/.exec(line)?.[1] ?? []),
    );
    assert.deepEqual(
      [...ran].map(Number).sort((left, right) => left - right),
      [1, 2, 3, 4, 6, 7, 9, 50, 51],
    );
  });

  test('does not run for us, neither in the source nor in the copy, and sends nothing out', () => {
    assert.deepEqual(stolen, []);
    assert.deepEqual(
      traces().filter((line) => !line.includes('pg-gameday of a test')),
      [],
    );
  });

  for (const form of forms) {
    test(`leaves app.${form.table} ${form.status}, and is named with the remedy where it would run`, () => {
      const verdict = verdicts.get(`app.${form.table}`);
      assert.equal(verdict?.status, form.status, verdict?.reason);
      if (form.status === 'proven') assert.equal(verdict.rows, '500');
      assertNamed(form, verdict.reason ?? '');
    });
  }

  test('is kept from an operator class, and from a type whose values nothing else can write out', () => {
    const [compared, written] = [verdicts.get('app.compared'), verdicts.get('app.written')];
    assert.deepEqual([compared?.status, written?.status], ['proven', 'unverifiable'], compared?.reason);
    assert.match(
      compared?.reason ?? '',
      /index app\.compared_idx with function app\.evil_compare\(integer, integer\) of/,
    );
    assert.match(written?.reason ?? '', /^has foreign code, so it is not read: .*column t with function app\.text_out/);
    const index = findings.find(({ object }) => object === 'app.compared_idx');
    assert.match(index?.problem ?? '', /^is not looked at: /);
  });

  test('is named by the index that is not compared with its table, and by no other', () => {
    const gaps = findings.filter(({ object }) => object.startsWith('app.'));
    const indexes = 'compared domained expression generated hashed operated predicate statistic_int4range';
    assert.deepEqual(
      gaps.map(({ object, status }) => `${status} ${object}`).sort(),
      indexes.split(' ').map((name) => `gap app.${name}_idx`),
    );
    for (const { problem } of gaps) assert.match(problem, remedy);
  });

  test('may run where its owner is trusted, and the tables are read as any other', async () => {
    const { header, tables } = await witness({}, ['app_owner']);
    // It has run, in transactions that were rolled back.
    assert.deepEqual(await sentOut(), []);
    assert.deepEqual(header.gaps, []);
    for (const { table, gap, copied } of tables) assert.deepEqual([table, gap, copied], [table, undefined, undefined]);
    const trusting = await verify({ header, tables }, ['app_owner']);
    for (const { table, status, reason } of trusting.values()) assert.equal(status, 'proven', `${table}: ${reason}`);
    assert.deepEqual(
      (await structure(['app_owner'])).filter(({ object }) => object.startsWith('app.')),
      [],
    );
  });
});

function assertNamed({ names }: Form, reason: string): void {
  assert.ok(reason.includes(names ?? ''), reason);
  assert.match(reason, names === undefined ? /^$/ : remedy);
}

describe('a table that is read by COPY', () => {
  let earlier: number;
  beforeAll(() => {
    earlier = traces().length;
  });
  const gapOf = async (work: Parameters<typeof witness>[0], table: string) =>
    (await witness(work)).tables.find((one) => one.table === table)?.gap;

  test('that was changed and changed back is a gap, because COPY shows no transactions', async () => {
    const changed = () => asOwner('update app.predicate set b = b where a = 7');
    assert.match(
      (await gapOf({ before: changed }, 'app.predicate')) ?? '',
      /^cannot be proven by COPY, it changed between S1 and S2: .*predicate_idx/,
    );
    const bornAndKilled = () =>
      asOwner('insert into app.expression values (900, 900)').then(() =>
        asOwner('delete from app.expression where a = 900'),
      );
    assert.match(
      (await gapOf({ after: bornAndKilled }, 'app.expression')) ?? '',
      /^cannot be proven by COPY, it changed/,
    );
  });

  test('and has another value, row or order in the copy fails', async () => {
    const sound = await witness();
    await asOwner('update app.predicate set b = b + 1 where a = 8');
    await asOwner('delete from app.expression where a = 9');
    await asOwner('update app.statistic set b = b where a = 10');
    const verdicts = await verify(sound);
    assert.deepEqual(
      ['predicate', 'expression', 'statistic', 'operated'].map((table) => {
        const verdict = verdicts.get(`app.${table}`);
        return `${verdict?.status} ${verdict?.reason?.split(':')[0]}`;
      }),
      [
        'failed values of its rows differ, or their order',
        'failed observed 499 rows, expected 500',
        'failed values of its rows differ, or their order',
        'proven is proven by COPY',
      ],
    );
  });

  test('is one from the moment on in which it gets such an object, be that between the catalogue and the reading', async () => {
    const make = (at: string) => () => asOwner(`create index late_${at} on app.checked (a) where b > app.evil(20)`);
    assert.match(
      (await gapOf({ before: make('before') }, 'app.checked')) ?? '',
      /^got foreign code between S1 and S2: .*index app\.late_before with function app\.evil/,
    );
    await asOwner('drop index app.late_before');
    const idle = () => waitUntil('every sum is read', async () => summed && !(await isReading()));
    const afterwards = () => idle().then(make('after'));
    assert.match(
      (await gapOf({ after: afterwards }, 'app.checked')) ?? '',
      /^got foreign code between S1 and S2: .*index app\.late_after with function app\.evil/,
    );
    await asOwner('drop index app.late_after');
  });

  test('or another relation takes its name, which is never read', async () => {
    const swap = () =>
      asOwner(`alter table app.defaulted rename to defaulted_old; create view app.defaulted as
        select app.evil(21) as a, app.evil(22) as b, '(0,1)'::tid as ctid, '3'::xid as xmin, '0'::xid as xmax`);
    assert.match((await gapOf({ before: swap }, 'app.defaulted')) ?? '', /^was renamed to 'app\.defaulted_old'/);
    await asOwner('drop view app.defaulted; alter table app.defaulted_old rename to defaulted');
  });

  test('while an index of PostgreSQL’s own functions that is made meanwhile changes nothing', async () => {
    const make = () => asOwner('create index harmless on app.typed (abs(a)) where b > abs(-1)');
    assert.equal(await gapOf({ before: make }, 'app.typed'), undefined);
  });

  test('and none of it has run the code', () => {
    assert.deepEqual(traces().slice(earlier), []);
  });
});
