import type { RecoveryTargets } from '../../contracts/dr-promotion/recovery.ts';

type Wanted = { readonly disasterRecovery: { readonly rtoMinutes: number; readonly rpoMinutes: number } };

/** What operations.yml holds promotions and their drills to, in seconds. */
export const targetsOf = ({ disasterRecovery: { rtoMinutes, rpoMinutes } }: Wanted): RecoveryTargets => ({
  rtoSeconds: rtoMinutes * 60,
  rpoSeconds: rpoMinutes * 60,
});

/** Whether both were kept; null where one of them is not known. */
export function isInTime(
  rtoSeconds: number | null,
  rpoSeconds: number | null,
  { rtoSeconds: rto, rpoSeconds: rpo }: RecoveryTargets,
): boolean | null {
  // What is known to be late is late, whatever the other one was.
  if ((rtoSeconds !== null && rtoSeconds > rto) || (rpoSeconds !== null && rpoSeconds > rpo)) return false;
  return rtoSeconds === null || rpoSeconds === null ? null : true;
}
