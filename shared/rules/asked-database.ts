import { RunRequest, TooLongRequest } from '../contracts/backup-and-verify.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** The database that an operator names in the input of an execution. Throws InvalidInputError. */
export function askedDatabase(request: unknown, policy: Operations, stage: StageName): string {
  const asked = RunRequest.safeParse(request);
  if (asked.success) return asked.data.database;
  const tooLong = TooLongRequest.safeParse(request);
  if (tooLong.success) {
    const { tooLong: length, most } = tooLong.data;
    throw new InvalidInputError(`execution input has ${length} characters, expected at most ${most}`, {
      hints: ['An input names one database: {"database": "<name>"}.'],
    });
  }
  throw new InvalidInputError(
    `execution input is ${boundedText(JSON.stringify(request) ?? '', 2000)}, expected {"database": "<name>"}`,
    {
      hints: [`Known databases of stage '${stage}' are '${Object.keys(policy.stages[stage].databases).join("', '")}'.`],
    },
  );
}
