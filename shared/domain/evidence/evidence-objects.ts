import { ChainRecord, type ObjectDigest } from '../../contracts/proof/evidence-chain.ts';
import { objectsBoundBy, readEvidence } from './any-evidence.ts';
import { type ChainFile, type KeyProblem, parseJson } from './chain.ts';

export type ObjectCheck = {
  /** How many objects the evidence and the records of all runs bind. */
  readonly bound: number;
  /** How many of them are there and have the SHA-256 that they had. */
  readonly held: number;
  /** Changed, or gone although nothing takes them away. */
  readonly changed: readonly KeyProblem[];
  /** Gone, as they may be. */
  readonly absent: readonly string[];
};

type Bound = ObjectDigest & { readonly by: string; readonly mayBeAbsent: boolean };

/**
 * Holds what the runs stored on their way against their evidence, and their pages against the records. Two kinds may be
 * absent: a witness, where a rule of the bucket has ended its days, and the rungs of a proof in another region, which are
 * kept there.
 */
export function checkObjects(
  { evidence, records }: { readonly evidence: readonly ChainFile[]; readonly records: readonly ChainFile[] },
  digestOf: (key: string) => string | undefined,
): ObjectCheck {
  const bound = [...evidence.flatMap(objectsOf), ...records.flatMap(pageOf)].map((object) => ({
    ...object,
    observed: digestOf(object.key),
  }));
  const there = bound.filter(({ observed }) => observed !== undefined);
  const gone = bound.filter(({ observed }) => observed === undefined);
  const changed = there.filter(({ observed, sha256 }) => observed !== sha256);
  return {
    bound: bound.length,
    held: there.length - changed.length,
    changed: [
      ...changed.map(({ key, by, observed, sha256 }) => ({
        key,
        problem: `was changed: its SHA-256 is ${observed}, '${by}' binds ${sha256}`,
      })),
      ...gone
        .filter(({ mayBeAbsent }) => !mayBeAbsent)
        .map(({ key, by }) => ({ key, problem: `is missing, and '${by}' binds it` })),
    ],
    absent: gone.filter(({ mayBeAbsent }) => mayBeAbsent).map(({ key }) => key),
  };
}

/** Of what is no evidence the chain reports. */
function objectsOf({ key: by, text }: ChainFile): Bound[] {
  const evidence = readEvidence(parseJson(text));
  if (evidence === undefined) return [];
  return objectsBoundBy(evidence).map(({ isElsewhere, ...object }) => ({
    ...object,
    by,
    mayBeAbsent: object.key.includes('/rungs/') ? isElsewhere : true,
  }));
}

function pageOf({ key: by, text }: ChainFile): Bound[] {
  const report = ChainRecord.safeParse(parseJson(text)).data?.report;
  return report === undefined ? [] : [{ ...report, by, mayBeAbsent: false }];
}
