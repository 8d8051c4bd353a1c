import { RunRequest } from '../contracts/backup-and-verify.ts';
import { InvalidInputError } from '../errors.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** The database that an operator names in the input of an execution. Throws InvalidInputError. */
export function askedDatabase(request: unknown, policy: Operations, stage: StageName): string {
  const asked = RunRequest.safeParse(request);
  if (asked.success) return asked.data.database;
  throw new InvalidInputError(`execution input is ${JSON.stringify(request)}, expected {"database": "<name>"}`, {
    hints: [`Known databases of stage '${stage}' are '${Object.keys(policy.stages[stage].databases).join("', '")}'.`],
  });
}
