import { whyNotQuiet } from '../../shared/domain/verification/quiet-copy.ts';
import type { DatabaseFacts } from './facts.ts';
import { type Finding, must, unseen } from './finding.ts';

/** Whether a copy of the database would start subscriptions or jobs of its source; such a copy is not made. */
export function checkQuiet(
  database: string,
  { group, isCutOff }: { readonly group: string | undefined; readonly isCutOff: boolean },
  { copyParameters, inside }: Pick<DatabaseFacts, 'copyParameters' | 'inside'>,
): Finding[] {
  const check = 'copies start nothing of the source';
  if (!copyParameters.seen) return [unseen(check, database, copyParameters.reason)];
  const parameters = copyParameters.value;
  if (group !== undefined && parameters === undefined) {
    return [
      must('copies have their parameter group', database, {
        holds: false,
        observed: `RDS has no parameter group '${group}' in this region`,
        remedy: `aws rds copy-db-parameter-group --target-db-parameter-group-identifier ${group} …`,
      }),
    ];
  }
  // That nobody could look inside is reported already.
  if (!inside.seen || inside.value === undefined || inside.value.failure !== null) return [];
  const found = inside.value.selfStarting;
  const ownGroup = group === undefined ? undefined : { name: group, parameters: parameters ?? {} };
  const reasons = whyNotQuiet(found, { ownGroup, isCutOff });
  return [
    must(check, database, {
      holds: reasons.length === 0,
      observed:
        reasons.length > 0
          ? reasons.join(', ')
          : found.length === 0
            ? 'it has neither subscriptions nor jobs'
            : `not ${found.map(({ name }) => name).join(', ')}`,
      remedy:
        "Copy the source's parameter group, take pg_cron out of its shared_preload_libraries, set max_logical_replication_workers to 0, and name it as 'copyParameterGroup' in operations.yml.",
    }),
  ];
}
