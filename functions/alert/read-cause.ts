import { config } from '../../shared/config.ts';
import { ReadCauseInput, ReadCauseOutput } from '../../shared/contracts/alert/alert.ts';
import { readEvent } from '../../shared/domain/alert/read-event.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { alarmPlace } from '../../shared/rules/alert.ts';

/** Reads what an event is about. It changes nothing, so a second call is harmless. */
export const readCause = defineTask({
  input: ReadCauseInput,
  output: ReadCauseOutput,
  deps: () => ({ place: alarmPlace(operations(), config().stage) }),
  async run({ event }, { place }) {
    const read = readEvent(event, place);
    logger.info('cause read', {
      key: read.cause?.key,
      member: read.cause?.member,
      state: read.cause?.state,
      why: read.why,
    });
    return read;
  },
});
export const { handler } = readCause;
