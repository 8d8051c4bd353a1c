import { timeOf } from './moment.ts';

export type Person = {
  /** First and last day of each leave, by the calendar of the zone. */
  readonly away: readonly { readonly from: string; readonly to: string }[];
};

export type Role = {
  readonly role: string;
  readonly people: readonly string[];
  /** Weekly: one of them each week, from Monday on. Never: all of them. */
  readonly rotate: 'weekly' | 'never';
};

const DAY = 86_400_000;

/** `2026-05-20` on the wall of a zone. */
const dayIn = (timeZone: string, moment: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(timeOf(moment));

/** Weeks since Monday, 5 January 1970. */
const weekOf = (day: string): number => Math.floor((Date.parse(`${day}T00:00:00Z`) / DAY - 4) / 7);

/**
 * Whom of a role to ask at a moment. Who is on leave is passed over for the next one; when all are, all are asked: somebody
 * who is on leave is better than nobody.
 */
export function peopleOf(
  { people, rotate }: Role,
  everybody: Readonly<Record<string, Person>>,
  moment: string,
  timeZone: string,
): string[] {
  const day = dayIn(timeZone, moment);
  const isAway = (name: string) => (everybody[name]?.away ?? []).some(({ from, to }) => from <= day && day <= to);
  const here = people.filter((name) => !isAway(name));
  if (here.length === 0) return [...people];
  if (rotate === 'never') return here;
  const first = weekOf(day) % people.length;
  const turn = [...people.slice(first), ...people.slice(0, first)].find((name) => !isAway(name));
  return turn === undefined ? [...people] : [turn];
}
