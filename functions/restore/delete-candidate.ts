import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { ourCandidate } from '../../shared/aws/rds/our-candidate.ts';
import { config } from '../../shared/config.ts';
import { DeleteCandidateInput, DeleteCandidateOutput } from '../../shared/contracts/restore/restore.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Deletes what this execution has restored, as long as nobody has taken it over, and nothing else: the name is computed, the tags must
 * say the same, and so must the role. A second call is harmless: one that is gone, or going, is a success.
 */
export const deleteCandidate = defineTask({
  input: DeleteCandidateInput,
  output: DeleteCandidateOutput,
  deps: () => ({ candidates: makeCandidates(), policy: operations(), stage: config().stage }),
  async run(of, deps) {
    const found = await ourCandidate(of, deps);
    if (found === undefined) return { isGone: true, status: 'gone' };
    if (found.status !== 'deleting') {
      await deps.candidates.deleteInstance(found.id);
      logger.info('restored instance is being deleted', { instanceId: found.id });
    }
    return { isGone: false, status: found.status };
  },
});
export const { handler } = deleteCandidate;
