import * as z from 'zod/mini';
import { FenceRequest } from '../contracts/fence/fence.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError, UnknownDatabaseError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** What a person asks in the input of an execution, of a database that can be fenced. Throws InvalidInputError. */
export function askedFence(asked: unknown, policy: Operations, stage: StageName) {
  const parsed = z.safeParse(FenceRequest, asked);
  if (!parsed.success) {
    throw new InvalidInputError(
      `execution input is ${boundedText(JSON.stringify(asked) ?? '', 2000)}, expected {"database": "<name>", "action": "put up"} or {"database": "<name>", "action": "lift", "epoch": <number>}`,
      { hints: ['The execution that put the fence up says its epoch.'] },
    );
  }
  const request = parsed.data;
  const found = databasePolicy(policy, stage, request.database);
  const { fence } = found.capabilities;
  if (fence === undefined) {
    throw new UnknownDatabaseError(`database '${request.database}' has no capabilities.fence, which is required`, {
      hints: ['Name the roles of its applications in operations.yml, deploy, and run npm run bootstrap-database.'],
    });
  }
  return { request, found, fence };
}
