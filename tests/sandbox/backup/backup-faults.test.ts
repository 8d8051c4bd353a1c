import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { loadDemo } from '../../../sandbox/demo/load.ts';
import { createSource } from '../../../sandbox/source.ts';
import {
  type BackupFixture,
  type BackupRun,
  type Hook,
  openBackupFixture,
  policy,
} from '../../support/sandbox/backup.ts';
import { FAULTS, LOST_OBJECTS, strike } from '../../support/sandbox/faults.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Runs at the same time: two cores, and a run mostly waits for a server to start. */
const atOnce = 3;

describe('backup-and-verify on a damaged backup', () => {
  let fixture: BackupFixture;
  let control: BackupRun;
  const runs = new Map<string, Promise<BackupRun>>();

  beforeAll(async () => {
    fixture = await openBackupFixture({ rds: { dataChecksums: false }, fill });
    control = await fixture.run();
    const left = [...FAULTS];
    const work = async () => {
      for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
        const run = fixture.run({ hook: strike(fixture, fault.damage) });
        runs.set(fault.name, run);
        await run.catch(() => {}); // Its own test reports.
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  });
  afterAll(() => fixture.close());

  test('without damage it proves every row, and names the table that no backup holds', () => {
    assert.equal(control.status, 'SUCCEEDED', control.cause);
    assert.equal(control.evidence.verdict, 'bounded');
    assert.deepEqual(findings(control, 'gap'), ['tables stats.live_scores']);
    assert.deepEqual(findings(control, 'failed'), []);
    assert.deepEqual(control.copies, []);
  });

  for (const { name, names } of FAULTS) {
    test(`${name} fails the execution, and the evidence names ${Object.values(names).join(' and ')}`, async () => {
      const run = await runs.get(name);
      assert.ok(run);
      assertNotProven(run, 'failed');
      const failed = run.evidence.rungs.filter(({ status }) => status === 'failed');
      assert.deepEqual(
        failed.map((rung) => rung.name),
        Object.keys(names),
        failed.map(({ summary }) => summary).join('; '),
      );
      for (const [rung, object] of Object.entries(names)) {
        assert.ok(findings(run, 'failed').includes(`${rung} ${object}`), findings(run, 'failed').join('; '));
      }
      assert.ok(run.cause.includes(Object.values(names).at(-1) ?? ''), run.cause);
    });
  }

  test('every object of the schema that is lost or changed is named, and nothing else', async () => {
    const copy = LOST_OBJECTS.map(([sql]) => sql).join('; ');
    const run = await fixture.run({ hook: strike(fixture, { copy }) });
    assertNotProven(run, 'failed');
    const found = findings(run, 'failed');
    for (const [sql, object] of LOST_OBJECTS) {
      assert.ok(found.includes(`schema ${object}`), `'${object}' is not named after: ${sql}\n${found.join('\n')}`);
    }
    const others = run.evidence.rungs.filter(({ name, status }) => status === 'failed' && name !== 'schema');
    assert.deepEqual(others, []);
  });

  test('a row that comes from nowhere is counted as unverifiable or fails the table, and is never proven', async () => {
    const copy = "insert into fantasy.counters values ('from nowhere', 1)";
    const run = await fixture.run({ hook: strike(fixture, { copy }) });
    const table = run.evidence.tables.find((verdict) => verdict.table === 'fantasy.counters');
    assert.ok(table);
    assert.ok(table.status === 'failed' || table.unverifiableRows === 1, JSON.stringify(table));
  });

  test('a snapshot from before the bracket is tried twice, and named as outside the bracket', async () => {
    const older = await takeSnapshot(fixture, policy.instance);
    const run = await fixture.run({ hook: restoring(async () => older) });
    assertNotProven(run, 'unbracketed');
    assertMisplaced(run, /^lies outside the bracket: newest heartbeat is \d+ of .+, S1 has \d+ of /);
  });

  test('a snapshot from after the bracket is tried twice, and named as outside the bracket', async () => {
    const run = await fixture.run({ hook: restoring(() => takeSnapshot(fixture, policy.instance)) });
    assertNotProven(run, 'unbracketed');
    assertMisplaced(run, /^lies outside the bracket: newest heartbeat is \d+ of .+, S2 has \d+ of /);
  });

  test('one misplaced snapshot is repeated under another name, and the repetition is proven', async () => {
    let times = 0;
    const swap = restoring(() => takeSnapshot(fixture, policy.instance));
    const run = await fixture.run({
      hook: (call, next, names) => {
        if (call.operation !== 'RestoreDBInstanceFromDBSnapshot') return next();
        times += 1;
        return times === 1 ? swap(call, next, names) : next();
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.equal(run.evidence.snapshot?.attempt, 2);
    assert.deepEqual(run.copies, []);
  });

  test("another database's snapshot is reported by its system identifier", async () => {
    const secretArn = policy.secretArn.replace('/fantasy', '/other');
    const other = { ...policy, instance: 'fantasy-other', secretArn, capabilities: {} };
    const source = await createSource(fixture.sandbox, { policy: other, fill });
    const { password } = fixture.source.gameday;
    const client = new pg.Client(source.master);
    await client.connect();
    await client.query(`alter role gameday password ${pg.escapeLiteral(String(password))}`);
    await client.end();
    const run = await fixture.run({ hook: restoring(() => takeSnapshot(fixture, other.instance)) });
    assertNotProven(run, 'failed');
    assert.match(run.evidence.summary, /^identity: system identifier is '\d+' in the copy, '\d+' in the source/);
  });
});

async function fill(master: pg.ClientConfig): Promise<void> {
  await loadDemo(master, { megabytes: 6 });
  const client = new pg.Client(master);
  await client.connect();
  await client.query(
    "select lo_from_bytea(0, 'a large object'), lo_from_bytea(0, decode(repeat('0102', 9000), 'hex'))",
  );
  await client.query("insert into stats.live_scores values (1, 2, 3, interval '4 minutes') on conflict do nothing");
  await client.query('select nextval(pg_get_serial_sequence($1, $2)) from generate_series(1, 3)', [
    'stats.injury_reports',
    'id',
  ]);
  await client.query("alter role demo_app set statement_timeout = '5s'");
  // Whatever autovacuum would still do to these pages would undo the damage: the log of a snapshot brings pages back.
  await client.query('vacuum (freeze, analyze)');
  await client.end();
}

/** Restores what `choose` answers instead of the run's own snapshot. */
function restoring(choose: () => Promise<string>): Hook {
  return async ({ operation, input }, next) => {
    if (operation === 'RestoreDBInstanceFromDBSnapshot') {
      (input as { DBSnapshotIdentifier: string }).DBSnapshotIdentifier = await choose();
    }
    return next();
  };
}

async function takeSnapshot(fixture: BackupFixture, instance: string): Promise<string> {
  const identifier = `by-hand-${randomUUID()}`;
  const names = { DBSnapshotIdentifier: identifier, DBInstanceIdentifier: instance };
  // The source may be at a backup of its own.
  await waitUntil('the snapshot is begun', async () =>
    fixture.call('rds', 'CreateDBSnapshot', names).then(
      () => true,
      ({ name }: Error) => name !== 'InvalidDBInstanceStateFault' && assert.fail(name),
    ),
  );
  await waitUntil('the snapshot is available', async () => {
    const { DBSnapshots } = await fixture.call<{ DBSnapshots: { Status: string }[] }>('rds', 'DescribeDBSnapshots', {
      DBSnapshotIdentifier: identifier,
    });
    return DBSnapshots[0]?.Status === 'available';
  });
  return identifier;
}

const findings = (run: BackupRun, status: string) =>
  run.evidence.rungs.flatMap((rung) =>
    rung.findings.filter((finding) => finding.status === status).map(({ object }) => `${rung.name} ${object}`),
  );

function assertNotProven(run: BackupRun, verdict: string): void {
  assert.equal(run.status, 'FAILED');
  assert.equal(run.error, 'BackupNotProven', run.cause);
  assert.equal(run.evidence.verdict, verdict, run.evidence.summary);
  assert.equal(run.notifications.length, 1);
  assert.match(run.notifications[0]?.topicArn ?? '', /:pg-gameday-p1-dev$/);
  assert.deepEqual(run.copies, []);
  assert.equal(run.evidence.cleanUpFailure, null);
}

function assertMisplaced(run: BackupRun, problem: RegExp): void {
  assert.equal(run.evidence.snapshot?.attempt, 2);
  const bracket = run.evidence.rungs.find(({ name }) => name === 'bracket');
  assert.equal(bracket?.findings[0]?.object, run.evidence.snapshot?.id);
  assert.match(bracket?.findings[0]?.problem ?? '', problem);
}
