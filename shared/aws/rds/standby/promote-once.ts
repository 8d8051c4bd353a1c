import { type Tags, tagKeys } from '../../../domain/resource/throw-away.ts';
import { AccessDeniedError, coerceError, PromotionRefusedError } from '../../../errors.ts';
import { isAwsError } from '../../call.ts';
import type { ReplicaInstance, Replicas } from './replicas.ts';

/**
 * Asks RDS to promote a replica, tagged with its execution before. The caller has proven which it is. What this execution has asked
 * for already is not asked again; of a first call a refusal is PromotionRefusedError.
 */
export async function promoteOnce(
  replicas: Pick<Replicas, 'tag' | 'promote'>,
  found: ReplicaInstance,
  asked: { readonly executionName: string; readonly backupRetentionDays: number; readonly tags?: Tags },
): Promise<void> {
  const { executionName, backupRetentionDays, tags = {} } = asked;
  const wasAsked = found.tags[tagKeys.promotedBy] === executionName;
  // Asked before, by this execution, and on its way or done.
  if (wasAsked && (found.status !== 'available' || found.sourceId === undefined)) return;
  await replicas.tag(found.arn, { [tagKeys.promotedBy]: executionName, ...tags });
  await replicas.promote(found.id, backupRetentionDays).catch((thrown: unknown) => {
    // Of the first call a refusal is the truth; of a second one it may be the answer to the first.
    if (wasAsked || !isRefusal(thrown)) throw thrown;
    throw new PromotionRefusedError(`RDS does not promote '${found.id}': ${coerceError(thrown).message}`, {
      cause: thrown,
    });
  });
}

const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof AccessDeniedError ||
  isAwsError(
    thrown,
    'InvalidDBInstanceStateFault',
    'InvalidDBInstanceState',
    'DBInstanceNotFoundFault',
    'DBInstanceNotFound',
  );
