import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type pg from 'pg';
import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { fenceStatementDeadline, setupStepDeadline } from '../../shared/deadlines.ts';
import type { SetupWanted } from '../../shared/domain/readiness/setup.ts';
import { CommandLineError } from '../../shared/errors.ts';
import { type ConnectionTarget, connect } from '../../shared/pg/session/connect.ts';
import type { DatabasePolicy, Operations, StageName } from '../../shared/policy/schema.ts';
import { readinessRule } from '../../shared/rules/readiness.ts';
import { subscriberConnection } from '../../shared/setup/connection.ts';
import type { SetupSessions } from '../../shared/setup/set-up.ts';

type Chosen = { readonly stage: StageName; readonly database: string; readonly copyAnew: boolean };

/** So much beyond the primary a sequence of the standby is set: a promotion adds what was given out since. */
const sequenceMargin = 1000;

/** Opens the sessions of both sides, and closes them whatever comes. */
export async function withSetup<T>(
  operations: Operations,
  { stage, database, copyAnew }: Chosen,
  work: (sessions: SetupSessions, wanted: SetupWanted) => Promise<T>,
): Promise<T> {
  const { region, dr, databases } = operations.stages[stage];
  const policy = databases[database];
  if (policy === undefined)
    throw new CommandLineError(`database '${database}' is not one of stage '${stage}'`, {
      hints: [`operations.yml has ${Object.keys(databases).join(', ')}.`],
    });
  const { replicate, fence } = policy.capabilities;
  if (dr === undefined || policy.standby === undefined || replicate === undefined) {
    const lacking = [
      ...(dr === undefined ? [`stages.${stage}.dr`] : []),
      ...(policy.standby === undefined ? [`stages.${stage}.databases.${database}.standby`] : []),
      ...(replicate === undefined ? [`stages.${stage}.databases.${database}.capabilities.replicate`] : []),
    ];
    throw new CommandLineError(`operations.yml lacks ${lacking.join(', ')}`, {
      hints: ['Name the second region, the instance there, and the secret of gameday_replicate.'],
    });
  }
  const opened: pg.Client[] = [];
  const open = async (target: ConnectionTarget, deadline?: number) => {
    const client = await connect(target, {
      purpose: 'sets up the second region',
      ...(deadline === undefined ? { readOnly: true } : { statementTimeout: deadline }),
    });
    opened.push(client);
    return client;
  };
  const here = targets(policy, policy.instance, region);
  const there = targets(policy, policy.standby.instance, dr.region);
  try {
    const owner = await here(replicate.secretArn);
    const sessions: SetupSessions = {
      primary: {
        reader: await open(await here(policy.secretArn)),
        owner: await open(owner, setupStepDeadline),
        ...(fence === undefined ? {} : { fence: await open(await here(fence.secretArn), fenceStatementDeadline) }),
      },
      standby: {
        reader: await open(await there(policy.secretArn)),
        owner: await open(await there(replicate.secretArn), setupStepDeadline),
      },
    };
    return await work(sessions, {
      ...readinessRule(policy, operations),
      ...{ connection: subscriberConnection(owner), sequenceMargin, copyAnew },
    });
  } finally {
    await Promise.allSettled(opened.map((client) => client.end()));
  }
}

function targets(policy: DatabasePolicy, instance: string, region: string) {
  const parts = {
    rds: makeRds(new RDSClient({ region, maxAttempts: 5 })),
    secrets: makeSecrets(new SecretsManagerClient({ region, maxAttempts: 5 })),
  };
  return (secretArn: string) => connectionTarget(parts, { database: policy.database, secretArn }, instance);
}
