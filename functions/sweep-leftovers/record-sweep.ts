import { RecordSweepInput, RecordSweepOutput } from '../../shared/contracts/sweep-leftovers.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishLeftovers } from '../../shared/metrics/housekeeping.ts';

/** Logs and counts what the sweep found; the count is what the alarm watches. A second call counts the same again. */
export const recordSweep = defineTask({
  input: RecordSweepInput,
  output: RecordSweepOutput,
  deps: () => ({}),
  async run({ removals, suspects, failure: reported }) {
    const failure = readableFailure(reported);
    const undone = removals.filter(({ error }) => error !== null);
    const isClean = failure === null && undone.length === 0 && suspects.length === 0;
    const names = suspects.map(({ instanceId, reason }) => `'${instanceId}' ${reason}`).join('; ');
    const summary =
      failure === null
        ? `${removals.length} left-overs found, ${removals.length - undone.length} removed, ${suspects.length} suspect` +
          (names === '' ? '' : `: ${names}`)
        : `the sweep failed in ${failure.state}: ${failure.error}`;
    if (failure === null) publishLeftovers({ expired: removals.length, suspects: suspects.length });
    logger.info('sweep recorded', { summary, undone });
    return { summary, isClean };
  },
});
export const { handler } = recordSweep;
