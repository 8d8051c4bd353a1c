import { startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { startCollector } from '../../support/health/collector.ts';
test('t', async () => {
  await using server = await startBootstrappedServer('create table a (id serial primary key, s smallint)');
  const c = startCollector({ one: server });
  console.log(JSON.stringify(await c.pass(), null, 1));
  console.log(JSON.stringify(await c.pass(), null, 1));
  console.log([...c.objects]);
});
