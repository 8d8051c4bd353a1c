import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { candidateIdOf, ourCandidate } from '../../shared/aws/rds/our-candidate.ts';
import { config } from '../../shared/config.ts';
import { HandOverCandidateInput, HandOverCandidateOutput } from '../../shared/contracts/restore/restore.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { CandidateNotOursError, InstanceBusyError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Protects the restored instance as its source is, and takes the tag from it by which it could be deleted. It renames nothing. A second
 * call is harmless: what is done is not done again.
 */
export const handOverCandidate = defineTask({
  input: HandOverCandidateInput,
  output: HandOverCandidateOutput,
  deps: () => ({ candidates: makeCandidates(), policy: operations(), stage: config().stage }),
  async run({ settings, ...of }, deps) {
    const { candidates } = deps;
    const found = await ourCandidate(of, deps, { isOver: true });
    if (found?.endpoint === undefined)
      throw new CandidateNotOursError(`instance '${candidateIdOf(of, deps)}' is not there any more`);
    const { id, arn, endpoint } = found;
    if (settings.isDeletionProtected && !found.settings.isDeletionProtected && !(await candidates.protect(id)))
      throw new InstanceBusyError(`instance '${id}' cannot be protected at present`, {
        hints: ['It takes its first backup; it can be modified when that has ended.'],
      });
    if (found.settings.tags[tagKeys.candidateOf] !== undefined) await candidates.removeTag(arn, tagKeys.candidateOf);
    logger.info('restored instance is handed over', { instanceId: id });
    return { instanceId: id, endpoint: `${endpoint.host}:${endpoint.port}` };
  },
});
export const { handler } = handOverCandidate;
