import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { callAws, isAwsError } from '../../shared/aws/call.ts';
import { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import { type Entry, Ledger } from '../../shared/contracts/ledger.ts';

const key = 'ledger/recommendations.json';
/** Somebody else writes at the same moment: more than a few times in a row is no accident. */
const attempts = 5;

export type LedgerStore = {
  read(): Promise<Ledger>;
  /** False when an entry of that id is there already: nothing is ever written over. */
  add(entry: Entry): Promise<boolean>;
  /** The bill that the newest cost report has read; undefined when there is none. */
  newestCosts(): Promise<CollectedCosts | undefined>;
};

export function openLedger(client: S3Client, Bucket: string): LedgerStore {
  const get = (Key: string) =>
    callAws(`read '${Bucket}/${Key}'`, (options) => client.send(new GetObjectCommand({ Bucket, Key }), options)).catch(
      (error: unknown) => {
        if (isAwsError(error, 'NoSuchKey')) return undefined;
        throw error;
      },
    );
  const load = async (): Promise<{ ledger: Ledger; tag: string | undefined }> => {
    const found = await get(key);
    if (found === undefined) return { ledger: { schemaVersion: 1, entries: [] }, tag: undefined };
    const text = (await found.Body?.transformToString('utf8')) ?? '';
    return { ledger: Ledger.parse(JSON.parse(text)), tag: found.ETag };
  };
  return {
    read: async () => (await load()).ledger,

    async add(entry) {
      for (let attempt = 1; ; attempt += 1) {
        const { ledger, tag } = await load();
        if (ledger.entries.some(({ id }) => id === entry.id)) return false;
        const Body = JSON.stringify({ ...ledger, entries: [...ledger.entries, entry] }, undefined, 2);
        // Only over what was read: two people who add at once lose nothing.
        const condition = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
        const command = new PutObjectCommand({
          Bucket,
          Key: key,
          Body,
          ContentType: 'application/json',
          ...condition,
        });
        try {
          await callAws(`write '${Bucket}/${key}'`, (options) => client.send(command, options));
          return true;
        } catch (error) {
          if (attempt === attempts || !isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict'))
            throw error;
        }
      }
    },

    async newestCosts() {
      const newest = await callAws(`list '${Bucket}/cost-report/'`, async (options) => {
        let best: { key: string; at: number } | undefined;
        for await (const { Contents = [] } of paginateListObjectsV2(
          { client },
          { Bucket, Prefix: 'cost-report/' },
          options,
        )) {
          for (const { Key = '', LastModified } of Contents) {
            const at = LastModified?.getTime() ?? 0;
            if (/\/costs-\d+\.json$/.test(Key) && (best === undefined || at >= best.at)) best = { key: Key, at };
          }
        }
        return best?.key;
      });
      const found = newest === undefined ? undefined : await get(newest);
      const text = await found?.Body?.transformToString('utf8');
      return text === undefined ? undefined : CollectedCosts.parse(JSON.parse(text));
    },
  };
}
