import { inTurn } from '../engine/instance-work.ts';
import type { Rds } from '../rds.ts';
import type { Instance, RegionState } from './model.ts';

const nameOf = (regions: readonly [string, string]) => [...regions].sort().join(',');

export const isLinkCut = (rds: Rds, one: string, other: string): boolean => rds.cutLinks.has(nameOf([one, other]));

/** Replicas of the one region stop to follow their sources in the other, or follow them again. */
export async function cutLink(
  rds: Rds,
  states: readonly RegionState[],
  regions: readonly [string, string],
  isCut: boolean,
): Promise<void> {
  if (isCut) rds.cutLinks.add(nameOf(regions));
  else rds.cutLinks.delete(nameOf(regions));
  const replicas = states.flatMap(({ instances }) => [...instances.values()]);
  await Promise.all(
    replicas.filter((replica) => crosses(replica, regions)).map((replica) => follow(rds, replica, isCut)),
  );
}

function crosses({ region, replication }: Instance, regions: readonly [string, string]): boolean {
  return replication !== undefined && nameOf([region, replication.source.region]) === nameOf(regions);
}

async function follow(rds: Rds, replica: Instance, isCut: boolean): Promise<void> {
  await inTurn(replica, async () => {
    if (replica.replication === undefined) return;
    replica.replication.isCut = isCut;
    if (replica.server !== undefined && !replica.server.hasEnded) await rds.engine.reload(replica);
  });
}
