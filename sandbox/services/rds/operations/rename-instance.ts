import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import { breakInstance, lasting } from '../engine/instance-work.ts';
import { instanceAlreadyExists } from '../model/errors.ts';
import { checkedIdentifier, makeArn } from '../model/identifiers.ts';
import type { Instance } from '../model/model.ts';
import type { Rds } from '../rds.ts';
import { restart } from './start-stop.ts';

/** The name that an instance is to have; undefined when it keeps its own. */
export function wantedName(rds: Rds, instance: Instance, input: ModifyDBInstanceMessage): string | undefined {
  if (input.NewDBInstanceIdentifier === undefined) return undefined;
  const name = checkedIdentifier('NewDBInstanceIdentifier', input.NewDBInstanceIdentifier);
  if (name === instance.identifier) return undefined;
  if (rds.region(instance.region).instances.has(name)) throw instanceAlreadyExists();
  if (input.ApplyImmediately !== true)
    throw new AwsError('NotImplemented', 'the sandbox renames an instance at once, and in no maintenance window');
  return name;
}

/** RDS reboots an instance for its new name, which its endpoint and its ARN have from then on. The old name is free. */
export function rename(rds: Rds, instance: Instance, name: string): void {
  instance.status = 'renaming';
  rds.jobs.start(
    (signal) =>
      lasting(rds, rds.durations.modify, signal, async () => {
        const { instances } = rds.region(instance.region);
        instances.delete(instance.identifier);
        instance.identifier = name;
        instance.arn = makeArn(instance.region, rds.account, 'db', name);
        instances.set(name, instance);
        await restart(rds, instance);
        if (instance.status === 'renaming') instance.status = 'available';
      }),
    () => breakInstance(rds, instance, 'failed'),
  );
}
