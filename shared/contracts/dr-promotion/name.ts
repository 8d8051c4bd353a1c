import * as z from 'zod/mini';
import { ExecutionName } from '../common.ts';

const asked = { executionName: ExecutionName, database: z.string(), epoch: z.int() };

export const SwitchNameInput = z.strictObject(asked);
export const SwitchNameOutput = z.strictObject({
  name: z.string(),
  /** What the name leads to now, and is to lead to. */
  target: z.string(),
  expected: z.string(),
  isSwitched: z.boolean(),
});

export const ConfirmByClientInput = z.strictObject({ ...asked, replicaId: z.string() });
/** A client has resolved the name, verified the certificate of its target, and committed as the application. */
export const ConfirmByClientOutput = z.strictObject({
  name: z.string(),
  target: z.string(),
  role: z.string(),
  transaction: z.string(),
  at: z.string(),
});
export type ConfirmByClientOutput = z.infer<typeof ConfirmByClientOutput>;
