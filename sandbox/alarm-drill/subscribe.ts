import type { DrillServer } from './drill-server.ts';

/** A subscriber of everything that is published: table `orders` and the heartbeat. Disposed of, both servers are as before. */
export async function subscribe(publisher: DrillServer, subscriber: DrillServer): Promise<AsyncDisposable> {
  const { port } = publisher.master;
  const connection = `host=${publisher.socketDirectory} port=${port} user=rdsadmin password=admin dbname=app`;
  const table = 'create table if not exists orders (id int primary key)';
  await publisher.asSuperuser(async (client) => {
    await client.query(table);
    await client.query('create publication all_of_it for table orders, gameday.heartbeat');
  });
  await subscriber.asSuperuser(async (client) => {
    await client.query(table);
    await client.query('truncate gameday.heartbeat, orders');
    await client.query(`create subscription all_of_it connection '${connection}' publication all_of_it`);
  });
  return {
    async [Symbol.asyncDispose]() {
      await subscriber.asSuperuser((client) => client.query('drop subscription all_of_it'));
      await publisher.asSuperuser((client) => client.query('drop publication all_of_it'));
    },
  };
}
