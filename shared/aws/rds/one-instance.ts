import { type DBInstance, DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';

/** What RDS says of one instance; undefined where there is none of that name. */
export async function describeInstance(client: RDSClient, id: string): Promise<DBInstance | undefined> {
  const found = await callAws(`describe instance '${id}'`, (options) =>
    client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }), options),
  ).catch(undefinedWhen('DBInstanceNotFoundFault', 'DBInstanceNotFound'));
  return found?.DBInstances?.[0];
}

/** RDS refuses because of the instance's status: something else is under way. */
export const isBusy = (error: unknown): boolean =>
  isAwsError(error, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceState');

/** False when RDS refuses because something else is under way. */
export async function unlessBusy(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
