import { gunzipSync, gzipSync } from 'node:zlib';
import { LogRecord, type MaskedRecord } from '../contracts/cold-logs.ts';
import { maskLogLine } from '../domain/logs/mask-line.ts';

/**
 * A record as CloudWatch Logs sends it, base64 of gzip, with its messages masked: a line of JSON for each, packed again. Packed pieces one
 * after the other are one gzip file.
 */
export function maskLogRecord(data: string): Omit<MaskedRecord, 'recordId'> {
  try {
    const { messageType, logGroup, logStream, logEvents } = LogRecord.parse(
      JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString()),
    );
    if (messageType !== 'DATA_MESSAGE') return { result: 'Dropped', data: '' };
    const lines = logEvents.map(({ timestamp, message }) =>
      JSON.stringify({ at: new Date(timestamp).toISOString(), logGroup, logStream, message: maskLogLine(message) }),
    );
    return { result: 'Ok', data: gzipSync(`${lines.join('\n')}\n`).toString('base64') };
  } catch {
    return { result: 'ProcessingFailed', data: '' };
  }
}
