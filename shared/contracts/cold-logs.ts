import * as z from 'zod/mini';

/** What Firehose calls a function with; it may add members. */
export const MaskLogRecordsInput = z.object({
  records: z.array(z.object({ recordId: z.string(), data: z.string() })),
});

export const MaskLogRecordsOutput = z.strictObject({
  records: z.array(
    z.strictObject({
      recordId: z.string(),
      result: z.enum(['Ok', 'Dropped', 'ProcessingFailed']),
      /** Base64; empty of what is not delivered. */
      data: z.string(),
    }),
  ),
});
export type MaskedRecord = z.infer<typeof MaskLogRecordsOutput>['records'][number];

/** A record of a subscription filter, unpacked. */
export const LogRecord = z.object({
  messageType: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  logEvents: z.array(z.object({ id: z.string(), timestamp: z.number(), message: z.string() })),
});
