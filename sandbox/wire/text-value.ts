import type { NormalizedSchema } from '@smithy/core/schema';

/** Simple values as text: form fields, HTTP headers, labels and query members. */
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

const TIMESTAMP_FORMATS: Readonly<Record<number, TimestampFormat>> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

export function readText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) {
    return text === 'true';
  }
  if (schema.isNumericSchema()) {
    return Number(text);
  }
  if (schema.isBigIntegerSchema()) {
    return BigInt(text);
  }
  if (schema.isTimestampSchema()) {
    return /^-?\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  }
  if (schema.isBlobSchema()) {
    return Buffer.from(text, 'base64');
  }
  return text;
}

export function writeText(schema: NormalizedSchema, value: unknown, timestamps: TimestampFormat): string {
  if (value instanceof Date) {
    return writeTimestamp(value, TIMESTAMP_FORMATS[Number(schema.getSchema())] ?? timestamps);
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString('base64');
  }
  if (typeof schema.getMergedTraits().mediaType === 'string') {
    return Buffer.from(String(value)).toString('base64');
  }
  return String(value);
}

function writeTimestamp(value: Date, format: TimestampFormat): string {
  switch (format) {
    case 'date-time':
      return value.toISOString().replace('.000Z', 'Z');
    case 'http-date':
      return value.toUTCString();
    case 'epoch-seconds':
      return String(value.getTime() / 1000);
  }
}
