import { FailbackRequest } from '../contracts/dr-failback/dr-failback.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedFailback = (request: unknown, policy: Operations, stage: StageName): FailbackRequest =>
  askedOf(
    FailbackRequest,
    request,
    { policy, stage },
    {
      expected: '{"database": "<name>", "mode": "plan"}',
      hints: [
        'To act: {"database": "<name>", "mode": "rebuild", "reason": "<why>", "accept": "<sha256 of the plan\'s report>"}, and then "mode": "failback".',
      ],
    },
  );
