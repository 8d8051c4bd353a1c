import type { Finding, TableVerdict } from '../../contracts/verification.ts';
import type { TableMatch } from './compare-table.ts';
import type { RowOrigin } from './row-origin.ts';

/** A row that the copy alone holds; `object` is what PostgreSQL calls the thing that the row describes. */
export type CatalogueStranger = { readonly object: string; readonly origin: RowOrigin };

/** More objects than these are not named one by one: a cascade has hundreds. */
const namedObjects = 50;

/**
 * What the comparison of one catalogue says. A row of the copy alone that is proven to be of the source is a gap: it
 * was made and removed between S1 and S2. One that the source cannot have made fails, by the name of its object. Of one
 * that may be either nothing is proven; that fails where the rest of the catalogue shows that something was changed.
 */
export function assessCatalogue(
  { table, problems, bornAndKilled }: TableMatch,
  verdict: TableVerdict,
  strangers: readonly CatalogueStranger[],
): Finding[] {
  const isDamaged = problems.length > 0;
  const findings: Finding[] = [];
  const named = (origins: readonly RowOrigin[], status: Finding['status'], problem: string) => {
    const objects = [
      ...new Set(strangers.filter(({ origin }) => origins.includes(origin)).map(({ object }) => object)),
    ];
    for (const object of objects.slice(0, namedObjects)) findings.push({ object, status, problem });
    if (objects.length > namedObjects) {
      findings.push({ object: table, status, problem: `${objects.length - namedObjects} objects more: ${problem}` });
    }
  };
  const inCopy = `is made or changed in the copy alone, by its row in ${table}`;
  named(isDamaged ? ['copy', 'unknown'] : ['copy'], 'failed', inCopy);
  if (verdict.status === 'failed') {
    findings.push({ object: table, status: 'failed', problem: verdict.reason ?? 'differs' });
  }
  named(
    isDamaged ? ['source'] : ['source', 'unknown'],
    'gap',
    `was made or changed, and again, between S1 and S2: a row in ${table}`,
  );
  const unknownFate = verdict.unverifiableRows - bornAndKilled;
  if (unknownFate > 0) {
    const rows = unknownFate === 1 ? '1 row' : `${unknownFate} rows`;
    findings.push({ object: table, status: 'gap', problem: `had ${rows} removed between S1 and S2 by nobody known` });
  }
  return findings;
}
