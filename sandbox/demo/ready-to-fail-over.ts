import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import type { Sandbox } from '../sandbox.ts';

/** What the owner of an instance does once. */
export async function readyToFailOver({
  sandbox,
  source,
}: {
  readonly sandbox: Sandbox;
  readonly source: { readonly instance: string };
}): Promise<void> {
  const there = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const change: ModifyDBInstanceMessage = {
    ...{ DBInstanceIdentifier: source.instance, MultiAZ: true, ApplyImmediately: true },
  };
  await sandbox.dispatch('rds', 'ModifyDBInstance', change, there);
  await sandbox.rds.inspect.idle();
  const ResourceName = `arn:aws:rds:${sandbox.region}:${sandbox.credentials.account}:db:${source.instance}`;
  const tags = { ResourceName, Tags: [{ Key: 'pg-gameday:failover-drill', Value: 'allowed' }] };
  await sandbox.dispatch('rds', 'AddTagsToResource', tags, there);
}
