import { MaskLogRecordsInput, MaskLogRecordsOutput } from '../../shared/contracts/cold-logs.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';
import { maskLogRecord } from '../../shared/logs/mask-log-record.ts';

/**
 * Masks what Firehose is about to keep for a year. It answers from its input alone, so a second call is harmless. A record that cannot be
 * read is failed, never passed on as it is. It logs nothing: its own log would come back to it.
 */
export const maskLogRecords = defineTask({
  input: MaskLogRecordsInput,
  output: MaskLogRecordsOutput,
  deps: () => ({}),
  async run({ records }) {
    return { records: records.map(({ recordId, data }) => ({ recordId, ...maskLogRecord(data) })) };
  },
});
export const { handler } = maskLogRecords;
