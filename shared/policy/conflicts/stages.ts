import type { Operations, StageName } from '../schema.ts';

type Stages = [StageName, Operations['stages'][StageName]][];
export const stagesOf = ({ stages }: Operations) => Object.entries(stages) as Stages;

/** The stage of each instance; of one that two stages name, the first. */
export function ownersOf(operations: Operations): ReadonlyMap<string, StageName> {
  const owners = new Map<string, StageName>();
  for (const [stageName, { databases }] of stagesOf(operations)) {
    for (const { instance } of Object.values(databases)) {
      if (!owners.has(instance)) owners.set(instance, stageName);
    }
  }
  return owners;
}
