import type { PastRecovery, RecoveryRecord } from '../../contracts/dr-promotion/recovery.ts';

/** Phases in which nothing is done but waited: for the end of a lease, for people, for the name. */
const waits = ['AwaitLease', 'AwaitApproval', 'SwitchName'];

/** What counts of the record of a promotion or a drill. */
export function pastRecovery(record: RecoveryRecord): PastRecovery {
  const { workflow, execution, result, rtoSeconds, lossSeconds, rpoSeconds, phases } = record;
  const waited = phases
    .filter(({ name }) => waits.includes(name))
    .reduce((sum, { startedAt, endedAt }) => sum + (Date.parse(endedAt) - Date.parse(startedAt)) / 1000, 0);
  return {
    kind: workflow === 'dr-drill' ? 'drill' : 'promotion',
    executionName: execution.name,
    startedAt: execution.startedAt,
    result,
    rtoSeconds,
    rpoSeconds: lossSeconds ?? rpoSeconds ?? null,
    workSeconds: rtoSeconds === null ? null : Math.max(0, rtoSeconds - waited),
  };
}
