import { FailbackRequest } from '../contracts/dr-failback/dr-failback.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export function askedFailback(request: unknown, policy: Operations, stage: StageName): FailbackRequest {
  const asked = FailbackRequest.safeParse(request);
  if (!asked.success) {
    throw new InvalidInputError(
      `execution input is ${boundedText(JSON.stringify(request) ?? '', 2000)}, expected {"database": "<name>", "mode": "plan"}`,
      {
        hints: [
          `Known databases of stage '${stage}' are '${Object.keys(policy.stages[stage].databases).join("', '")}'.`,
          'To act: {"database": "<name>", "mode": "rebuild", "reason": "<why>", "accept": "<sha256 of the plan\'s report>"}, and then "mode": "failback".',
        ],
      },
    );
  }
  databasePolicy(policy, stage, asked.data.database);
  return asked.data;
}
