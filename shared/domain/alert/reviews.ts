import type { Incident } from '../../contracts/alert/alert.ts';
import { isOpenMember } from './incident.ts';

/** Below the folder of each incident that has a review lies what says so; anything beside it is the review. */
export const dueFile = 'due.json';
export const reviewCause = 'review-overdue';
export const reviewMember = (incidentId: string): string => `review of ${incidentId}`;

/** Which incidents have their review, and which not, by the keys below the prefix. */
export function sortReviews(
  keys: readonly string[],
  prefix: string,
): { readonly written: readonly string[]; readonly awaited: readonly string[] } {
  const files = keys.flatMap((key) => {
    const [id = '', file = ''] = key.slice(prefix.length).split('/');
    return id === '' || file === '' ? [] : [{ id, file }];
  });
  const ids = [...new Set(files.map(({ id }) => id))];
  const isDue = (id: string) => files.some((one) => one.id === id && one.file === dueFile);
  const isWritten = (id: string) => files.some((one) => one.id === id && one.file !== dueFile);
  return { written: ids.filter(isWritten), awaited: ids.filter((id) => isDue(id) && !isWritten(id)) };
}

/** Whose being overdue is a problem now, of the incident of all reviews. */
export const openReviews = (incident: Incident | undefined): ReadonlySet<string> =>
  new Set(
    incident === undefined || incident.state === 'resolved'
      ? []
      : Object.entries(incident.members).flatMap(([member, one]) => (isOpenMember(one) ? [member] : [])),
  );
