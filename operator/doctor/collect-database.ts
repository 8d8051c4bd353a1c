import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribePendingMaintenanceActionsCommand,
  type PendingMaintenanceAction,
  paginateDescribeDBParameters,
  RDSClient,
} from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { InspectDatabaseOutput } from '../../shared/contracts/inspect-database.ts';
import type { DatabasePolicy } from '../../shared/policy/schema.ts';
import { collectKey } from './collect-key.ts';
import { ifPresent, look } from './collected.ts';
import type { Collected, DatabaseFacts, DatabaseSecret, SourceInstance } from './facts.ts';

/** An inspection takes seconds, and minutes when AWS is busy. */
const inspectionDeadline = 5 * 60_000;

export async function collectDatabase(
  { region, stage }: { readonly region: string; readonly stage: string },
  database: string,
  policy: DatabasePolicy,
): Promise<DatabaseFacts> {
  const rds = new RDSClient({ region });
  const instance = await look(`describe instance '${policy.instance}'`, () => findInstance(rds, policy.instance));
  const found = instance.seen ? instance.value : undefined;
  const [parameters, copyParameters, key, secret, inside] = await Promise.all([
    look('read the parameter group', async () =>
      found === undefined ? {} : await parametersOf(rds, found.parameterGroup),
    ),
    look('read the parameter group of copies', async () =>
      policy.copyParameterGroup === undefined
        ? {}
        : await ifPresent(
            parametersOf(rds, policy.copyParameterGroup),
            'DBParameterGroupNotFoundFault',
            'DBParameterGroupNotFound',
          ),
    ),
    look('read the key', async () => (found?.keyId === undefined ? undefined : await collectKey(region, found.keyId))),
    look(`read secret '${policy.secretArn}'`, () => collectSecret(region, policy.secretArn)),
    look(`inspect database '${database}'`, () => inspect(region, stage, database)),
  ]);
  const capabilitySecrets: Record<string, Collected<DatabaseSecret | undefined>> = {};
  for (const [capability, its] of Object.entries(policy.capabilities)) {
    if (its === undefined) continue;
    const { secretArn } = its;
    capabilitySecrets[capability] = await look(`read secret '${secretArn}'`, () => collectSecret(region, secretArn));
  }
  return { instance, parameters, copyParameters, key, secret, capabilitySecrets, inside };
}

async function findInstance(rds: RDSClient, id: string): Promise<SourceInstance | undefined> {
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
  const answer = await ifPresent(rds.send(command), 'DBInstanceNotFoundFault', 'DBInstanceNotFound');
  const found: DBInstance | undefined = answer?.DBInstances?.[0];
  if (found === undefined) return undefined;
  const [group] = found.DBParameterGroups ?? [];
  return {
    status: found.DBInstanceStatus ?? 'unknown',
    engine: found.Engine ?? 'unknown',
    engineVersion: found.EngineVersion ?? 'unknown',
    parameterGroup: group?.DBParameterGroupName ?? 'none',
    parameterStatus: group?.ParameterApplyStatus ?? 'unknown',
    backupRetention: found.BackupRetentionPeriod ?? 0,
    isPublic: found.PubliclyAccessible ?? false,
    isEncrypted: found.StorageEncrypted ?? false,
    keyId: found.KmsKeyId,
    isProtected: found.DeletionProtection ?? false,
    isMultiZone: found.MultiAZ ?? false,
    masterUser: found.MasterUsername ?? 'unknown',
    backupWindow: found.PreferredBackupWindow ?? 'unknown',
    maintenanceWindow: found.PreferredMaintenanceWindow ?? 'unknown',
    pendingMaintenance: await pendingMaintenance(rds, id),
  };
}

async function pendingMaintenance(rds: RDSClient, id: string): Promise<string[]> {
  const ofInstance = { Filters: [{ Name: 'db-instance-id', Values: [id] }] };
  const { PendingMaintenanceActions = [] } = await rds.send(new DescribePendingMaintenanceActionsCommand(ofInstance));
  return PendingMaintenanceActions.flatMap(({ PendingMaintenanceActionDetails = [] }) =>
    PendingMaintenanceActionDetails.map(maintenanceText),
  );
}

export function maintenanceText(pending: PendingMaintenanceAction): string {
  const { Action = 'unknown', Description, AutoAppliedAfterDate, ForcedApplyDate, CurrentApplyDate } = pending;
  const when = [CurrentApplyDate, AutoAppliedAfterDate, ForcedApplyDate].find((date) => date !== undefined);
  return `${Action}${Description === undefined ? '' : ` (${Description})`}${when === undefined ? '' : `, by itself on ${when.toISOString().slice(0, 10)}`}`;
}

async function parametersOf(client: RDSClient, group: string): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for await (const page of paginateDescribeDBParameters({ client }, { DBParameterGroupName: group })) {
    for (const { ParameterName = '', ParameterValue } of page.Parameters ?? []) {
      if (ParameterValue !== undefined) values[ParameterName] = ParameterValue;
    }
  }
  return values;
}

export async function collectSecret(region: string, SecretId: string): Promise<DatabaseSecret | undefined> {
  const client = new SecretsManagerClient({ region });
  // A secret that is being deleted is refused as an invalid request.
  const found = await ifPresent(
    client.send(new GetSecretValueCommand({ SecretId })),
    'ResourceNotFoundException',
    'InvalidRequestException',
  );
  if (found === undefined) return undefined;
  const { username, password } = parsed(found.SecretString);
  const isComplete = [username, password].every((part) => typeof part === 'string' && part !== '');
  return { isComplete, user: isComplete ? String(username) : '' };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Starts inspect-database, which only reads, and waits for what it reports. */
async function inspect(region: string, stage: string, database: string): Promise<InspectDatabaseOutput | undefined> {
  const states = new SFNClient({ region });
  const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({ maxResults: 1000 }));
  const machine = stateMachines.find(({ name }) => name === `inspect-database-${stage}`);
  if (machine === undefined) return undefined;
  const { executionArn } = await states.send(
    new StartExecutionCommand({ stateMachineArn: machine.stateMachineArn, input: JSON.stringify({ database }) }),
  );
  const until = Date.now() + inspectionDeadline;
  for (let pause = 200; ; pause = Math.min(pause * 2, 3000)) {
    const { status, output, error, cause } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return inspectionIn(output ?? '{}');
    if (status !== 'RUNNING')
      throw new Error(`execution '${executionArn}' is ${status}: ${error ?? ''} ${cause ?? ''}`);
    if (Date.now() > until) throw new Error(`execution '${executionArn}' is still running after 5 minutes`);
    await sleep(pause);
  }
}

function inspectionIn(output: string): InspectDatabaseOutput {
  const { inspection, failure } = JSON.parse(output) as {
    inspection: unknown;
    failure: { error: string; cause: string } | null;
  };
  if (failure !== null) throw new Error(`${failure.error}: ${failure.cause}`);
  return InspectDatabaseOutput.parse(inspection);
}
