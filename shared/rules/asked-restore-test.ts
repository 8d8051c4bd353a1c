import { RestoreTestRequest } from '../contracts/restore-test.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** What the input of an execution asks for. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedRestoreTest = (request: unknown, policy: Operations, stage: StageName): RestoreTestRequest =>
  askedOf(
    RestoreTestRequest,
    request,
    { policy, stage },
    {
      expected: '{"database": "<name>"}',
      hints: ['Without a database it is the one whose test is due longest; "paths" names those that are wanted.'],
    },
  );
