import { RestoreRequest } from '../contracts/restore/restore.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedRestore = (request: unknown, policy: Operations, stage: StageName): RestoreRequest =>
  askedOf(
    RestoreRequest,
    request,
    { policy, stage },
    {
      expected: '{"database": "<name>", "from": {"at": "2026-03-01T05:00:00Z"}}',
      hints: [
        'Other sources: {"at": "latest"}, {"justBefore": "2026-03-01T05:00:00.5Z"}, {"snapshot": "newest"}, {"snapshot": "<name>"}.',
        'Or just before something that the source knows: {"justBefore": {"transaction": "734"}}, {"justBefore": {"marker": "release 42"}}.',
        'To act, and not only to plan: add "mode": "restore" and "reason": "<why>".',
      ],
    },
  );
