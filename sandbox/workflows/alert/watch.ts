import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Incident } from '../../../shared/contracts/alert/alert.ts';
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

/** Every incident that the bucket has as the newest of its key. */
export async function incidentsIn(sandbox: Sandbox): Promise<Incident[]> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const list = { Bucket, Prefix: 'alert/incidents/' };
  const { Contents = [] } = (await sandbox.dispatch('s3', 'ListObjectsV2', list, asOperator)) as {
    Contents?: { Key: string }[];
  };
  const keys = Contents.map(({ Key }) => Key).filter((key) => key.endsWith('/newest.json'));
  return Promise.all(
    keys.map(async (Key) => {
      const { Body } = (await sandbox.dispatch('s3', 'GetObject', { Bucket, Key }, asOperator)) as {
        Body: Readable | Uint8Array;
      };
      return Incident.parse(JSON.parse(Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body)));
    }),
  );
}
