import { liftFence, readLease } from '../pg/fence/fence-session.ts';
import { type LeasePassParts, runLeasePass } from './lease-pass.ts';
import { readRegisters } from './registers.ts';
import { LeaseNotTakenError } from './take-over.ts';

/**
 * Makes an instance hold a lease that nobody else has ever held. A restored database remembers the epoch of the lease that its source
 * had, and takes none of a lower one: the registers begin there.
 */
export async function claimScope(
  parts: LeasePassParts,
): Promise<{ readonly epoch: number; readonly registers: number }> {
  const { session, registers, holder } = parts;
  const { epoch, fencedEpoch, byPerson } = await readLease(session);
  // A backup that was taken behind a fence.
  if (byPerson) await liftFence(session, fencedEpoch);
  const { readings } = await readRegisters(registers);
  for (const [region, read] of readings)
    if (read.etag === null) await registers.get(region)?.write({ epoch, holder, counter: 1 }, read);
  const pass = await runLeasePass(parts);
  if (!pass.accepts || pass.epoch === 0)
    throw new LeaseNotTakenError(
      `'${holder}' does not hold the lease of its scope: it ${pass.did} (${pass.reason ?? 'no reason is given'}), ${pass.registersWritten} registers were written, two of three are required`,
      { hints: ['Do the buckets pg-gameday-lease-… of three regions answer?'] },
    );
  return { epoch: pass.epoch, registers: pass.registersWritten };
}
