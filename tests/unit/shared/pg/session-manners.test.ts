import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { heartOutlives, lockDeadline, snapshotIsLeft } from '../../../../shared/deadlines.ts';
import { connect, withConnection } from '../../../../shared/pg/session/connect.ts';
import { exportSnapshot, queryUnder } from '../../../../shared/pg/session/exported-snapshot.ts';
import { withSessionPool } from '../../../../shared/pg/session/session-pool.ts';
import { startHeart } from '../../../../shared/pg/witness/heartbeat.ts';
import { makeCertificate } from '../../../support/certificates.ts';
import { type FakePostgres, startFakePostgres } from '../../../support/fake-postgres.ts';
import { waitUntil } from '../../../support/wait-until.ts';

/** What a session of ours asks of a server, and what it leaves there. */
describe('a session of ours', () => {
  let folder: string;
  let server: FakePostgres;
  let isLocked = false;
  const previous = process.env['PGSSLROOTCERT'];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'manners-'));
    const authority = await makeCertificate({ isAuthority: true });
    await writeFile(path.join(folder, 'ca.pem'), authority.cert);
    process.env['PGSSLROOTCERT'] = path.join(folder, 'ca.pem');
    server = await startFakePostgres(await makeCertificate({ ca: authority }), (statement) => {
      if (statement.includes('pg_try_advisory_lock')) return [{ held: !isLocked }];
      if (statement.includes('pg_export_snapshot')) return [{ id: '1-1', text: '5:9:', at: '', lsn: '0/1' }];
      if (statement.includes('insert into gameday.heartbeat')) return [{ beat: '1', at: '', lsn: '0/1', xid: '7' }];
      return [];
    });
  });
  afterAll(async () => {
    await server.stop();
    if (previous === undefined) delete process.env['PGSSLROOTCERT'];
    else process.env['PGSSLROOTCERT'] = previous;
    await rm(folder, { recursive: true });
  });
  const target = () => ({ host: 'localhost', port: server.port, database: 'd', user: 'u', password: 'p' });
  const newest = () => server.sessions.at(-1) ?? assert.fail('nobody came');
  const isOver = () => waitUntil('the session is ended', () => server.sessions.every(({ isEnded }) => isEnded), 5000);

  test('says nothing to a server that an unknown authority vouches for', async () => {
    const other = await startFakePostgres(await makeCertificate({}));
    try {
      await assert.rejects(connect({ ...target(), port: other.port }, { purpose: 'test' }), {
        name: 'CertificateRejectedError',
      });
      assert.deepEqual(other.sessions, []);
    } finally {
      await other.stop();
    }
  });

  test('waits for no lock longer than seconds, and for no statement without end', async () => {
    await (await connect(target(), { purpose: 'test' })).end();
    const { options = '' } = newest().startup;
    assert.ok(lockDeadline > 0 && lockDeadline <= 5000);
    assert.match(options, new RegExp(`-c lock_timeout=${lockDeadline}( |$)`));
    assert.match(options, /-c statement_timeout=[1-9]\d+/);
  });

  test('is shadowed by no schema of a stranger, and says what it is for', async () => {
    await (await connect(target(), { purpose: 'test' })).end();
    assert.match(newest().startup['options'] ?? '', /-c search_path=pg_catalog,pg_temp( |$)/);
    assert.equal(newest().startup['application_name'], 'pg-gameday test');
  });

  test('is ended when its work is done, and when it failed', async () => {
    await withConnection(target(), { purpose: 'test' }, async () => {});
    await assert.rejects(
      withConnection(target(), { purpose: 'test' }, async () => {
        throw new Error('it failed');
      }),
      /it failed/,
    );
    await assert.rejects(
      withSessionPool(target(), { purpose: 'test', size: 2 }, async () => {
        throw new Error('it failed');
      }),
      /it failed/,
    );
    await isOver();
  });

  test('that beats is ended by the server soon after its function is gone, and by its function at the end', async () => {
    const heart = await startHeart(target(), { run: 'run', goesOn: false });
    try {
      const { statements } = newest();
      const first = statements.findIndex((one) => one.includes(`set idle_session_timeout = ${heartOutlives}`));
      const lock = statements.findIndex((one) => one.includes('pg_try_advisory_lock'));
      assert.ok(first >= 0 && first < lock, statements.join('\n'));
      assert.match(statements[first] ?? '', /synchronous_commit = 'on'/);
      assert.equal((await heart.beat()).beat, '1');
    } finally {
      await heart.stop();
    }
    await isOver();
  });

  test('that is refused the heart leaves no session behind', async () => {
    isLocked = true;
    await assert.rejects(startHeart(target(), { run: 'run', goesOn: false }), { name: 'BackupAlreadyRunningError' });
    isLocked = false;
    await isOver();
  });

  test('that holds a snapshot open is ended by the server at its deadline, or soon when it is left', async () => {
    const snapshot = await exportSnapshot(target(), 'S1', 1234);
    const { statements } = newest();
    const begin = statements.indexOf('begin isolation level repeatable read read only');
    const bound = statements.indexOf('set idle_in_transaction_session_timeout = 1234');
    assert.ok(bound >= 0 && bound < begin, statements.join('\n'));
    await snapshot.leave(snapshotIsLeft);
    assert.match(statements.at(-1) ?? '', new RegExp(`set idle_in_transaction_session_timeout = ${snapshotIsLeft}$`));
    await snapshot.release();
    await isOver();
  });

  test('reads under a snapshot without writing, and holds no lock when a statement fails', async () => {
    const said: string[] = [];
    const client = {
      async query(text: string) {
        said.push(text);
        if (text.includes('broken')) throw new Error('broken');
        return text.split(';\n').map((one) => ({ rows: [{ one }] }));
      },
    } as unknown as pg.Client;
    assert.deepEqual(await queryUnder(client, '1-1', ['select 1']), [[{ one: 'select 1' }]]);
    assert.deepEqual(said, [
      "begin isolation level repeatable read read only;\nset transaction snapshot '1-1';\nselect 1;\nrollback",
    ]);
    await assert.rejects(queryUnder(client, undefined, ['broken']), /broken/);
    assert.equal(said.at(-1), 'rollback');
  });
});
