import type {
  FailoverRecord,
  FailoverResult,
  RecordFailoverInput,
} from '../../contracts/failover-drill/failover-drill.ts';

/** What is alarmed about, and promised to nobody: RDS says 60 to 120 s. */
export const outageLimitSeconds = 120;

type Assessed = Pick<FailoverRecord, 'result' | 'severity' | 'summary' | 'left' | 'limitSeconds'>;

/** Everything that a fail-over must leave as it was, and is not. */
function faultsOf({ rehearsal, check, failure }: RecordFailoverInput): string[] {
  const faults: string[] = failure === null ? [] : [`${failure.error} in ${failure.state}`];
  if (rehearsal === null) return faults;
  if (rehearsal.lostWrites > 0) faults.push(`${rehearsal.lostWrites} acknowledged writes are LOST`);
  if (!rehearsal.isMeasured) faults.push('nobody looked while it failed over');
  else if (rehearsal.outage === null) {
    const server = rehearsal.isNewServer ? 'was started anew' : 'does not answer, or is the same as before';
    faults.push(`the client was never cut off, or has not come back; the server ${server}`);
  } else if (!rehearsal.isNewServer) faults.push('the server is the same as before');
  if (check === null || !check.isDone) faults.push(...(check?.open ?? ['nobody looked at zone and slots']));
  return faults;
}

export function assessFailover(input: RecordFailoverInput): Assessed {
  const { plan, rehearsal } = input;
  const faults = faultsOf(input);
  const refusals = plan?.refusals ?? [];
  const result: FailoverResult =
    rehearsal !== null
      ? faults.length === 0
        ? 'rehearsed'
        : 'not rehearsed'
      : faults.length > 0 || plan === null
        ? 'not rehearsed'
        : plan.isActed
          ? 'refused'
          : 'planned';
  const seconds = rehearsal?.outage?.seconds ?? null;
  const isLong = seconds !== null && seconds > outageLimitSeconds;
  const instance = plan?.instanceId ?? 'the instance';
  const measured =
    seconds === null
      ? ''
      : `a client of '${instance}' could not write for ${seconds.toFixed(1)} s, ${isLong ? 'MORE than' : 'within'} ${outageLimitSeconds} s`;
  const said = refusals.map(({ reason }) => reason).join('; ');
  return {
    result,
    severity: severityOf(result, rehearsal, isLong),
    summary: {
      planned: said === '' ? `'${instance}' could fail over; nothing was done` : `nothing would be begun: ${said}`,
      refused: `nothing was begun: ${said}`,
      rehearsed: `${measured}; slots and subscribers go on`,
      'not rehearsed': [...faults, ...(measured === '' ? [] : [measured])].join('; '),
    }[result],
    left: [
      ...refusals.map(({ remedy }) => remedy),
      ...(isLong
        ? ['Look for long recovery (checkpoints, many relations) and for clients that keep a dead connection.']
        : []),
    ],
    limitSeconds: outageLimitSeconds,
  };
}

function severityOf(result: FailoverResult, rehearsal: RecordFailoverInput['rehearsal'], isLong: boolean) {
  if (rehearsal !== null && rehearsal.lostWrites > 0) return 'P1';
  if (result === 'not rehearsed') return rehearsal === null ? 'P3' : 'P2';
  return isLong || result === 'refused' ? 'P3' : 'P4';
}
