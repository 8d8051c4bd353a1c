import { tagKeys } from '../resource/throw-away.ts';
import { isTwinOfVerified, isVerified, type KeptSnapshot, whyNotOurBackup } from './retention.ts';

/** The newest backup of a database in a region that was proven there, or whose original was proven in the other one. */
export function newestProven(snapshots: readonly KeptSnapshot[], database: string): KeptSnapshot | undefined {
  return snapshots
    .filter((one) => whyNotOurBackup(one) === undefined && one.tags[tagKeys.database] === database)
    .filter((one) => isVerified(one) || isTwinOfVerified(one))
    .filter(({ takenAt }) => takenAt !== undefined)
    .toSorted((left, right) => Number(right.takenAt) - Number(left.takenAt))[0];
}

export const verdictOf = ({ tags }: Pick<KeptSnapshot, 'tags'>): string =>
  tags[tagKeys.verdict] ?? tags[tagKeys.originVerdict] ?? tags[tagKeys.copyVerdict] ?? 'unknown';
