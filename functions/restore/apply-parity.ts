import { makeCandidates } from '../../shared/aws/rds/candidates.ts';
import { candidateIdOf, ourCandidate } from '../../shared/aws/rds/our-candidate.ts';
import { config } from '../../shared/config.ts';
import { ApplyParityInput, ApplyParityOutput } from '../../shared/contracts/restore/restore.ts';
import { parityChange, parityDifferences } from '../../shared/domain/restore/parity.ts';
import { CandidateNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Gives the restored instance what a restore does not bring with it, and says what is otherwise still. A second call is harmless:
 * what is there already is not changed again.
 */
export const applyParity = defineTask({
  input: ApplyParityInput,
  output: ApplyParityOutput,
  deps: () => ({ candidates: makeCandidates(), policy: operations(), stage: config().stage }),
  async run({ settings, ...of }, deps) {
    const found = await ourCandidate(of, deps);
    if (found === undefined)
      throw new CandidateNotOursError(`instance '${candidateIdOf(of, deps)}' is not there any more`);
    const { id, status } = found;
    const differences = parityDifferences(id, settings, found.settings);
    if (status !== 'available' || found.hasPendingChanges) return { isReached: false, status, differences };
    const change = parityChange(settings, found.settings);
    if (Object.keys(change).length === 0) return { isReached: true, status, differences };
    const isTaken = await deps.candidates.change(id, change);
    logger.info('parity applied', { instanceId: id, change: Object.keys(change), isTaken });
    return { isReached: false, status, differences };
  },
});
export const { handler } = applyParity;
