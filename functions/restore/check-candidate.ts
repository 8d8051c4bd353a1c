import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { candidateIdOf, ourCandidate } from '../../shared/aws/rds/our-candidate.ts';
import { config } from '../../shared/config.ts';
import { CheckCandidateInput, CheckCandidateOutput } from '../../shared/contracts/restore/restore.ts';
import { isBadTerminalStatus } from '../../shared/domain/resource/instance-states.ts';
import { RestoreFailedError } from '../../shared/errors.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/** Reports whether the restored instance is available. Reads only, so a second call is harmless. */
export const checkCandidate = defineTask({
  input: CheckCandidateInput,
  output: CheckCandidateOutput,
  deps: () => ({ candidates: makeCandidates(), policy: operations(), stage: config().stage }),
  async run(of, deps) {
    const found = await ourCandidate(of, deps);
    const status = found?.status ?? 'missing';
    if (isBadTerminalStatus(status) || status === 'missing') {
      const instanceId = candidateIdOf(of, deps);
      throw new RestoreFailedError(`restored instance '${instanceId}' is '${status}', expected 'available'`, {
        hints: [`Read the events of '${instanceId}' in the RDS console.`, 'What it was restored from is kept.'],
      });
    }
    return { isReady: status === 'available', status };
  },
});
export const { handler } = checkCandidate;
