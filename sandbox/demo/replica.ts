import type { DBInstance } from '@aws-sdk/client-rds';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';

/** Milliseconds within which a replica is there. */
const patience = 120_000;

/** A read replica of an instance in the second region, which bears the tag that lets it be promoted. */
export async function makeReplica(
  { sandbox, instance, database }: { readonly sandbox: Sandbox; readonly instance: string; readonly database: string },
  id: string,
): Promise<void> {
  const { dr } = devStage();
  if (dr === undefined) throw new Error("stage 'dev' has no second region");
  const there = { region: dr.region, caller: sandbox.credentials.operator.caller };
  await sandbox.dispatch(
    'rds',
    'CreateDBInstanceReadReplica',
    {
      DBInstanceIdentifier: id,
      SourceDBInstanceIdentifier: `arn:aws:rds:${sandbox.region}:${sandbox.credentials.account}:db:${instance}`,
      DBParameterGroupName: `${instance}-parameters`,
      KmsKeyId: dr.kmsKeyId,
      Tags: [{ Key: 'pg-gameday:replica-of', Value: database }],
    },
    there,
  );
  const until = Date.now() + patience;
  for (;;) {
    const { DBInstances = [] } = (await sandbox.dispatch(
      'rds',
      'DescribeDBInstances',
      { DBInstanceIdentifier: id },
      there,
    )) as {
      DBInstances?: DBInstance[];
    };
    const status = DBInstances[0]?.DBInstanceStatus;
    if (status === 'available') return;
    if (Date.now() > until) throw new Error(`replica '${id}' is '${status}' after ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
