import type { Tag } from '@aws-sdk/client-rds';
import { inTurn, takePlannedFailure } from '../engine/instance-work.ts';
import { makeArn } from '../model/identifiers.ts';
import type { Instance, Snapshot } from '../model/model.ts';
import type { Rds } from '../rds.ts';

const uploadSteps = 10;

/** The snapshot exists from the call on, in `creating`. */
export function registerSnapshot(
  rds: Rds,
  instance: Instance,
  identifier: string,
  type: Snapshot['type'],
  tags: readonly Tag[],
): Snapshot {
  const { region } = instance;
  const snapshot: Snapshot = {
    region,
    identifier,
    arn: makeArn(region, rds.account, 'snapshot', identifier),
    type,
    instanceIdentifier: instance.identifier,
    resourceId: instance.resourceId,
    instanceCreatedAt: instance.createdAt,
    availabilityZone: instance.availabilityZone,
    traits: { ...instance.traits },
    instanceTags: [...instance.tags],
    directory: rds.engine.snapshotDirectory(region, identifier),
    tags: mergeTags(instance.copyTagsToSnapshot ? instance.tags : [], tags),
    status: 'creating',
    percent: 0,
    createdAt: undefined,
    originalCreatedAt: undefined,
    instant: undefined,
    readers: new Set(),
  };
  rds.region(region).snapshots.set(identifier, snapshot);
  rds.events.snapshot(snapshot, type === 'manual' ? 'RDS-EVENT-0040' : 'RDS-EVENT-0090');
  return snapshot;
}

/**
 * Copies the volume, which fixes the snapshot's instant; then the instance is free again, and the snapshot becomes
 * `available` when its upload is done.
 */
export async function runSnapshot(
  rds: Rds,
  instance: Instance,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<void> {
  const planned = takePlannedFailure(rds, 'snapshot', snapshot);
  rds.events.instance(instance, 'RDS-EVENT-0001');
  try {
    await rds.clock.wait(rds.durations.snapshotInstant, signal);
    if (planned !== undefined) throw new Error(`snapshot '${snapshot.identifier}' was planned to fail`);
    const taken = await inTurn(instance, () => rds.engine.snapshot(instance, snapshot.directory, signal));
    snapshot.instant = taken.instant;
    snapshot.createdAt = taken.instant.notAfter;
    snapshot.originalCreatedAt = taken.instant.notAfter;
  } catch (error) {
    snapshot.status = 'failed';
    if (planned === undefined) throw error;
    return;
  }
  rds.events.instance(instance, 'RDS-EVENT-0002');
  rds.jobs.start((jobSignal) => upload(rds, snapshot, jobSignal));
}

async function upload(rds: Rds, snapshot: Snapshot, signal: AbortSignal): Promise<void> {
  for (let step = 1; step <= uploadSteps; step += 1) {
    await rds.clock.wait(rds.durations.snapshotUpload / uploadSteps, signal);
    if (snapshot.status !== 'creating') return;
    snapshot.percent = (100 / uploadSteps) * step;
  }
  snapshot.status = 'available';
  rds.events.snapshot(snapshot, snapshot.type === 'manual' ? 'RDS-EVENT-0042' : 'RDS-EVENT-0091');
}

/** `rds:orders-2026-01-31-04-05`, with a number behind it when two fall into one minute at a fast clock. */
export function automatedSnapshotName(rds: Rds, instance: Instance): string {
  const minute = rds.clock.now().toISOString().slice(0, 16).replace(/[T:]/g, '-');
  const name = `rds:${instance.identifier}-${minute}`;
  const { snapshots } = rds.region(instance.region);
  let number = 1;
  let unique = name;
  while (snapshots.has(unique)) {
    number += 1;
    unique = `${name}-${number}`;
  }
  return unique;
}

/** Later tags win over earlier ones of the same key. */
export function mergeTags(...lists: readonly (readonly Tag[])[]): Tag[] {
  const byKey = new Map(lists.flat().map((tag) => [tag.Key ?? '', { Key: tag.Key ?? '', Value: tag.Value ?? '' }]));
  return [...byKey.values()];
}
