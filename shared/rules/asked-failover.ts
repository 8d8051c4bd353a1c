import * as z from 'zod/mini';
import { FailoverRequest } from '../contracts/failover-drill/failover-drill.ts';
import { boundedText } from '../domain/verification/bounded-text.ts';
import { InvalidInputError } from '../errors.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';

/** What a person asks, with the database's policy. Throws InvalidInputError, or UnknownDatabaseError. */
export function askedFailover(asked: unknown, policy: Operations, stage: StageName) {
  const parsed = z.safeParse(FailoverRequest, asked);
  if (!parsed.success) {
    throw new InvalidInputError(
      `execution input is ${boundedText(JSON.stringify(asked) ?? '', 1000)}, expected {"database", "mode", "reason"}`,
      { hints: ['"mode" is "plan", which changes nothing, or "rehearse".'] },
    );
  }
  return { request: parsed.data, found: databasePolicy(policy, stage, parsed.data.database) };
}
