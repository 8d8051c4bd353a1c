import assert from 'node:assert/strict';
import pg from 'pg';
import { nameErrors } from '../../../../shared/pg/session/statement-error.ts';

/** A session whose statements end like this. */
const sessionThat = (answer: () => unknown) =>
  nameErrors(Object.assign(new pg.Client(), { query: answer }), "'db:5432'");
const failing = (message: string, code?: string) =>
  sessionThat(() => Promise.reject(Object.assign(new Error(message), code === undefined ? {} : { code })));

test('a session that ends while a statement runs is an unreachable database, which is tried again', async () => {
  for (const [message, code] of [
    ['terminating connection due to administrator command', '57P01'],
    ['terminating connection because of crash of another server process', '57P02'],
    ['the database system is shutting down', '57P03'],
    ['connection failure', '08006'],
    ['read ECONNRESET', 'ECONNRESET'],
    ['Connection terminated unexpectedly', undefined],
    ['Client has encountered a connection error and is not queryable', undefined],
  ] as const) {
    await assert.rejects(failing(message, code).query('select 1'), {
      name: 'DatabaseUnreachableError',
      message: /^'db:5432' ended the session while a statement ran\nHINT: /,
    });
  }
});

test('a statement that is refused has a name, the words of the server, and its SQLSTATE', async () => {
  for (const code of ['57014', '42501', 'XX001', '53100']) {
    await assert.rejects(failing('reported by the server', code).query('select 1'), {
      name: 'StatementFailedError',
      message: 'reported by the server',
      code,
    });
  }
});

test('what a statement answers stays as it is', async () => {
  const rows = [{ n: 1 }];
  assert.deepEqual((await sessionThat(() => Promise.resolve({ rows })).query('select 1')).rows, rows);
});
