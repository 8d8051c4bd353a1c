import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox.ts';

const bound = 180_000;

/** Looks until there is something to see. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + bound; Date.now() < until; ) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
  throw new Error(`nothing was to be seen for ${bound / 1000} s`);
}

/** The text of an object of the evidence bucket; undefined when there is none. */
export async function objectIn(sandbox: Sandbox, Key: string): Promise<string | undefined> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const found = await sandbox.dispatch('s3', 'GetObject', { Bucket, Key }, asOperator).catch(() => undefined);
  if (found === undefined) return undefined;
  const { Body } = found as { Body: Readable | Uint8Array };
  return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
}
