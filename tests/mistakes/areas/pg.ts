// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What is asked of PostgreSQL, and how a session behaves there. */
export const pg: readonly MistakesInFile[] = [
  {
    file: 'shared/pg/session/connect.ts',
    tests: ['tests/unit/shared/pg/session-manners.test.ts'],
    mistakes: [
      { name: 'TLS is not verified', find: 'rejectUnauthorized: true', replace: 'rejectUnauthorized: false' },
      { name: 'no lock_timeout', find: '    lock_timeout: String(lockDeadline),\n', replace: '' },
      {
        name: 'no statement_timeout',
        find: '    statement_timeout: String(options.statementTimeout ?? catalogueDeadline),\n',
        replace: '',
      },
      {
        name: "a stranger's schema shadows what is built in",
        find: "  search_path: 'pg_catalog,pg_temp',\n",
        replace: '',
      },
      {
        name: 'a session is left when its work failed',
        find: '  try {\n    return await run(client);\n  } finally {\n    await client.end().catch(() => {});\n  }',
        replace: '  const done = await run(client);\n  await client.end().catch(() => {});\n  return done;',
      },
    ],
  },
  {
    file: 'shared/pg/session/session-pool.ts',
    tests: ['tests/unit/shared/pg/session-manners.test.ts'],
    mistakes: [
      {
        name: 'the sessions of a pool are never ended',
        find: 'await Promise.all(clients.map((client) => client.end().catch(() => {})));',
        replace: '',
      },
    ],
  },
  {
    file: 'shared/pg/session/exported-snapshot.ts',
    tests: ['tests/unit/shared/pg/session-manners.test.ts'],
    mistakes: [
      {
        name: 'a killed function holds back vacuum for ever',
        find: '    await client.query(endAfter(deadline));\n',
        replace: '',
      },
      { name: 'a snapshot that is left is held for its whole deadline', find: ' ${endAfter(grace)}`', replace: '`' },
      {
        name: 'a reading transaction may write',
        find: "'begin isolation level repeatable read read only',",
        replace: "'begin isolation level repeatable read',",
      },
      {
        name: 'a failed statement leaves its transaction open',
        find: "    await client.query('rollback').catch(() => {});\n",
        replace: '',
      },
    ],
  },
  {
    file: 'shared/pg/witness/heartbeat.ts',
    tests: ['tests/unit/shared/pg/session-manners.test.ts'],
    mistakes: [
      {
        name: 'a heartbeat session outlives its function for ever',
        find: '; set idle_session_timeout = ${heartOutlives}`',
        replace: '`',
      },
      {
        name: 'a heartbeat session is left by its function',
        find: '      await pending;\n      await client.end().catch(() => {});',
        replace: '      await pending;',
      },
      {
        name: 'a heartbeat session that was refused is left',
        find: '  } catch (error) {\n    await client.end().catch(() => {});\n    throw error;',
        replace: '  } catch (error) {\n    throw error;',
      },
      {
        name: 'two runs hold the heart',
        find: 'return true;\n    if (Date.now() >= until) return false;',
        replace: 'return true;\n    if (Date.now() >= until) return true;',
      },
    ],
  },
  {
    file: 'shared/pg/witness/certificate-fault.ts',
    tests: ['tests/unit/shared/pg/certificate-fault.test.ts'],
    mistakes: [
      {
        name: 'an unknown authority is reported as unreachable',
        find: "  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],\n",
        replace: '',
      },
      {
        name: 'an expired certificate is another host name',
        find: "['CERT_HAS_EXPIRED', outOfTime]",
        replace: "['CERT_HAS_EXPIRED', otherName]",
      },
    ],
  },
  {
    file: 'shared/pg/session/statement-error.ts',
    tests: ['tests/unit/shared/pg/statement-error.test.ts'],
    mistakes: [{ name: 'a server that restarts is at fault for a statement', find: '57P0[123]', replace: '57P04' }],
  },
  {
    file: 'shared/pg/verify/structure.ts',
    tests: ['tests/unit/shared/pg/structure-checks.test.ts'],
    mistakes: [
      { name: 'TOAST is not checked', find: 'check_toast => true', replace: 'check_toast => false' },
      {
        name: 'rows without an entry in their index are not looked for',
        find: 'regclass, ${isWhole})',
        replace: 'regclass, false)',
      },
      {
        name: 'a check of the structure has no deadline',
        find: '    await client.query(`set statement_timeout = ${Math.ceil(deadline)}`);\n',
        replace: '',
      },
      {
        name: 'a damaged heap is a gap',
        find: "if (first !== undefined) return [{ object, status: 'failed'",
        replace: "if (first !== undefined) return [{ object, status: 'gap'",
      },
      {
        name: 'an index that nobody compares is passed over',
        find: 'return [gap(`is a ${method} index',
        replace: "if (method === '') return [gap(`is a ${method} index",
      },
    ],
  },
  {
    file: 'shared/pg/witness/relations.ts',
    tests: ['tests/unit/shared/pg/relations.test.ts'],
    mistakes: [
      {
        name: 'a table that the role may not read is left out',
        find: "row['readable'] === false);",
        replace: "row['readable'] === undefined);",
      },
      {
        name: 'the bytes of an unlogged table are in a backup',
        find: "row['relkind'] !== 'f' && row['relpersistence'] !== 'u'",
        replace: "row['relkind'] !== 'f'",
      },
      {
        name: 'rows that a policy hides are proven',
        find: "  if (row['filtered'] === true) return",
        replace: "  if (row['filtered'] === null) return",
      },
    ],
  },
  {
    file: 'shared/pg/witness/table-scan.ts',
    tests: ['tests/unit/shared/pg/relations.test.ts'],
    mistakes: [
      {
        name: 'a table that was rewritten is read on',
        find: 'Number(filenode) === relation.filenode) return false',
        replace: 'Number(filenode) > 0) return false',
      },
      {
        name: 'a damaged page of the source is a gap',
        find: 'notes.damage.set(relation.oid, error.message)',
        replace: 'notes.gaps.set(relation.oid, error.message)',
      },
    ],
  },
  {
    file: 'shared/pg/witness/column-hash.ts',
    tests: ['tests/unit/shared/pg/column-hash.test.ts'],
    mistakes: [
      {
        name: 'two columns that exchange their values have the same hash',
        find: 'return terms.length < 2 ? first : `hashint4extended(0, ${xorSql(terms)})`',
        replace: 'return terms.length < 2 ? first : xorSql(terms)',
      },
      {
        name: 'a null among columns that are NOT NULL hides a row',
        find: '`coalesce(${chainSql(group, method)}, ${recordSql(group, method)})`',
        replace: 'chainSql(group, method)',
      },
    ],
  },
  {
    file: 'shared/pg/witness/columns.ts',
    tests: ['tests/unit/shared/pg/column-hash.test.ts'],
    mistakes: [
      {
        name: 'a number is hashed by an equality that is wider than its bytes',
        find: "  [1043, 'text'],\n",
        replace: "  [1043, 'text'],\n  [1700, 'int8'],\n",
      },
    ],
  },
  {
    file: 'shared/pg/witness/table-batches.ts',
    tests: ['tests/unit/shared/pg/table-batches.test.ts'],
    mistakes: [
      { name: 'a batch of tables has no bound', find: 'batch.length >= mostTables || ', replace: '' },
      { name: 'the last batch is read by nobody', find: '  if (batch.length > 0) yield batch;\n', replace: '' },
    ],
  },
];
