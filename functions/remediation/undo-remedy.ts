import { config } from '../../shared/config.ts';
import { UndoRemedyInput, UndoRemedyOutput } from '../../shared/contracts/remediation/remediation.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { remedyContext, remedyDeps } from '../../shared/remediation/context.ts';
import { remedyOf } from '../../shared/remediation/every-remedy.ts';

/** Takes back what a remedy that has not worked may have left half done. A second call is harmless: it is taken back once. */
export const undoRemedy = defineTask({
  input: UndoRemedyInput,
  output: UndoRemedyOutput,
  deps: () => remedyDeps(operations(), config().stage),
  async run({ found }, deps) {
    const remedy = remedyOf(found.remedy);
    if (remedy.undo === undefined) return { isUndone: false, reason: 'it cannot be taken back' };
    const undone = await remedy.undo(remedyContext(found, deps), found.target);
    logger.info('remedy taken back', undone);
    return undone;
  },
});
export const { handler } = undoRemedy;
