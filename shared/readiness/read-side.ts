import * as z from 'zod/mini';
import type { ObjectStore } from '../aws/s3/object-store.ts';
import { SideFacts } from '../contracts/dr-readiness/dr-readiness.ts';
import { factsKey } from '../rules/readiness.ts';

/** What another release wrote in another form is not known: the next hour brings it. */
export async function readSide(store: Pick<ObjectStore, 'getText'>, database: string, side: 'primary' | 'standby') {
  const text = await store.getText(factsKey(database, side));
  if (text === undefined) return undefined;
  const parsed = z.safeParse(SideFacts, JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
