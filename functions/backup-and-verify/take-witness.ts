import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { sha256Of } from '../../shared/aws/sha256.ts';
import { config } from '../../shared/config.ts';
import { type StoredWitness, TakeWitnessInput, TakeWitnessOutput } from '../../shared/contracts/backup-and-verify.ts';
import { WitnessProgress } from '../../shared/contracts/progress/witness-progress.ts';
import type { WitnessHeader } from '../../shared/contracts/witness.ts';
import { lambdaReserve } from '../../shared/deadlines.ts';
import { backupSnapshotId, backupTags } from '../../shared/domain/resource/throw-away.ts';
import { BracketLostError, coerceError, ObjectChangedError, SnapshotFailedError } from '../../shared/errors.ts';
import { makeProgressStore } from '../../shared/evidence/progress-store.ts';
import { openWitness, witnessKey } from '../../shared/evidence/witness-file.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import {
  takeWitness as bracketSnapshot,
  type WitnessedSnapshot,
  type WitnessRequest,
} from '../../shared/pg/witness/take-witness.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';
import type { DatabasePolicy } from '../../shared/policy/schema.ts';

/**
 * Takes the snapshot and its witness in one bracket, in as many calls as it needs.
 *
 * A second call is harmless: a witness that is stored is the answer, and so is the progress of a part. A snapshot without
 * either means that an earlier call died inside the bracket; nothing can be proven about it any more, so BracketLostError
 * asks for another attempt under another snapshot name. The orphan stays: it is a backup, only an unproven one.
 */
export const takeWitness = defineTask({
  input: TakeWitnessInput,
  output: TakeWitnessOutput,
  deps: () => ({
    rds: makeRds(),
    secrets: makeSecrets(),
    store: makeObjectStore(config().evidenceBucket),
    policy: operations(),
    stage: config().stage,
    bracketSnapshot,
  }),
  async run(
    { executionName, database, sourceInstanceId, evidencePrefix, attempt, part, digests },
    { rds, secrets, store, policy, stage, bracketSnapshot },
    task,
  ) {
    const snapshotId = backupSnapshotId(database, executionName, attempt);
    const key = witnessKey(evidencePrefix, attempt);
    if (await store.exists(key)) return { witness: await storedWitness(store, key, snapshotId), digests: {} };
    const parts = makeProgressStore(store, key.replace(/\.json\.gz$/, ''), WitnessProgress);
    const left = await parts.find(part);
    if (left !== undefined) return { witness: null, digests: left };
    if (part === 1 && (await rds.findSnapshot(snapshotId)) !== undefined) {
      throw new BracketLostError(`snapshot '${snapshotId}' exists without a witness`, {
        hints: ['An earlier call ended inside the bracket; the workflow repeats it once.'],
      });
    }
    const { bracket } = policy.backupPlan;
    const source = await rds.findInstance(sourceInstanceId);
    const found = databasePolicy(policy, stage, database);
    const result = await bracketSnapshot({
      target: await connectionTarget({ rds, secrets }, found, sourceInstanceId),
      pausedAs: await pausedAs({ rds, secrets }, found, sourceInstanceId),
      trustedOwners: found.trustedOwners,
      snapshot: witnessedSnapshot(rds, snapshotId, sourceInstanceId, backupTags(database, executionName)),
      connections: bracket.connections,
      marginSeconds: attempt === 1 ? bracket.marginSeconds : bracket.longerMarginSeconds,
      deadlineSeconds: bracket.deadlineSeconds,
      remainingTime: () => task.remainingTime() - lambdaReserve,
      progress: await parts.before(part, digests),
      waitsForReboot: source?.waitsForReboot === true,
      identity: { executionName, attempt, instanceId: sourceInstanceId, database },
      onProgress: ({ step, done, total }) => task.progress(step, done, total),
    });
    if (!result.complete) {
      const digests = await parts.put(part, result.progress);
      logger.info('witness goes on in another call', { key, part });
      return { witness: null, digests };
    }
    const { header, body } = result.witness;
    const isNew = await store.putNew(key, body, 'application/gzip');
    logger.info('witness stored', {
      key,
      bytes: body.length,
      tables: header.tables,
      rows: header.rows,
      parts: part,
      pause: header.pause,
    });
    const witness = isNew
      ? summaryOf(header, key, { sha256: sha256Of(body), headerSha256: sha256Of(JSON.stringify(header)) })
      : await storedWitness(store, key, snapshotId);
    return { witness, digests: {} };
  },
});
export const { handler } = takeWitness;

/** The role that may lock tables, where operations.yml wants a pause; a secret that cannot be read costs the pause and not the night. */
async function pausedAs(
  deps: Parameters<typeof connectionTarget>[0],
  { exactPause, database, capabilities: { maintain } }: DatabasePolicy,
  instance: string,
): Promise<WitnessRequest['pausedAs']> {
  if (!exactPause) return undefined;
  if (maintain === undefined) return { missed: "operations.yml names no 'capabilities.maintain'" };
  try {
    return await connectionTarget(deps, { database, secretArn: maintain.secretArn }, instance);
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    return { missed: `${name}: ${message}` };
  }
}

function summaryOf(
  { snapshotId, tables, rows, bytes }: WitnessHeader,
  key: string,
  digests: Pick<StoredWitness, 'sha256' | 'headerSha256'>,
): StoredWitness {
  return { snapshotId, witnessKey: key, ...digests, tables, rows, bytes };
}

/** That of a call whose answer was lost, read whole: from here on it is bound. */
async function storedWitness(store: ObjectStore, key: string, snapshotId: string): Promise<StoredWitness> {
  const sha256 = (await store.digestOf(key)) ?? '';
  const { header, headerSha256, tables } = await openWitness(store, key);
  for await (const _ of tables);
  if (header.snapshotId === snapshotId) return summaryOf(header, key, { sha256, headerSha256 });
  throw new ObjectChangedError(`witness '${key}' is of snapshot '${header.snapshotId}', expected '${snapshotId}'`);
}

function witnessedSnapshot(rds: Rds, id: string, instanceId: string, tags: Record<string, string>): WitnessedSnapshot {
  return {
    id,
    async create() {
      const created = await rds.createSnapshot(id, instanceId, tags);
      if (created) return;
      // The SDK repeats a call whose answer was lost: a snapshot with this execution's own tags is then ours.
      const existing = await rds.findSnapshot(id);
      const isOurs =
        existing?.instanceId === instanceId &&
        Object.entries(tags).every(([key, value]) => existing.tags[key] === value);
      if (!isOurs) throw new BracketLostError(`snapshot '${id}' exists and is not of this run`);
    },
    async createdAt() {
      const snapshot = await rds.findSnapshot(id);
      if (snapshot === undefined) return undefined;
      if (snapshot.status !== 'available' && snapshot.status !== 'creating') {
        throw new SnapshotFailedError(`snapshot '${id}' is '${snapshot.status}', expected 'available'`, {
          hints: [`Read the events of instance '${instanceId}' in the RDS console.`],
        });
      }
      if (snapshot.createdAt === undefined) return undefined;
      return { at: snapshot.createdAt.toISOString(), settled: snapshot.status === 'available' };
    },
  };
}
