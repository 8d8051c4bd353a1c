import { config } from '../../shared/config.ts';
import { AlarmEvent } from '../../shared/contracts/alarm-event.ts';
import { ReadAlarmInput, ReadAlarmOutput } from '../../shared/contracts/remediation/remediation.ts';
import { alarmCause, changedAt } from '../../shared/domain/alarm/cause.ts';
import { boundedText } from '../../shared/domain/verification/bounded-text.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { alarmPlace, remediesOf } from '../../shared/rules/remediation.ts';

/** Reads what an alarm is about. Changes nothing, so a second call is harmless. Throws InvalidInputError. */
export const readAlarm = defineTask({
  input: ReadAlarmInput,
  output: ReadAlarmOutput,
  deps: () => ({ place: alarmPlace(operations(), config().stage) }),
  async run({ event }, { place }) {
    const parsed = AlarmEvent.safeParse(event);
    if (!parsed.success) {
      throw new InvalidInputError(
        `execution input is ${boundedText(JSON.stringify(event) ?? '', 500)}, expected an event 'CloudWatch Alarm State Change'`,
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

function nothing(reason: string) {
  logger.info('nothing to remedy', { reason });
  return { change: null, reason };
}
