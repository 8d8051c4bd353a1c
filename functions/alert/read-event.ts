import { config } from '../../shared/config.ts';
import { ReadEventInput, ReadEventOutput } from '../../shared/contracts/alert/alert.ts';
import { readEvent as read } from '../../shared/domain/alert/read-event.ts';
import { heartbeatHeard } from '../../shared/domain/alert/read-service-event.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { countHeartbeat } from '../../shared/metrics/watch-alerts.ts';
import { operations } from '../../shared/policy/operations.ts';
import { alarmPlace } from '../../shared/rules/alert.ts';

/** Reads what an event is about, and counts heartbeats. It changes nothing, so a second call is harmless. */
export const readEvent = defineTask({
  input: ReadEventInput,
  output: ReadEventOutput,
  deps: () => ({ place: alarmPlace(operations(), config().stage) }),
  async run({ event }, { place }) {
    const found = read(event, place);
    if (found.why === heartbeatHeard) countHeartbeat();
    logger.info('event read', {
      key: found.cause?.key,
      member: found.cause?.member,
      state: found.cause?.state,
      why: found.why,
    });
    return found;
  },
});
export const { handler } = readEvent;
