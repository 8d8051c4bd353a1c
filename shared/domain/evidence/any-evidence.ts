import { Evidence } from '../../contracts/backup-and-verify.ts';
import { DrillEvidence } from '../../contracts/dr-drill/dr-drill.ts';
import type { ObjectDigest, RunFacts } from '../../contracts/proof/evidence-chain.ts';
import { RestoreTestEvidence } from '../../contracts/restore-test.ts';

/** The evidence of every workflow that keeps it in a chain. */
export type AnyEvidence = Evidence | RestoreTestEvidence | DrillEvidence;

/** Undefined when the value is no evidence of any workflow. */
export const readEvidence = (value: unknown): AnyEvidence | undefined =>
  Evidence.safeParse(value).data ?? RestoreTestEvidence.safeParse(value).data ?? DrillEvidence.safeParse(value).data;

/** Runs that could not be planned have no database, and a chain of their own. */
const unplanned = '_unplanned';

/** A database's restore tests have a chain beside that of its backups; no database's name has two hyphens in a row. */
export const restoreTestChain = (database: string | null): string => `${database ?? unplanned}--restore-test`;

/** And its drills of a promotion a third one. */
export const drillChain = (database: string | null): string => `${database ?? unplanned}--dr-drill`;

export function chainOf({ workflow, database }: Pick<AnyEvidence, 'workflow' | 'database'>): string {
  if (workflow === 'restore-test') return restoreTestChain(database);
  return workflow === 'dr-drill' ? drillChain(database) : (database ?? unplanned);
}

/** The chain that the evidence under a key belongs to: `restore-test/fantasy/run-1/evidence.json`. */
export function chainOfKey(key: string): string {
  const [workflow, database = ''] = key.split('/');
  if (workflow === 'restore-test') return restoreTestChain(database);
  return workflow === 'dr-drill' ? drillChain(database) : database;
}

export function factsOf(evidence: AnyEvidence): RunFacts {
  const { startedAt, recordedAt } = evidence.execution;
  if (evidence.workflow === 'dr-drill') {
    // A drill that did not come to its end proves nothing.
    const verdict = evidence.result === 'rehearsed' ? 'exact' : 'failed';
    return { verdict, startedAt, recordedAt, sourceBytes: evidence.sourceBytes, unverifiableRows: 0 };
  }
  return evidence.workflow === 'restore-test'
    ? {
        ...{ verdict: evidence.verdict, startedAt, recordedAt },
        ...{ sourceBytes: evidence.sourceBytes, unverifiableRows: 0 },
      }
    : {
        verdict: evidence.verdict,
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
  if (evidence.workflow === 'dr-drill') return [];
  if (evidence.workflow === 'restore-test')
    return evidence.tried.flatMap(({ objects, proof }) =>
      objects.map((object) => ({ ...object, isElsewhere: isAway(proof) })),
    );
  return evidence.objects.map((object) => ({ ...object, isElsewhere: isAway(evidence.proof) }));
}
