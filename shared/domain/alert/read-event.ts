import { AlarmEvent } from '../../contracts/alarm-event.ts';
import type { AlertCause } from '../../contracts/alert/alert.ts';
import { type AlarmCause, type AlarmPlace, alarmCause } from '../alarm/cause.ts';
import { testCause, testTitle } from './alert-test.ts';
import { causeOf } from './families.ts';
import { momentOf } from './moment.ts';
import { readServiceEvent } from './read-service-event.ts';
import { severityOfDescription, unknownSeverity } from './severity.ts';

/** What an event is about, or why it is nobody's business here. */
export function readEvent(
  event: unknown,
  place: AlarmPlace,
): { readonly cause: AlertCause | null; readonly why: string } {
  const alarm = AlarmEvent.safeParse(event);
  if (!alarm.success)
    return readServiceEvent(event, place) ?? { cause: null, why: 'it is no event that is known here' };
  const about = alarmCause(alarm.data, place);
  if (about === undefined) return { cause: null, why: `'${alarm.data.detail.alarmName}' is no alarm of this stage` };
  return { cause: ofAlarm(alarm.data, about), why: '' };
}

function ofAlarm({ detail }: AlarmEvent, about: AlarmCause): AlertCause {
  const { account, region, stage, alarmName, kind } = about;
  const description = detail.configuration?.description ?? '';
  // Nothing is mended by the next five minutes without a failed execution: whoever has looked knows that it is over.
  const hasEnd = about.bearer.of !== 'workflow';
  const subject = subjectOf(about);
  const cause = causeOf(kind);
  const { value, threshold } = measuredIn(detail.state.reasonData);
  return {
    key: [account, region, stage, subject, cause].join('/'),
    account,
    region,
    stage,
    subject,
    cause,
    member: alarmName,
    severity: severityOfDescription(description) ?? unknownSeverity,
    state: hasEnd || detail.state.value !== 'OK' ? states[detail.state.value] : 'unknown',
    at: momentOf(detail.state.timestamp),
    title: about.bearer.of === 'stage' && kind === testCause ? testTitle : `${about.bearer.name}: ${kind}`,
    reason: (detail.state.reason ?? 'no reason is given').slice(0, 1000),
    description: description.slice(0, 1000),
    value,
    threshold,
    runbook: /\bRunbook: (\S+)/.exec(description)?.[1] ?? null,
    hasEnd,
    ...(detail.muteDetail === undefined ? {} : { mutedUntil: momentOf(detail.muteDetail.muteWindowEnd) }),
  };
}

/** What cannot be measured is neither worse nor better than it was; silence has an alarm of its own. */
const states = { ALARM: 'problem', OK: 'over', INSUFFICIENT_DATA: 'unknown' } as const;

/** A replica is another subject than its primary; the names of one kind never collide with those of another. */
const subjectOf = ({ bearer: { of, name } }: AlarmCause): string =>
  of === 'database' ? name : of === 'stage' ? 'stage' : `${of}/${name}`;

function measuredIn(reasonData: string | undefined): { value: number | null; threshold: number | null } {
  try {
    const { recentDatapoints, threshold } = JSON.parse(reasonData ?? '{}') as Record<string, unknown>;
    const points = Array.isArray(recentDatapoints) ? recentDatapoints : [];
    return { value: numberOr(points.at(-1)), threshold: numberOr(threshold) };
  } catch {
    return { value: null, threshold: null };
  }
}

const numberOr = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
