import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import type { ConnectionTarget } from '../../../shared/pg/session/connect.ts';
import { type RdsLikeOptions, type RdsLikeServer, startRdsLikeServer } from './rds-like-server.ts';

export type BootstrappedServer = RdsLikeServer & {
  /** The role `gameday` in `app`, as the functions log in. */
  readonly target: ConnectionTarget;
};

const password = 'a-password';

/** A server whose database `app` is bootstrapped, then given `sql` by the master user; its authority is trusted until it is disposed of. */
export async function startBootstrappedServer(sql = '', options: RdsLikeOptions = {}): Promise<BootstrappedServer> {
  const server = await startRdsLikeServer(options);
  const dispose = server[Symbol.asyncDispose].bind(server);
  const master = await server.connect();
  await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app' }));
  await master.query(`alter role gameday password '${password}'`);
  await master.query(sql);
  const { host, port } = server.master;
  process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
  return {
    ...server,
    target: { host: String(host), port: Number(port), database: 'app', user: 'gameday', password },
    async [Symbol.asyncDispose]() {
      delete process.env['PGSSLROOTCERT'];
      await dispose();
    },
  };
}
