import assert from 'node:assert/strict';
import pg from 'pg';
import { backupReport } from '../../../shared/report/backup/backup-report.ts';
import { type BackupFixture, openBackupFixture } from '../../support/sandbox/backup.ts';

let fixture: BackupFixture;
beforeAll(async () => {
  fixture = await openBackupFixture({
    database: 'own',
    fill: async (master) => {
      const client = new pg.Client(master);
      await client.connect();
      await client.query(`create table orders (id integer primary key, note text);
insert into orders select n, 'order ' || n from generate_series(1, 5000) n;
create table lines (id integer primary key); insert into lines select generate_series(1, 300)`);
      await client.end();
    },
  });
});
afterAll(() => fixture.close());

test('tables that were emptied between two nights are exact, and reported as a warning', async () => {
  const first = await fixture.run();
  assert.equal(first.evidence.verdict, 'exact', first.cause);
  assert.deepEqual(first.evidence.warnings, []);
  assert.match(first.notifications[0]?.topicArn ?? '', /-p4-dev$/);

  await fixture.asMaster((client) => client.query('delete from orders; delete from lines'));
  const { status, evidence, notifications } = await fixture.run();
  assert.deepEqual([status, evidence.verdict], ['SUCCEEDED', 'exact']);
  assert.deepEqual(
    evidence.warnings.map(({ object }) => object),
    ['database', 'public.orders', 'public.lines'],
  );
  assert.match(
    evidence.summary,
    /; warning: database holds no row any more, the proof before it found 5300, and 2 more$/,
  );
  const [message] = notifications;
  assert.equal(notifications.length, 1);
  assert.match(message?.topicArn ?? '', /-p3-dev$/);
  assert.match(message?.subject ?? '', /verified: exact, with 3 warnings/);
  assert.ok(backupReport(evidence, 'UTC', []).includes('is empty, it had 5000 rows'));
});
