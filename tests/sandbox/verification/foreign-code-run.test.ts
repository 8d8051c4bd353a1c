import assert from 'node:assert/strict';
import pg from 'pg';
import { forms, strangersSql, tablesSql, tracesIn } from '../../support/foreign-code.ts';
import {
  type BackupFixture,
  type BackupRun,
  type Hook,
  openBackupFixture,
  policyOf,
  region,
} from '../../support/sandbox/backup.ts';

describe("backup-and-verify of a database whose tables carry their owner's code", () => {
  let fixture: BackupFixture;
  let run: BackupRun;
  let inCopy: string[] | undefined;

  const beforeRemoval: Hook = ({ operation }, next, { copyId }) => {
    if (operation === 'DeleteDBInstance' && inCopy === undefined)
      inCopy = tracesIn(fixture.sandbox.rds.inspect.server(region, copyId).logFile);
    return next();
  };

  beforeAll(async () => {
    fixture = await openBackupFixture({
      database: 'own',
      fill: async (master) => {
        const client = new pg.Client(master);
        await client.connect();
        // Without many rows beside them, two tables that are not proven would be beyond the limits.
        try {
          await client.query(`create table public.filler as select g as id, repeat('x', 200) as v from generate_series(1, 150000) g;
${strangersSql}${tablesSql}`);
        } finally {
          await client.end();
        }
      },
    });
    run = await fixture.run({ hook: beforeRemoval });
  });
  afterAll(() => fixture.close());

  test('runs nothing of it, in the source or in the copy', () => {
    const { logFile } = fixture.sandbox.rds.inspect.server(region, policyOf('own').instance);
    assert.deepEqual(tracesIn(logFile), []);
    assert.deepEqual(inCopy, []);
  });

  test('proves every table that COPY can read, and names the others with the remedy', () => {
    assert.equal(run.evidence.verdict, 'bounded', run.evidence.summary);
    const tables = new Map(run.evidence.tables.map((table) => [table.table, table]));
    for (const { table, status, names = '' } of forms) {
      const found = tables.get(`app.${table}`);
      assert.equal(found?.status, status, `${table}: ${found?.reason}`);
      assert.ok((found.reason ?? '').includes(names), found.reason);
      if (names !== '') assert.match(found.reason ?? '', /or add 'app_owner' to trustedOwners in operations\.yml/);
    }
  });

  test('names each index that is not compared with its table', () => {
    const structure = run.evidence.rungs.find(({ name }) => name === 'structure');
    assert.equal(structure?.status, 'gap');
    const named = structure.findings.filter(({ status }) => status === 'gap').map(({ object }) => object);
    for (const index of ['predicate', 'expression', 'hashed', 'operated', 'domained', 'generated'])
      assert.ok(named.includes(`app.${index}_idx`), named.join());
  });
});
