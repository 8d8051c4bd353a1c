import { DrillRequest } from '../contracts/dr-drill/dr-drill.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedDrill = (request: unknown, policy: Operations, stage: StageName): DrillRequest =>
  askedOf(
    DrillRequest,
    request,
    { policy, stage },
    {
      expected: '{"database", "mode", "reason"}',
      hints: ['"mode" is "plan", which makes nothing, or "rehearse". An execution names no scope: it has its own.'],
    },
  );
