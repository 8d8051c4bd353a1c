/**
 * The source's side of a database of many small tables, in milliseconds a table.
 *
 *   npm run bench:tables -- [tables] [runs]
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findClientTools } from '../sandbox/postgres/client-tools.ts';
import { applyBootstrap } from '../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../shared/pg/bootstrap/bootstrap-sql.ts';
import { startRdsLikeServer } from '../tests/support/postgres/rds-like-server.ts';
import { measureSource, sourceLines } from './source-side.ts';

const tables = Number(process.argv[2] ?? 5000);
const runs = Number(process.argv[3] ?? 3);
const server = await startRdsLikeServer();
try {
  const master = await server.connect();
  await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app' }));
  await master.query("alter role gameday password 'bench'");
  for (let from = 1; from <= tables; from += 500) {
    await master.query(`do $$ begin for n in ${from}..${Math.min(tables, from + 499)} loop
execute format('create table t%s (id integer primary key, note text not null, at timestamptz default now())', n);
execute format('insert into t%s select i, md5(i::text) from generate_series(1, 100) i', n);
end loop; end $$`);
  }
  await master.query('vacuum analyze');
  await master.end();
  process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
  const { host, port, database } = server.master;
  const target = {
    host: String(host),
    port: Number(port),
    database: String(database),
    user: 'gameday',
    password: 'bench',
  };
  const tools = await findClientTools(18);
  const dump = async () => {
    const url = `postgresql://gameday@${target.host}:${target.port}/${target.database}?sslmode=verify-ca`;
    await promisify(execFile)('sh', ['-c', `'${tools.pgDump}' --enable-row-security '${url}' | sha256sum`], {
      env: { ...process.env, PGPASSWORD: target.password },
      maxBuffer: 1 << 20,
    });
  };
  for (const line of sourceLines(await measureSource(target, { connections: 2, runs, dump }))) console.log(line);
} finally {
  await server[Symbol.asyncDispose]();
}
