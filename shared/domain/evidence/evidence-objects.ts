import { Evidence } from '../../contracts/backup-and-verify.ts';
import type { ChainFile } from './chain.ts';

export type ObjectCheck = {
  /** How many objects the evidence of all runs binds. */
  readonly bound: number;
  /** How many of them are there and have the SHA-256 that they had. */
  readonly held: number;
  readonly changed: readonly { readonly key: string; readonly problem: string }[];
};

/**
 * Holds what the runs stored on their way against their evidence. One that is not there is not changed: a witness may
 * have come to the end of its days, and a proof in another region keeps its rungs there.
 */
export function checkObjects(
  evidence: readonly ChainFile[],
  digestOf: (key: string) => string | undefined,
): ObjectCheck {
  const bound = evidence.flatMap(({ key, text }) =>
    objectsOf(text).map((object) => ({ ...object, by: key, observed: digestOf(object.key) })),
  );
  const there = bound.filter(({ observed }) => observed !== undefined);
  const changed = there.filter(({ observed, sha256 }) => observed !== sha256);
  return {
    bound: bound.length,
    held: there.length - changed.length,
    changed: changed.map(({ key, by, observed, sha256 }) => ({
      key,
      problem: `was changed: its SHA-256 is ${observed}, '${by}' binds ${sha256}`,
    })),
  };
}

/** Of what is no evidence the chain reports. */
function objectsOf(text: string | undefined): Evidence['objects'] {
  try {
    return Evidence.safeParse(JSON.parse(text ?? '')).data?.objects ?? [];
  } catch {
    return [];
  }
}
