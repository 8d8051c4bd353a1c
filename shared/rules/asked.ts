import type * as z from 'zod/mini';
import { TooLongRequest } from '../contracts/backup-and-verify.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

type Expected = {
  /** The shortest input that would do. */
  readonly expected: string;
  readonly hints?: readonly string[];
};

/** What the input of an execution asks for, of a database of the stage. Throws InvalidInputError, and UnknownDatabaseError. */
export function askedOf<T extends { readonly database?: string | undefined }>(
  schema: z.ZodMiniType<T>,
  request: unknown,
  { policy, stage }: { readonly policy: Operations; readonly stage: StageName },
  { expected, hints = [] }: Expected,
): T {
  const asked = schema.safeParse(request);
  if (asked.success) {
    if (asked.data.database !== undefined) databasePolicy(policy, stage, asked.data.database);
    return asked.data;
  }
  const known = `Known databases of stage '${stage}' are '${Object.keys(policy.stages[stage].databases).join("', '")}'.`;
  const tooLong = TooLongRequest.safeParse(request);
  const observed = tooLong.success
    ? `execution input has ${tooLong.data.tooLong} characters, expected at most ${tooLong.data.most}`
    : `execution input is ${boundedText(JSON.stringify(request) ?? '', 2000)}, expected ${expected}`;
  throw new InvalidInputError(observed, {
    hints: [...(tooLong.success ? [`An input as ${expected} does.`] : [known]), ...hints],
  });
}
