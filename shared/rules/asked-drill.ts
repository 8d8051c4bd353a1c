import { DrillRequest } from '../contracts/dr-drill/dr-drill.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export function askedDrill(request: unknown, policy: Operations, stage: StageName): DrillRequest {
  const asked = DrillRequest.safeParse(request);
  if (!asked.success)
    throw new InvalidInputError(
      `execution input is ${boundedText(JSON.stringify(request) ?? '', 1000)}, expected {"database", "mode", "reason"}`,
      { hints: ['"mode" is "plan", which makes nothing, or "rehearse". An execution names no scope: it has its own.'] },
    );
  if (asked.data.database !== undefined) databasePolicy(policy, stage, asked.data.database);
  return asked.data;
}
