import { candidateInstanceId, whyNotCandidate, whyNotRestored } from '../../domain/resource/candidate.ts';
import { CandidateNotOursError } from '../../errors.ts';
import { databasePolicy, stagePolicy } from '../../policy/operations.ts';
import type { Operations, StageName } from '../../policy/schema.ts';
import type { Candidates, RestoredInstance } from './candidates.ts';

type Of = { readonly executionName: string; readonly database: string; readonly attempt: number };
type Where = {
  readonly candidates: Pick<Candidates, 'find'>;
  readonly policy: Operations;
  readonly stage: StageName;
};

/** The name is computed, never taken from an input. */
export function candidateIdOf({ executionName, database, attempt }: Of, { policy, stage }: Omit<Where, 'candidates'>) {
  const { instance } = databasePolicy(policy, stage, database);
  return candidateInstanceId(instance, executionName, attempt);
}

/**
 * The instance that this execution has restored, as long as it is its own to change; undefined when it is gone. `isOver`: one that was
 * handed over is answered, too.
 */
export async function ourCandidate(
  of: Of,
  { candidates, policy, stage }: Where,
  { isOver = false } = {},
): Promise<RestoredInstance | undefined> {
  const instanceId = candidateIdOf(of, { policy, stage });
  const found = await candidates.find(instanceId);
  if (found === undefined) return undefined;
  const { databases } = stagePolicy(policy, stage);
  const why = (isOver ? whyNotRestored : whyNotCandidate)(instanceId, found.settings.tags, {
    ...{ executionName: of.executionName, attempt: of.attempt },
    source: databasePolicy(policy, stage, of.database).instance,
    sourceInstanceIds: Object.values(databases).map(({ instance }) => instance),
  });
  if (why === undefined) return found;
  throw new CandidateNotOursError(`instance '${instanceId}' is left alone: it ${why}`, {
    hints: ['Look at the instance and its tags in the RDS console.'],
  });
}
