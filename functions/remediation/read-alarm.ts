import { config } from '../../shared/config.ts';
import { AlarmEvent } from '../../shared/contracts/alarm-event.ts';
import { LoginFinding } from '../../shared/contracts/alert/service-events.ts';
import { ReadAlarmInput, ReadAlarmOutput } from '../../shared/contracts/remediation/remediation.ts';
import { type AlarmPlace, alarmCause, changedAt } from '../../shared/domain/alarm/cause.ts';
import { leakedCredential } from '../../shared/domain/alarm/leaked-credential.ts';
import { boundedText } from '../../shared/domain/verification/bounded-text.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { alarmPlace, remediesOf } from '../../shared/rules/remediation.ts';

/** Reads what an alarm or a finding is about. Changes nothing, so a second call is harmless. Throws InvalidInputError. */
export const readAlarm = defineTask({
  input: ReadAlarmInput,
  output: ReadAlarmOutput,
  deps: () => ({ place: alarmPlace(operations(), config().stage) }),
  async run({ event }, { place }) {
    const finding = LoginFinding.safeParse(event);
    if (finding.success) return ofFinding(finding.data, place);
    const parsed = AlarmEvent.safeParse(event);
    if (!parsed.success) {
      throw new InvalidInputError(
        `execution input is ${boundedText(JSON.stringify(event) ?? '', 500)}, expected an event 'CloudWatch Alarm State Change' or 'GuardDuty Finding'`,
        { hints: ['Start it from a file of events/cloudwatch/, or let an alarm of collect-health change.'] },
      );
    }
    const { detail } = parsed.data;
    const cause = alarmCause(parsed.data, place);
    if (cause === undefined) return nothing(`alarm '${detail.alarmName}' is none of stage '${place.stage}'`);
    if (remediesOf(cause.kind).length === 0) return nothing(`no remedy belongs to alarms of kind '${cause.kind}'`);
    const change = {
      cause: { ...cause, bearer: { ...cause.bearer }, databases: [...cause.databases] },
      state: detail.state.value,
      changedAt: new Date(changedAt(parsed.data)).toISOString(),
    };
    logger.info('cause read', change);
    return { change, reason: `alarm '${detail.alarmName}' is '${detail.state.value}'` };
  },
});
export const { handler } = readAlarm;

/** A finding has no end: it is news each time that GuardDuty has seen the login again. */
function ofFinding(finding: LoginFinding, place: AlarmPlace) {
  const { id, type, updatedAt = finding.time } = finding.detail;
  const cause = leakedCredential(finding, place);
  if (cause === undefined) return nothing(`finding '${id}' of type '${type}' names no role of stage '${place.stage}'`);
  const change = {
    cause: { ...cause, bearer: { ...cause.bearer }, databases: [...cause.databases] },
    state: 'ALARM' as const,
    changedAt: new Date(updatedAt).toISOString(),
  };
  logger.info('cause read', change);
  return { change, reason: `'${type}' of role '${cause.role}'` };
}

function nothing(reason: string) {
  logger.info('nothing to remedy', { reason });
  return { change: null, reason };
}
