import { Evidence } from '../../contracts/backup-and-verify.ts';
import type { ObjectDigest, RunFacts } from '../../contracts/proof/evidence-chain.ts';
import { RestoreTestEvidence } from '../../contracts/restore-test.ts';

/** The evidence of every workflow that keeps it in a chain. */
export type AnyEvidence = Evidence | RestoreTestEvidence;

/** Undefined when the value is no evidence of any workflow. */
export const readEvidence = (value: unknown): AnyEvidence | undefined =>
  Evidence.safeParse(value).data ?? RestoreTestEvidence.safeParse(value).data;

/** Runs that could not be planned have no database, and a chain of their own. */
const unplanned = '_unplanned';

/** A database's restore tests have a chain beside that of its backups; no database's name has two hyphens in a row. */
export const restoreTestChain = (database: string | null): string => `${database ?? unplanned}--restore-test`;

export const chainOf = (evidence: AnyEvidence): string =>
  evidence.workflow === 'restore-test' ? restoreTestChain(evidence.database) : (evidence.database ?? unplanned);

/** The chain that the evidence under a key belongs to: `restore-test/fantasy/run-1/evidence.json`. */
export function chainOfKey(key: string): string {
  const [workflow, database = ''] = key.split('/');
  return workflow === 'restore-test' ? restoreTestChain(database) : database;
}

export function factsOf(evidence: AnyEvidence): RunFacts {
  const { verdict, execution } = evidence;
  const { startedAt, recordedAt } = execution;
  return evidence.workflow === 'restore-test'
    ? { verdict, startedAt, recordedAt, sourceBytes: evidence.sourceBytes, unverifiableRows: 0 }
    : {
        verdict,
        startedAt,
        recordedAt,
        sourceBytes: evidence.source?.bytes ?? null,
        unverifiableRows: evidence.tables.reduce((sum, table) => sum + table.unverifiableRows, 0),
      };
}

/** What the tasks of a run have stored on their way, and whether it lies in another region than the evidence. */
export function objectsBoundBy(evidence: AnyEvidence): (ObjectDigest & { readonly isElsewhere: boolean })[] {
  const region = evidence.execution.arn.split(':')[3];
  const isAway = (proof: { readonly region: string } | null) => proof !== null && proof.region !== region;
  if (evidence.workflow === 'restore-test')
    return evidence.tried.flatMap(({ objects, proof }) =>
      objects.map((object) => ({ ...object, isElsewhere: isAway(proof) })),
    );
  return evidence.objects.map((object) => ({ ...object, isElsewhere: isAway(evidence.proof) }));
}
