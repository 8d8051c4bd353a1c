import { config } from '../../shared/config.ts';
import { CheckAfterInput, CheckAfterOutput } from '../../shared/contracts/remediation/remediation.ts';
import { remedies } from '../../shared/domain/remediation/remedies.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { remedyContext, remedyDeps } from '../../shared/remediation/context.ts';
import { remedyOf } from '../../shared/remediation/every-remedy.ts';

/** Looks whether the remedy has worked. Changes nothing, so a second call is harmless. */
export const checkAfter = defineTask({
  input: CheckAfterInput,
  output: CheckAfterOutput,
  deps: () => ({ ...remedyDeps(operations(), config().stage), now: () => Date.now() }),
  async run({ found, appliedAt }, { now, ...deps }) {
    const { afterSeconds, everySeconds: waitSeconds, hasUndo } = remedies[found.remedy];
    const seconds = Math.max(0, (now() - Date.parse(appliedAt)) / 1000);
    const context = remedyContext(found, deps);
    const { isReached, reason } = await remedyOf(found.remedy).check(context, found.target, seconds);
    logger.info(isReached ? 'remedy has worked' : 'remedy has not worked yet', {
      remedy: found.remedy,
      reason,
      seconds,
    });
    return { isReached, isOver: seconds >= afterSeconds, isToUndo: hasUndo, waitSeconds, reason };
  },
});
export const { handler } = checkAfter;
