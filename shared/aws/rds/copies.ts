import { CopyDBSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Tags } from '../../domain/resource/throw-away.ts';
import { SnapshotCopyFailedError, SnapshotQuotaExceededError } from '../../errors.ts';
import { callAws, isAwsError } from '../call.ts';
import { makeRds, type Snapshot } from './instances.ts';
import { makeRdsInventory } from './inventory.ts';

export type CopyRequest = {
  /** Of the snapshot in its own region. */
  readonly sourceArn: string;
  readonly id: string;
  readonly kmsKeyId: string;
  /** Beside those of the source, which the copy gets too. */
  readonly tags: Tags;
};

/** The copies of snapshots in one region, made there from another one. */
export type RdsCopies = {
  find(id: string): Promise<Snapshot | undefined>;
  /** `queued`: as many copies as RDS makes at once are on their way to this region; nothing was started. */
  start(request: CopyRequest): Promise<'started' | 'exists' | 'queued'>;
};

export function makeRdsCopies(client: RDSClient): RdsCopies {
  return {
    find: makeRds(client).findSnapshot,

    async start(request) {
      const first = await ask(client, request);
      if (typeof first === 'string') return first;
      if (await isBusy(client)) return 'queued';
      // The last one that was on its way may have ended between the answer and the list: then there is room now.
      const second = await ask(client, request);
      if (typeof second === 'string') return second;
      if (await isBusy(client)) return 'queued';
      throw new SnapshotQuotaExceededError(
        `no manual snapshot is left in the quota of the region for copy '${request.id}'`,
        {
          hints: ["Raise the RDS quota 'Manual DB instance snapshots' there, or delete snapshots that nobody needs."],
          cause: second.atItsLimit,
        },
      );
    },
  };
}

export const copiesIn = (region: string): RdsCopies => makeRdsCopies(new RDSClient({ region, maxAttempts: 5 }));

/** One error for two limits: 20 copies under way to a region end by themselves, a full region does not. */
async function ask(
  client: RDSClient,
  { sourceArn, id, kmsKeyId, tags }: CopyRequest,
): Promise<'started' | 'exists' | { readonly atItsLimit: unknown }> {
  try {
    // From the ARN's region the SDK makes the signed request with which RDS reads the snapshot there.
    const command = new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: sourceArn,
      TargetDBSnapshotIdentifier: id,
      KmsKeyId: kmsKeyId,
      CopyTags: true,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    await callAws(`copy snapshot '${id}'`, (options) => client.send(command, options));
    return 'started';
  } catch (error) {
    if (isAwsError(error, 'DBSnapshotAlreadyExistsFault', 'DBSnapshotAlreadyExists')) return 'exists';
    if (isAwsError(error, 'KMSKeyNotAccessibleFault', 'KMSKeyNotAccessible')) {
      throw new SnapshotCopyFailedError(`snapshot '${id}' cannot be encrypted with key '${kmsKeyId}'`, {
        hints: ["Compare 'dr.kmsKeyId' in operations.yml with the keys of that region: it must be enabled."],
        cause: error,
      });
    }
    if (isAwsError(error, 'SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded')) return { atItsLimit: error };
    throw error;
  }
}

async function isBusy(client: RDSClient): Promise<boolean> {
  const snapshots = await makeRdsInventory(client).listSnapshots();
  return snapshots.some(({ status }) => status === 'copying' || status === 'pending');
}
