import { asAdministrator } from '../postgres/administration.ts';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import { invoke } from './invoke.ts';

const DAY = 86_400_000;

/** Puts down what a database has that was reported yesterday: its statements are counted, and a sample of them is a day old. */
export async function countSinceYesterday(
  sandbox: Sandbox,
  { database, instanceId }: { readonly database: string; readonly instanceId: string },
): Promise<void> {
  const server = sandbox.rds.inspect.server(sandbox.region, instanceId);
  const { database: name = database } = devStage().databases[database] ?? {};
  await asAdministrator(server, (client) => client.query('create extension if not exists pg_stat_statements'), name);
  await invoke(sandbox, 'readStatements', {
    executionName: `yesterday-${Date.now().toString(36)}`,
    startedAt: new Date(Date.now() - DAY).toISOString(),
  });
}
