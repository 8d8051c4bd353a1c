import assert from 'node:assert/strict';
import pg from 'pg';
import { loginOfApplication } from '../../../sandbox/demo/application.ts';
import { storeClientSecret } from '../../../sandbox/demo/client-secret.ts';
import { makeReplica } from '../../../sandbox/demo/replica.ts';
import { asAdministrator } from '../../../sandbox/postgres/administration.ts';
import { createSource } from '../../../sandbox/source.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import type { FaultFixture } from '../../support/sandbox/injector.ts';

const database = 'fantasy';
export const away = devStage().dr?.region ?? '';
export const replicaId = 'fantasy-dr';

/** The database of the demo in the first region, filled by `sql`, which makes role demo_app: the application is this. */
export async function makePrimary(fixture: FaultFixture, sql: string) {
  const policy = devStage().databases[database] ?? assert.fail();
  const source = await createSource(fixture.sandbox, {
    policy,
    instanceClass: 'db.t3.micro',
    fill: async (master) => {
      const client = new pg.Client(master);
      await client.connect();
      await client.query(sql);
      await client.end();
    },
  });
  const application = await loginOfApplication(source.master);
  storeClientSecret(fixture.sandbox, database, application as { user: string; password: string });
  return { source, application };
}

/** The same with a replica in the second region, and sessions on both. */
export async function makePrimaryWithReplica(fixture: FaultFixture, sql: string) {
  const { source, application } = await makePrimary(fixture, sql);
  await makeReplica({ sandbox: fixture.sandbox, instance: source.instance, database }, replicaId);
  const asSuperuser = <T>(id: string, region: string, work: (client: pg.Client) => Promise<T>) =>
    asAdministrator(fixture.sandbox.rds.inspect.server(region, id), work, database);
  return {
    ...{ source, application, asSuperuser },
    /** As the application. */
    async connected(id: string, region: string): Promise<pg.Client> {
      const client = new pg.Client({ ...application, port: fixture.sandbox.rds.inspect.server(region, id).port });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    /** The ids in table `written`. */
    rowsOf: (id: string, region: string) =>
      asSuperuser(id, region, async (client) => {
        const { rows } = await client.query<{ id: number }>('select id from written order by id');
        return rows.map((row) => row.id);
      }),
  };
}

export type PrimaryWithReplica = Awaited<ReturnType<typeof makePrimaryWithReplica>>;
