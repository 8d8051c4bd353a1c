import { FenceRequest } from '../contracts/fence/fence.ts';
import { UnknownDatabaseError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What a person asks in the input of an execution, of a database that can be fenced. Throws InvalidInputError. */
export function askedFence(asked: unknown, policy: Operations, stage: StageName) {
  const request = askedOf(
    FenceRequest,
    asked,
    { policy, stage },
    {
      expected:
        '{"database": "<name>", "action": "put up"} or {"database": "<name>", "action": "lift", "epoch": <number>}',
      hints: ['The execution that put the fence up says its epoch.'],
    },
  );
  const found = databasePolicy(policy, stage, request.database);
  const { fence } = found.capabilities;
  if (fence === undefined) {
    throw new UnknownDatabaseError(`database '${request.database}' has no capabilities.fence, which is required`, {
      hints: ['Name the roles of its applications in operations.yml, deploy, and run npm run bootstrap-database.'],
    });
  }
  return { request, found, fence };
}
