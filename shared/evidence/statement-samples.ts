import { gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { ObjectStore } from '../aws/s3/object-store.ts';
import type { StatementSnapshot } from '../domain/logs/slow-queries.ts';
import { statementSampleKey, statementSamplePrefix, statementTextsKey } from './keys.ts';

export type SampleStore = Pick<ObjectStore, 'put' | 'getText' | 'listKeys' | 'openGzipLines'>;

const Head = z.strictObject({
  schemaVersion: z.literal(1),
  evictions: z.number(),
  resetAt: z.nullable(z.number()),
  activeMilliseconds: z.number(),
  activityResetAt: z.nullable(z.number()),
});
const Line = z.tuple([z.number(), z.number(), z.string(), z.boolean(), z.number(), z.number(), z.nullable(z.number())]);

/** Gzip JSON lines: a head, then a line for each statement. A second one of the same moment takes the place of the first. */
export function putSample(
  store: SampleStore,
  database: string,
  at: number,
  { statements, ...head }: StatementSnapshot,
): Promise<void> {
  const lines = statements.map(({ userId, databaseId, queryId, isTopLevel, calls, milliseconds, since }) => [
    ...[userId, databaseId, queryId, isTopLevel, calls, milliseconds, since],
  ]);
  const text = [{ schemaVersion: 1, ...head }, ...lines].map((one) => `${JSON.stringify(one)}\n`).join('');
  return store.put(statementSampleKey(database, at), gzipSync(text), 'application/gzip');
}

/** Moments of those that are stored, in milliseconds since 1970. */
export async function listSamples(store: SampleStore, database: string): Promise<number[]> {
  const keys = await store.listKeys(statementSamplePrefix(database));
  return keys.flatMap((key) => {
    const [, day, hour, minute, second] = /\/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.jsonl\.gz$/.exec(key) ?? [];
    return day === undefined ? [] : [Date.parse(`${day}T${hour}:${minute}:${second}Z`)];
  });
}

/** Undefined when it is gone, or of another version. */
export async function readSample(
  store: SampleStore,
  database: string,
  at: number,
): Promise<StatementSnapshot | undefined> {
  const lines = await store.openGzipLines(statementSampleKey(database, at));
  if (lines === undefined) return undefined;
  const all = [];
  for await (const line of lines) all.push(JSON.parse(line) as unknown);
  const head = Head.safeParse(all[0]);
  if (!head.success) return undefined;
  const { schemaVersion: _, ...counts } = head.data;
  const statements = all.slice(1).map((one) => {
    const [userId, databaseId, queryId, isTopLevel, calls, milliseconds, since] = Line.parse(one);
    return { userId, databaseId, queryId, isTopLevel, calls, milliseconds, since };
  });
  return { ...counts, statements };
}

const Texts = z.record(z.string(), z.string());

/** Masked texts of statements that were in earlier reports. */
export async function readKnownTexts(store: SampleStore, database: string): Promise<z.infer<typeof Texts>> {
  const text = await store.getText(statementTextsKey(database));
  return text === undefined ? {} : Texts.parse(JSON.parse(text));
}

export const putKnownTexts = (
  store: SampleStore,
  database: string,
  texts: Readonly<Record<string, string>>,
): Promise<void> => store.put(statementTextsKey(database), JSON.stringify(texts), 'application/json');
