import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { callAws, isAwsError, undefinedWhen } from '../../shared/aws/call.ts';
import { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import { type Entry, Recommendations } from '../../shared/contracts/recommendations.ts';
import { Waste } from '../../shared/contracts/waste.ts';

const key = 'ledger/recommendations.json';
/** Somebody else writes at the same moment: more than a few times in a row is no accident. */
const attempts = 5;

export type StoredWaste = { readonly key: string; readonly storedAt: string; readonly waste: Waste };

export type RecommendationStore = {
  read(): Promise<Recommendations>;
  /** False when an entry of that id is there already: nothing is ever written over. */
  add(entry: Entry): Promise<boolean>;
  /** Adds the entry that `decide` makes of the recommendations as it is; undefined where it makes none. */
  addDecided(decide: (recommendations: Recommendations) => Entry | undefined): Promise<Entry | undefined>;
  /** Makes of an entry what `decide` makes of it as it is now. The entry was found by its caller before. */
  change(id: string, decide: (entry: Entry) => Entry): Promise<Entry>;
  /** What the newest report that looked for waste has found; undefined when there is none. */
  newestWaste(): Promise<StoredWaste | undefined>;
  /** The bill that the newest cost report has read; undefined when there is none. */
  newestCosts(): Promise<CollectedCosts | undefined>;
};

export function openRecommendations(client: S3Client, Bucket: string): RecommendationStore {
  const get = (Key: string) =>
    callAws(`read '${Bucket}/${Key}'`, (options) => client.send(new GetObjectCommand({ Bucket, Key }), options)).catch(
      undefinedWhen('NoSuchKey'),
    );
  const load = async (): Promise<{ recommendations: Recommendations; tag: string | undefined }> => {
    const found = await get(key);
    if (found === undefined) return { recommendations: { schemaVersion: 1, entries: [] }, tag: undefined };
    const text = (await found.Body?.transformToString('utf8')) ?? '';
    return { recommendations: Recommendations.parse(JSON.parse(text)), tag: found.ETag };
  };
  /** Writes what `decide` makes of the recommendations as it is; nothing where it makes nothing. */
  const write = async (
    decide: (recommendations: Recommendations) => Recommendations | undefined,
  ): Promise<Recommendations | undefined> => {
    for (let attempt = 1; ; attempt += 1) {
      const { recommendations, tag } = await load();
      const wanted = decide(recommendations);
      if (wanted === undefined) return undefined;
      const Body = JSON.stringify(wanted, undefined, 2);
      // Only over what was read: two people who write at once lose nothing.
      const condition = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
      const command = new PutObjectCommand({ Bucket, Key: key, Body, ContentType: 'application/json', ...condition });
      try {
        await callAws(`write '${Bucket}/${key}'`, (options) => client.send(command, options));
        return wanted;
      } catch (error) {
        if (attempt === attempts || !isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict')) throw error;
      }
    }
  };
  const addDecided: RecommendationStore['addDecided'] = async (decide) => {
    const written = await write((recommendations) => {
      const entry = decide(recommendations);
      return entry && { ...recommendations, entries: [...recommendations.entries, entry] };
    });
    return written?.entries.at(-1);
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
    read: async () => (await load()).recommendations,
    addDecided,

    async add(entry) {
      const isTaken = ({ entries }: Recommendations) => entries.some(({ id }) => id === entry.id);
      return (await addDecided((recommendations) => (isTaken(recommendations) ? undefined : entry))) !== undefined;
    },

    async change(id, decide) {
      const written = await write((recommendations) => ({
        ...recommendations,
        entries: recommendations.entries.map((entry) => (entry.id === id ? decide(entry) : entry)),
      }));
      const entry = written?.entries.find((one) => one.id === id);
      if (entry === undefined) throw new Error(`entry '${id}' has been taken out of '${Bucket}/${key}' meanwhile`);
      return entry;
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
