import assert from 'node:assert/strict';
import pg from 'pg';
import { DroppedConnection } from '../../../sandbox/wire/dropped-connection.ts';
import { type BackupFixture, type BackupRun, invokes, openBackupFixture } from '../../support/sandbox/backup.ts';
import { waitUntil } from '../../support/wait-until.ts';

const tables = ['public.a', 'public.b', 'public.c', 'public.d'];

/**
 * Functions that have no time but for one piece, and tables that are too large to be read together: every call of takeWitness leaves S1, and later S2, to the next one, and
 * every call of verifyTables what it has compared.
 */
describe('a database that is too large for one call of a function', () => {
  let fixture: BackupFixture;
  let stopWriting = () => {};
  let writer: Promise<void>;

  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        for (const table of tables) {
          await client.query(
            `create table ${table} (id integer primary key, n integer not null); insert into ${table} select n, 0 from generate_series(1, 60000) n`,
          );
        }
        await client.end();
      },
    });
    for (const fn of fixture.sandbox.template.functions) {
      if (/-(takeWitness|verifyTables)$/.test(fn.name)) Object.assign(fn, { timeoutSeconds: 15 });
      // A catalogue has many small indexes.
      if (/-verifyStructure$/.test(fn.name)) Object.assign(fn, { timeoutSeconds: 30 });
    }
    writer = write();
  });
  afterAll(async () => {
    stopWriting();
    await writer;
    await fixture.close();
  });

  /** Some rows a second, all the time. */
  async function write(): Promise<void> {
    let stopped = false;
    stopWriting = () => {
      stopped = true;
    };
    await fixture.asMaster(async (client) => {
      for (let n = 1; !stopped; n += 1) {
        const table = tables[n % tables.length];
        await client.query(`update ${table} set n = n + 1 where id = ${(n * 37) % 3000}`);
        await client.query(`delete from ${table} where id = ${(n * 53) % 3000}`);
        await client.query(`insert into ${table} select ${100_000 + n}, 1`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  }

  const holders = () =>
    fixture.asSuperuser(fixture.source.instance, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "select application_name as name from pg_stat_activity where application_name like 'pg-gameday holds%'",
      );
      return rows.map(({ name }) => name);
    });

  test('is witnessed in many calls that pass S1 and S2 on, while it is being written to, and proven', async () => {
    const partsOf = new Map<string, number[]>();
    const run = await fixture.run({
      hook: async (call, next) => {
        for (const key of ['takeWitness', 'verifyTables', 'verifyStructure']) {
          if (!invokes(call, key)) continue;
          partsOf.set(key, [...(partsOf.get(key) ?? []), Number(/"part":(\d+)/.exec(call.about)?.[1])]);
        }
        return next();
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.match(run.evidence.verdict, /^(exact|bounded)$/);
    const proven = run.evidence.tables.filter(({ status }) => status === 'proven');
    assert.deepEqual(proven.map(({ table }) => table).sort(), tables);
    assert.ok(proven.some(({ matchedRows }) => matchedRows > 0));
    // Four chunks to sum and four to list, two connections, one chunk of each in a call; four to compare with four.
    assert.ok((partsOf.get('takeWitness')?.length ?? 0) >= 4, `${partsOf.get('takeWitness')} calls`);
    for (const [key, parts] of partsOf) {
      assert.deepEqual(
        parts,
        parts.map((_, index) => index + 1),
        key,
      );
    }
    assert.equal(run.evidence.rungs.find(({ name }) => name === 'structure')?.status, 'passed');
    assert.equal(run.evidence.snapshot?.attempt, 1);
    await waitUntil('nobody holds a snapshot', async () => (await holders()).length === 0);
  });

  test('twenty that are started between its calls are refused, wake nobody, and disturb nothing', async () => {
    const others: Promise<BackupRun>[] = [];
    const run = await fixture.run({
      hook: async (call, next) => {
        if (invokes(call, 'takeWitness') && call.about.includes('"part":2') && others.length === 0) {
          await waitUntil('the instance has its snapshot', () =>
            fixture.sandbox.rds.inspect.instances().every(({ status }) => status !== 'backing-up'),
          );
          for (let count = 0; count < 20; count += 1) others.push(fixture.run({ queue: false }));
          // S1 waits for two minutes, and twenty functions of a cold laptop may take as long.
          await waitUntil('one of them is refused while nobody has the heart', () =>
            fixture.lines.some(({ message }) => message.includes('BackupAlreadyRunningError')),
          );
        }
        if (invokes(call, 'takeWitness') && call.about.includes('"part":3') && others.length === 20) {
          // One more, at the same time as the call itself.
          others.push(fixture.run({ queue: false }));
        }
        return next();
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.equal(run.evidence.snapshot?.attempt, 1);
    const ended = await Promise.all(others);
    const refused = ended.filter(({ error }) => error === 'BackupAlreadyRunningError');
    assert.ok(refused.length > 0);
    // Who comes when the first one's bracket is over may begin its own; how many do says the load of the machine.
    const over = run.evidence.snapshot.s2At;
    for (const { evidence } of ended) assert.ok(evidence.snapshot === null || evidence.snapshot.s1At > over);
    for (const { notifications } of refused) {
      assert.deepEqual(
        notifications.map(({ topicArn }) => topicArn.split(':').pop()),
        ['pg-gameday-p4-dev'],
      );
    }
    assert.equal(others.length, 21);
  });

  test('a holder that is gone loses the bracket, which is repeated once', async () => {
    // One of the others may have failed between two calls: what it has left is there for two minutes.
    await waitUntil('nobody holds a snapshot', async () => (await holders()).length === 0, 150_000);
    let cut = false;
    const run = await fixture.run({
      hook: async (call, next) => {
        if (invokes(call, 'takeWitness') && call.about.includes('"part":2') && !cut) {
          cut = true;
          await fixture.asSuperuser(fixture.source.instance, (client) =>
            client.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'pg-gameday holds%'",
            ),
          );
          // A backend that is told to end ends when it is given time: until then its snapshot can be adopted.
          await waitUntil('nobody holds a snapshot', async () => (await holders()).length === 0);
        }
        return next();
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.ok(cut);
    assert.equal(run.evidence.snapshot?.attempt, 2);
  });

  test('a part whose answer is lost is not done again', async () => {
    let lost = 0;
    const seen: string[] = [];
    const run = await fixture.run({
      hook: async (call, next) => {
        if (!invokes(call, 'takeWitness')) return next();
        const part = /"part":(\d+)/.exec(call.about)?.[1] ?? '';
        seen.push(part);
        const answer = await next();
        if (part !== '2' || lost > 0) return answer;
        lost += 1;
        throw new DroppedConnection('the answer is lost');
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.equal(lost, 1);
    assert.deepEqual(seen.slice(0, 4), ['1', '2', '2', '3']);
    assert.equal(run.evidence.snapshot?.attempt, 1);
  });
});
