import { FenceNotLiftedError } from '../errors.ts';
import { extendLease, liftFence, readLease } from '../pg/fence/fence-session.ts';
import type { DatabasePolicy } from '../policy/schema.ts';
import { type LeasePassParts, runLeasePass } from './lease-pass.ts';

type Opened = Omit<LeasePassParts, 'holder' | 'mode'> & {
  readonly instanceId: string;
  readonly mode: DatabasePolicy['lease']['mode'];
  /** Null where the database has no lease. */
  readonly holder: string | null;
};

/**
 * Lets the applications into a promoted instance: a replica has the roles of its primary, and so its fence. With the lease that was
 * taken for it a first pass of its agent holds it.
 */
export async function openInstance({ instanceId, holder, ...pass }: Opened): Promise<string[]> {
  const { session } = pass;
  const { fencedEpoch, fenced } = await readLease(session);
  if (holder === null) await extendLease(session, null, 'observe');
  await liftFence(session, fencedEpoch);
  if (holder !== null) await runLeasePass({ ...pass, holder });
  const left = (await readLease(session)).fenced;
  if (left.length > 0)
    throw new FenceNotLiftedError(`'${left.join("', '")}' are kept out of the promoted instance '${instanceId}' still`);
  return [...fenced];
}
