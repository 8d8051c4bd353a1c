import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { ourCandidate } from '../../shared/aws/rds/our-candidate.ts';
import type { RestoreFrom } from '../../shared/aws/rds/restore.ts';
import { config } from '../../shared/config.ts';
import { StartCandidateInput, StartCandidateOutput } from '../../shared/contracts/restore/restore.ts';
import type { RestoreSource } from '../../shared/contracts/verification.ts';
import { candidateTags } from '../../shared/domain/resource/candidate.ts';
import { CandidateNotOursError, InvalidInputError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Restores what the plan says into an instance for real use, with the settings and tags of the source. A second call is harmless: the
 * instance is named after the execution, and one that exists is taken only when its tags say that this execution made it.
 */
export const startCandidate = defineTask({
  input: StartCandidateInput,
  output: StartCandidateOutput,
  deps: () => ({ candidates: makeCandidates(), policy: operations(), stage: config().stage }),
  async run({ executionName, plan }, { candidates, policy, stage }) {
    const { backup, settings, database, attempt, candidateId, sourceInstanceId, refusals } = plan;
    if (backup === null || settings === null || refusals.length > 0 || !plan.isActed)
      throw new InvalidInputError(`the plan of '${candidateId}' allows no restore`, {
        hints: ['Start the workflow with "mode": "restore", and do what the plan says first.'],
      });
    const tags = candidateTags(settings.tags, executionName);
    if (await candidates.restore(candidateId, fromOf(backup, sourceInstanceId), settings, tags)) {
      logger.info('restore started', { instanceId: candidateId, backup });
      return { instanceId: candidateId };
    }
    const found = await ourCandidate({ executionName, database, attempt }, { candidates, policy, stage });
    if (found?.id !== candidateId)
      throw new CandidateNotOursError(`instance '${candidateId}' exists and cannot be described`);
    return { instanceId: found.id };
  },
});
export const { handler } = startCandidate;

function fromOf(backup: RestoreSource, sourceInstanceId: string): RestoreFrom {
  if (backup.kind === 'snapshot') return { snapshotId: backup.snapshotId };
  const { time } = backup;
  return backup.kind === 'moment'
    ? { sourceInstanceId, time }
    : { automatedBackupArn: backup.automatedBackupArn, time };
}
