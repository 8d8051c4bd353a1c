import type { Keys } from '../aws/keys.ts';
import type { AutomatedBackups } from '../aws/rds/automated-backups.ts';
import { connectionTarget } from '../aws/rds/connection-target.ts';
import type { Rds } from '../aws/rds/instances.ts';
import type { RdsInventory } from '../aws/rds/inventory.ts';
import type { Replicas } from '../aws/rds/standby/replicas.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { DatabaseFacts, SideFacts } from '../contracts/dr-readiness/dr-readiness.ts';
import { fenceStatementDeadline } from '../deadlines.ts';
import { backupHealth } from '../domain/backup/health.ts';
import { tagKeys } from '../domain/resource/throw-away.ts';
import { coerceError } from '../errors.ts';
import { readDatabaseFacts } from '../pg/readiness/read-database-facts.ts';
import { readReplay } from '../pg/replication/replay.ts';
import { type ConnectionTarget, withConnection } from '../pg/session/connect.ts';
import type { DatabasePolicy } from '../policy/schema.ts';

export type CollectParts = {
  readonly rds: Pick<Rds, 'findInstance'>;
  readonly inventory: Pick<RdsInventory, 'listSnapshots'>;
  readonly backups: AutomatedBackups;
  readonly secrets: Secrets;
  readonly replicas: Pick<Replicas, 'listReplicas'>;
  readonly keys: Keys;
  /** With which copies are encrypted in the second region. */
  readonly copyKeyId: string | undefined;
  readonly region: string;
  readonly side: 'primary' | 'standby';
  readonly now: () => Date;
};

/** What this region holds of a database. A database that does not answer is a fact, too; what AWS does not answer is not. */
export async function collectSide(database: string, policy: DatabasePolicy, parts: CollectParts): Promise<SideFacts> {
  const { rds, inventory, backups, keys, copyKeyId, region, side, now } = parts;
  const instanceId = side === 'primary' ? policy.instance : policy.standby?.instance;
  const instance = instanceId === undefined ? undefined : await rds.findInstance(instanceId);
  const health = backupHealth(
    database,
    {
      snapshots: await inventory.listSnapshots(),
      latestRestorableTime: undefined,
      latestReplicatedTime: undefined,
      history: [],
    },
    now(),
  );
  const latest = (await backups.find(policy.instance))?.latest;
  const answered =
    instanceId === undefined ? { facts: null, failure: null } : await askDatabase(policy, instanceId, parts);
  return {
    schemaVersion: 1,
    ...{ database, region, side, collectedAt: now().toISOString() },
    instance:
      instance === undefined
        ? null
        : {
            ...{ id: instance.id, status: instance.status, instanceClass: instance.instanceClass },
            ...{
              storageGb: instance.storageGb,
              engineVersion: instance.engineVersion,
              waitsForReboot: instance.waitsForReboot,
            },
          },
    ...answered,
    snapshotSeconds: health.verifiedHours === undefined ? null : health.verifiedHours * 3600,
    restorableSeconds: latest === undefined ? null : (now().getTime() - latest.getTime()) / 1000,
    keyState: side === 'standby' && copyKeyId !== undefined ? await keys.stateOf(copyKeyId) : null,
    replica: side === 'standby' ? await askReplica(database, policy, parts) : null,
  };
}

type Answer = { readonly facts: DatabaseFacts | null; readonly failure: string | null };

async function askDatabase(policy: DatabasePolicy, instanceId: string, parts: CollectParts): Promise<Answer> {
  const targetOf = (secretArn: string): Promise<ConnectionTarget> =>
    connectionTarget(parts, { database: policy.database, secretArn }, instanceId);
  const options = { purpose: 'looks whether a promotion would serve', readOnly: true };
  try {
    const facts = await withConnection(await targetOf(policy.secretArn), options, async (client) => {
      const { fence } = policy.capabilities;
      if (fence === undefined || parts.side === 'standby') return readDatabaseFacts(client);
      const asFence = { ...options, statementTimeout: fenceStatementDeadline };
      return withConnection(await targetOf(fence.secretArn), asFence, (session) => readDatabaseFacts(client, session));
    });
    return { facts, failure: null };
  } catch (error) {
    const { name, message } = coerceError(error);
    return { facts: null, failure: `${name}: ${message}` };
  }
}

/** The one that dr-promotion would promote: without the tag, or with two that bear it, there is none. */
async function askReplica(
  database: string,
  { instance, ...policy }: DatabasePolicy,
  parts: CollectParts,
): Promise<NonNullable<SideFacts['replica']> | null> {
  const [found, ...others] = (await parts.replicas.listReplicas()).filter(
    ({ tags, sourceId }) => tags[tagKeys.replicaOf] === database && sourceId?.endsWith(`:db:${instance}`) === true,
  );
  if (found === undefined || others.length > 0) return null;
  const { id, status } = found;
  if (status !== 'available') return { id, status, replay: null, failure: null };
  try {
    const target = await connectionTarget(parts, policy, id);
    const options = { purpose: 'looks how far a replica is behind', readOnly: true };
    const replay = await withConnection(target, options, (client) => readReplay(client, id));
    return { id, status, replay, failure: null };
  } catch (error) {
    const { name, message } = coerceError(error);
    return { id, status, replay: null, failure: `${name}: ${message}` };
  }
}
