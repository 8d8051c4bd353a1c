import operationsYaml from '../../operations.yml';
import { UnknownDatabaseError } from '../errors.ts';
import type { DatabasePolicy, Operations, StageName } from './schema.ts';
import { parseOperations } from './validate.ts';

let parsed: Operations | undefined;

/** operations.yml as it was bundled with this function, validated once at cold start. */
export function operations(): Operations {
  parsed ??= parseOperations(operationsYaml);
  return parsed;
}

export function stagePolicy(policy: Operations, stage: string): Operations['stages'][StageName] {
  if (stage === 'dev' || stage === 'test' || stage === 'prod') return policy.stages[stage];
  throw new UnknownDatabaseError(`stage is '${stage}', expected dev, test or prod`, {
    hints: ['Is the environment variable STAGE set by serverless.yml?'],
  });
}

/** The caps on money of a stage: its own, or those that hold for all. Each stage has a recommendations of its own. */
export const capsOf = (policy: Operations, stage: string): Operations['costs']['caps'] =>
  stagePolicy(policy, stage).caps ?? policy.costs.caps;

/** The policy of one database of the stage. Another stage's database does not exist here. */
export function databasePolicy(policy: Operations, stage: string, database: string): DatabasePolicy {
  const { databases } = stagePolicy(policy, stage);
  const found = Object.hasOwn(databases, database) ? databases[database] : undefined;
  if (found !== undefined) return found;
  throw new UnknownDatabaseError(
    `database '${database}' is not in stage '${stage}', known are '${Object.keys(databases).join("', '")}'`,
    { hints: [`Add it under 'stages.${stage}.databases' in operations.yml and deploy, or correct the input.`] },
  );
}

/** The instances of the stage that this system backs up and must never delete. */
export const sourceInstanceIds = (policy: Operations, stage: string): readonly string[] =>
  Object.values(stagePolicy(policy, stage).databases).map(({ instance }) => instance);
