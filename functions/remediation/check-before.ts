import { config } from '../../shared/config.ts';
import {
  CheckBeforeInput,
  CheckBeforeOutput,
  type RemedyRefusal,
} from '../../shared/contracts/remediation/remediation.ts';
import { AwsUnavailableError, coerceError, DatabaseUnreachableError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { remedyContext, remedyDeps } from '../../shared/remediation/context.ts';
import { remedyOf } from '../../shared/remediation/every-remedy.ts';

/**
 * Looks for what each remedy would be applied to, in their order, and names the first that is found. Changes nothing, so a
 * second call is harmless.
 */
export const checkBefore = defineTask({
  input: CheckBeforeInput,
  output: CheckBeforeOutput,
  deps: () => remedyDeps(operations(), config().stage),
  async run({ candidates }, deps) {
    const refusals: RemedyRefusal[] = [];
    for (const candidate of candidates) {
      const { remedy: name, database } = candidate;
      const remedy = remedyOf(name);
      const sought = await remedy.look(remedyContext(candidate, deps)).catch(refusalOf);
      if ('target' in sought) {
        const found = { ...candidate, target: sought.target, summary: remedy.describe(sought.target) };
        logger.info('precondition holds', found);
        return { found, refusals };
      }
      const reason = 'refusal' in sought ? sought.refusal : 'nothing was found';
      refusals.push({ remedy: name, database, reason, isGone: 'isGone' in sought && sought.isGone === true });
    }
    logger.info('no precondition holds', { refusals });
    return { found: null, refusals };
  },
});
export const { handler } = checkBefore;

/** What cannot be looked at is not remedied; what may be there in a moment is asked for again. */
function refusalOf(thrown: unknown): { refusal: string } {
  if (thrown instanceof DatabaseUnreachableError || thrown instanceof AwsUnavailableError) throw thrown;
  const { name, message } = coerceError(thrown);
  return { refusal: `it cannot be looked at: ${name}: ${message}`.slice(0, 1000) };
}
