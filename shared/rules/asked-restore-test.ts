import { RestoreTestRequest } from '../contracts/restore-test.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export function askedRestoreTest(request: unknown, policy: Operations, stage: StageName): RestoreTestRequest {
  const asked = RestoreTestRequest.safeParse(request);
  if (!asked.success) {
    throw new InvalidInputError(
      `execution input is ${boundedText(JSON.stringify(request) ?? '', 2000)}, expected {"database": "<name>"}`,
      {
        hints: [
          `Known databases of stage '${stage}' are '${Object.keys(policy.stages[stage].databases).join("', '")}'.`,
          'Without a database it is the one whose test is due longest; "paths" names those that are wanted.',
        ],
      },
    );
  }
  if (asked.data.database !== undefined) databasePolicy(policy, stage, asked.data.database);
  return asked.data;
}
