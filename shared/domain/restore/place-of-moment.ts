import type { RestoreSource } from '../../contracts/verification.ts';

/** Whether what came back is of the moment that was asked for, as far as the newest heartbeat in it says. */
export function placeOfMoment(
  backup: RestoreSource,
  heartbeatAt: string | null,
): { readonly problem?: string; readonly reason: string } {
  if (heartbeatAt === null) return { reason: 'the database keeps no heartbeat that would say of when it is' };
  const reason = `its newest heartbeat is of ${heartbeatAt}`;
  if (backup.kind === 'snapshot' || backup.time === 'latest') return { reason };
  if (Date.parse(heartbeatAt) <= Date.parse(backup.time)) return { reason };
  return { reason, problem: `holds a heartbeat of ${heartbeatAt}, which is after the moment that was asked for` };
}
