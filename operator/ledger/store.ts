import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { callAws, isAwsError } from '../../shared/aws/call.ts';
import { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import { type Entry, Ledger } from '../../shared/contracts/ledger.ts';
import { Waste } from '../../shared/contracts/waste.ts';

const key = 'ledger/recommendations.json';
/** Somebody else writes at the same moment: more than a few times in a row is no accident. */
const attempts = 5;

export type StoredWaste = { readonly key: string; readonly storedAt: string; readonly waste: Waste };

export type LedgerStore = {
  read(): Promise<Ledger>;
  /** False when an entry of that id is there already: nothing is ever written over. */
  add(entry: Entry): Promise<boolean>;
  /** Adds the entry that `decide` makes of the ledger as it is; undefined where it makes none. */
  addDecided(decide: (ledger: Ledger) => Entry | undefined): Promise<Entry | undefined>;
  /** What the newest report that looked for waste has found; undefined when there is none. */
  newestWaste(): Promise<StoredWaste | undefined>;
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
  const addDecided: LedgerStore['addDecided'] = async (decide) => {
    for (let attempt = 1; ; attempt += 1) {
      const { ledger, tag } = await load();
      const entry = decide(ledger);
      if (entry === undefined) return undefined;
      const Body = JSON.stringify({ ...ledger, entries: [...ledger.entries, entry] }, undefined, 2);
      // Only over what was read: two people who add at once lose nothing.
      const condition = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
      const command = new PutObjectCommand({ Bucket, Key: key, Body, ContentType: 'application/json', ...condition });
      try {
        await callAws(`write '${Bucket}/${key}'`, (options) => client.send(command, options));
        return entry;
      } catch (error) {
        if (attempt === attempts || !isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict')) throw error;
      }
    }
  };
  /** The newest object of a cost report whose key ends so. */
  const newest = async (name: RegExp): Promise<{ key: string; at: number; text: string } | undefined> => {
    const found = await callAws(`list '${Bucket}/cost-report/'`, async (options) => {
      let best: { key: string; at: number } | undefined;
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: 'cost-report/' }, options);
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', LastModified } of Contents) {
          const at = LastModified?.getTime() ?? 0;
          if (name.test(Key) && (best === undefined || at >= best.at)) best = { key: Key, at };
        }
      }
      return best;
    });
    const text = found && (await (await get(found.key))?.Body?.transformToString('utf8'));
    return found === undefined || text === undefined ? undefined : { ...found, text };
  };
  return {
    read: async () => (await load()).ledger,
    addDecided,

    async add(entry) {
      const isTaken = ({ entries }: Ledger) => entries.some(({ id }) => id === entry.id);
      return (await addDecided((ledger) => (isTaken(ledger) ? undefined : entry))) !== undefined;
    },

    async newestCosts() {
      const found = await newest(/\/costs-\d+\.json$/);
      return found && CollectedCosts.parse(JSON.parse(found.text));
    },

    async newestWaste() {
      const found = await newest(/\/waste\.json$/);
      if (found === undefined) return undefined;
      const { key: itsKey, at, text } = found;
      return { key: itsKey, storedAt: new Date(at).toISOString(), waste: Waste.parse(JSON.parse(text)) };
    },
  };
}
