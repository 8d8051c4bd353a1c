import type { ObjectStore } from '../../../shared/aws/s3/object-store.ts';
import { ProofCostEntry } from '../../../shared/contracts/proof/proof-cost.ts';
import { ObjectChangedError } from '../../../shared/errors.ts';
import { sha256, storeEvidence } from '../../../shared/evidence/chain-store.ts';
import { evidenceWith } from '../../support/evidence-sample.ts';
import { operations } from '../shared/policy/load-operations.ts';

export const policy = operations();
export const { region, dr } = policy.stages.prod;
export const away = dr?.region ?? '';
export const now = new Date('2026-03-02T15:00:00Z');
export const config = { stage: 'prod' as const, evidenceBucket: 'b', region };
export const header = JSON.stringify({
  schemaVersion: 1,
  executionName: 'night',
  attempt: 1,
  instanceId: 'fantasy-prod',
  database: 'fantasy',
  snapshotId: 'gd-backup-1',
  snapshotCreatedAt: '2026-03-02T08:30:03.200Z',
  server: {
    versionNumber: 180004,
    version: '18.4',
    systemIdentifier: '1',
    databaseOid: 1,
    parameters: {},
    extensions: {},
  },
  s1: { snapshot: '1:1:', at: 'a', lsn: '0/1', beat: '1' },
  s2: { snapshot: '1:1:', at: 'a', lsn: '0/2', beat: '2' },
  heartbeats: [],
  schema: { atS1: {}, atS2: {} },
  sequences: { atS1: [], atS2: [] },
  tables: 39,
  rows: '930000',
  bytes: 8192,
  gaps: [],
});
export const witnessKey = 'backup-and-verify/fantasy/night/witness-1.json.gz';

/** A bucket with one night of `fantasy`, whose witness is there; every object is kept as it was written last. */
export async function bucket({ witness }: { readonly witness?: () => AsyncIterableIterator<string> } = {}) {
  const objects = new Map<string, string>();
  const store = {
    getText: async (key: string, bound?: string) => {
      const text = objects.get(key);
      if (text !== undefined && bound !== undefined && sha256(text) !== bound)
        throw new ObjectChangedError(`object '${key}' was changed`);
      return text;
    },
    putNew: async (key: string, body: string) => {
      if (objects.has(key)) return false;
      objects.set(key, body);
      return true;
    },
    put: async (key: string, body: string) => void objects.set(key, body),
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    openGzipLines: async () => (witness ?? lines)(),
  } as unknown as ObjectStore;
  const base = evidenceWith((place) => place);
  await storeEvidence(
    store,
    { database: 'fantasy', key: 'backup-and-verify/fantasy/night/evidence.json' },
    (chainedAfter) => ({
      ...base,
      database: 'fantasy',
      chainedAfter,
      snapshot: {
        id: 'gd-backup-1',
        createdAt: '2026-03-02T08:30:03.200Z',
        s1At: '2026-03-02T08:30:00.000Z',
        s2At: '2026-03-02T08:30:09.000Z',
        newestHeartbeatAt: null,
        attempt: 1,
      },
      copiedTo: away,
      objects: [{ key: witnessKey, sha256: 'a'.repeat(64) }],
    }),
  );
  return { store, objects };
}
async function* lines(): AsyncGenerator<string> {
  yield header;
  yield '{}';
}

/** What a test may cost, or did, path by path. */
export const costsIn = (objects: ReadonlyMap<string, string>) =>
  [...objects].flatMap(([key, text]) =>
    key.startsWith('drill-costs/') ? [ProofCostEntry.parse(JSON.parse(text))] : [],
  );
