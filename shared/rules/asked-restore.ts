import { RestoreRequest } from '../contracts/restore/restore.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export function askedRestore(request: unknown, policy: Operations, stage: StageName): RestoreRequest {
  const asked = RestoreRequest.safeParse(request);
  if (!asked.success) {
    throw new InvalidInputError(
      `execution input is ${boundedText(JSON.stringify(request) ?? '', 2000)}, expected {"database": "<name>", "from": {"at": "2026-03-01T05:00:00Z"}}`,
      {
        hints: [
          `Known databases of stage '${stage}' are '${Object.keys(policy.stages[stage].databases).join("', '")}'.`,
          'Other sources: {"at": "latest"}, {"justBefore": "2026-03-01T05:00:00.5Z"}, {"snapshot": "newest"}, {"snapshot": "<name>"}.',
          'To act, and not only to plan: add "mode": "restore" and "reason": "<why>".',
        ],
      },
    );
  }
  databasePolicy(policy, stage, asked.data.database);
  return asked.data;
}
