import { config } from '../../shared/config.ts';
import { ApplyRemedyInput, ApplyRemedyOutput } from '../../shared/contracts/remediation/remediation.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { remedyContext, remedyDeps } from '../../shared/remediation/context.ts';
import { remedyOf } from '../../shared/remediation/every-remedy.ts';

/**
 * Applies the remedy to exactly what was found, if its precondition holds in the session that acts. A second call is harmless:
 * what was ended, dropped or started is not any more what was found, and it says that the first one may have done that. One that only
 * observes is never applied, whoever asks.
 */
export const applyRemedy = defineTask({
  input: ApplyRemedyInput,
  output: ApplyRemedyOutput,
  deps: () => ({ ...remedyDeps(operations(), config().stage), now: () => new Date() }),
  async run({ found, isRetry }, { now, ...deps }) {
    const appliedAt = now().toISOString();
    if (found.mode === 'observe') {
      return { isApplied: false, reason: `remedy '${found.remedy}' only observes`, appliedAt };
    }
    const { isApplied, reason } = await remedyOf(found.remedy).apply(remedyContext(found, deps), found.target);
    logger.info(isApplied ? 'remedy applied' : 'remedy not applied', { ...found, reason });
    if (!isApplied && isRetry) {
      return { isApplied: true, reason: `an earlier call may have done it, its answer is lost: ${reason}`, appliedAt };
    }
    return { isApplied, reason, appliedAt };
  },
});
export const { handler } = applyRemedy;
