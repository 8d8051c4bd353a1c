import type { RestoreRefusal } from '../../contracts/restore/restore.ts';
import type { Neighbour } from '../../contracts/restore/selected-objects.ts';

/** Why rows could not be merged, as far as it is known before anything is restored. */
export function mergeRefusals({
  sourceStatus,
  hasRole,
}: {
  readonly sourceStatus: string | null;
  readonly hasRole: boolean;
}): RestoreRefusal[] {
  return [
    ...(hasRole
      ? []
      : [
          {
            reason: "the database has no 'capabilities.restore' in operations.yml, whose role merges",
            remedy: 'Name its secret there, and make the role: npm run bootstrap-database -- … --capability restore.',
          },
        ]),
    ...(sourceStatus === 'available'
      ? []
      : [
          {
            reason: `the live database is '${sourceStatus ?? 'missing'}' in this region, expected 'available'`,
            remedy: 'Rows are merged into a live database: restore the whole one, without "objects".',
          },
        ]),
  ];
}

/** Which tables hang together with the selected ones and are not selected, in words. */
export function neighbourNotes(closure: readonly Neighbour[]): string[] {
  const left = closure.filter(({ isSelected }) => !isSelected);
  return [
    ...new Set(
      left.map(({ table, is, of, constraint }) => `${table} is a ${is} of ${of} (${constraint}) and is not selected`),
    ),
  ];
}
