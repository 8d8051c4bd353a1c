import { RunRequest } from '../contracts/backup-and-verify.ts';
import type { Operations, StageName } from '../policy/schema.ts';
import { askedOf } from './asked.ts';

/** The database that an operator names in the input of an execution. Throws InvalidInputError, and UnknownDatabaseError. */
export const askedDatabase = (request: unknown, policy: Operations, stage: StageName): string =>
  askedOf(RunRequest, request, { policy, stage }, { expected: '{"database": "<name>"}' }).database;
