import { setTimeout as delay } from 'node:timers/promises';
import type { DBInstance } from '@aws-sdk/client-rds';
import type { DrillScene } from '../drill.ts';

/** Milliseconds within which a promotion by hand ends. */
const patience = 120_000;

/** Milliseconds that a person's own call of RDS takes on the same machine, until the instance can be written to. */
export async function promoteByHand({ sandbox }: DrillScene, region: string, id: string): Promise<number> {
  const began = Date.now();
  const asked = { region, caller: sandbox.credentials.operator.caller };
  await sandbox.dispatch('rds', 'PromoteReadReplica', { DBInstanceIdentifier: id }, asked);
  while (Date.now() - began < patience) {
    const { DBInstances = [] } = (await sandbox.dispatch(
      'rds',
      'DescribeDBInstances',
      { DBInstanceIdentifier: id },
      asked,
    )) as { DBInstances?: DBInstance[] };
    const [found] = DBInstances;
    const isWritable =
      found?.ReadReplicaSourceDBInstanceIdentifier === undefined &&
      ['available', 'backing-up'].includes(found?.DBInstanceStatus ?? '');
    if (isWritable) return Date.now() - began;
    await delay(50);
  }
  throw new Error(`'${id}' cannot be written to ${patience / 1000} s after its promotion by hand`);
}
