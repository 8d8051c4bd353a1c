import { FailoverRequest } from '../contracts/failover-drill/failover-drill.ts';
import { databasePolicy } from '../policy/operations.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What a person asks, with the database's policy. Throws InvalidInputError, or UnknownDatabaseError. */
export function askedFailover(asked: unknown, policy: Operations, stage: StageName) {
  const request = askedOf(
    FailoverRequest,
    asked,
    { policy, stage },
    {
      expected: '{"database", "mode", "reason"}',
      hints: ['"mode" is "plan", which changes nothing, or "rehearse".'],
    },
  );
  return { request, found: databasePolicy(policy, stage, request.database) };
}
