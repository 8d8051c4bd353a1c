import { PromotionRequest } from '../contracts/dr-promotion/dr-promotion.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedPromotion = (request: unknown, policy: Operations, stage: StageName): PromotionRequest =>
  askedOf(
    PromotionRequest,
    request,
    { policy, stage },
    {
      expected: '{"database": "<name>", "mode": "plan"}',
      hints: ['To act: {"database": "<name>", "mode": "promote", "reason": "<why>", "mostLossSeconds": 0}.'],
    },
  );
