import type { StrandedReport } from '../../contracts/dr-failback/stranded.ts';
import type { Refusal } from '../../contracts/dr-promotion/dr-promotion.ts';

type Found = Omit<StrandedReport, 'schemaVersion' | 'workflow' | 'at' | 'sha256'>;

/**
 * What the SHA-256 of a report is made of: whose rows they are, and every one of them. Two looks that find the same rows are the same
 * report, and a row more is another one; neither the time of the look nor the wording of an error is part of it.
 */
export const acceptedText = ({ database, old, partedAt, tables, notRead }: Found): string =>
  JSON.stringify([
    database,
    old?.resourceId ?? null,
    partedAt,
    tables.map(({ table, onlyThere, differs, sha256 }) => [table, onlyThere + differs, sha256]),
    notRead.map(({ what }) => what).sort(),
  ]);

/** Why the old primary may not be set aside yet; none when nothing is stranded, or a person has accepted exactly this. */
export function acceptanceRefusals(
  { rows, notRead, sha256 }: Pick<StrandedReport, 'rows' | 'notRead' | 'sha256'>,
  { accept, acceptUnknown }: { readonly accept: string | null; readonly acceptUnknown: string | null },
): Refusal[] {
  const refusals: Refusal[] = [];
  const unread = notRead.map(({ what }) => `'${what}'`).join(', ');
  if (rows === 0 && notRead.length === 0) return [];
  const found = [
    ...(rows === 0 ? [] : [`${rows} rows exist only on the old primary`]),
    ...(notRead.length === 0 ? [] : [`what is stranded in ${unread} is unknown`]),
  ].join(', and ');
  if (accept !== sha256)
    refusals.push({
      reason:
        accept === null
          ? `${found}, and nobody has accepted that`
          : `${found}: the report of that is ${sha256.slice(0, 12)}…, and ${accept.slice(0, 12)}… is accepted`,
      remedy: `Read the page of this execution, save what is worth it, and start it again with "accept": "${sha256}".`,
    });
  if (notRead.length > 0 && acceptUnknown === null)
    refusals.push({
      reason: `nobody can look through ${unread}`,
      remedy: 'Make it readable, or say in "acceptUnknown" why what may be stranded there may be left behind.',
    });
  return refusals;
}
