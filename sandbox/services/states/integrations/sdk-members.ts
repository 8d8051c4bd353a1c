import type { NormalizedSchema } from '@smithy/core/schema';
import { StatesError } from '../../../asl/states-error.ts';
import { javaMemberName } from './java-names.ts';

/**
 * Arguments as Step Functions takes them, renamed to the members of the SDK client.
 * @throws StatesError for a member that the API does not have
 */
export async function toSdkInput(value: unknown, schema: NormalizedSchema, place: string): Promise<unknown> {
  if (value === null || value === undefined) {
    return undefined;
  }
  if (schema.isStructSchema()) {
    const members = new Map<string, [string, NormalizedSchema]>();
    for (const [name, member] of schema.structIterator()) {
      members.set(javaMemberName(name), [name, member]);
    }
    const entries: [string, unknown][] = [];
    for (const [key, field] of Object.entries(value)) {
      const member = members.get(key);
      if (member === undefined) {
        throw new StatesError('States.Runtime', `The field '${place}${key}' is not supported by Step Functions.`);
      }
      entries.push([member[0], await toSdkInput(field, member[1], `${place}${key}.`)]);
    }
    return Object.fromEntries(entries);
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    return await Promise.all(
      value.map((item, index) => toSdkInput(item, schema.getValueSchema(), `${place}${index}.`)),
    );
  }
  if (schema.isMapSchema() && typeof value === 'object') {
    const entries = Object.entries(value).map(
      async ([key, item]): Promise<[string, unknown]> => [
        key,
        await toSdkInput(item, schema.getValueSchema(), `${place}${key}.`),
      ],
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  if (schema.isTimestampSchema() && typeof value === 'string') {
    return new Date(value);
  }
  if (schema.isBlobSchema()) {
    return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return value;
}

/** A result as Step Functions gives it: Java's member names, ISO dates, text for bytes and streams. */
export async function fromSdkOutput(value: unknown, schema: NormalizedSchema): Promise<unknown> {
  if (value === null || value === undefined) {
    return undefined;
  }
  if (schema.isBlobSchema()) {
    return await bodyText(value);
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (schema.isStructSchema()) {
    const entries: [string, unknown][] = [];
    for (const [name, member] of schema.structIterator()) {
      const field = await fromSdkOutput(Reflect.get(Object(value), name), member);
      if (field !== undefined) {
        entries.push([javaMemberName(name), field]);
      }
    }
    return Object.fromEntries(entries);
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    return await Promise.all(value.map((item) => fromSdkOutput(item, schema.getValueSchema())));
  }
  if (schema.isMapSchema() && typeof value === 'object') {
    const entries = Object.entries(value).map(
      async ([key, item]): Promise<[string, unknown]> => [key, await fromSdkOutput(item, schema.getValueSchema())],
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  return value;
}

/** The text of a blob, however a service gives it: bytes, text, or a stream. */
export async function bodyText(body: unknown): Promise<string> {
  if (typeof body === 'string') {
    return body;
  }
  if (body instanceof Uint8Array) {
    return Buffer.from(body).toString();
  }
  const chunks: Uint8Array[] = [];
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) {
    for await (const chunk of body as AsyncIterable<Uint8Array | string>) {
      chunks.push(Buffer.from(chunk));
    }
  }
  return Buffer.concat(chunks).toString();
}
