import type { Fault } from '../../faults.ts';
import type { Operations } from '../schema.ts';

/** Who is asked must be there, and what is silenced must be something. */
export function* alertsUnheard({ alert }: Operations): Iterable<Fault> {
  const { chain, people, business, silences } = alert;
  for (const [index, { role, people: names }] of chain.entries()) {
    for (const [place, name] of names.entries()) {
      if (Object.hasOwn(people, name)) continue;
      const known = Object.keys(people).join(', ') || 'nobody';
      yield {
        path: `alert.chain[${index}].people[${place}]`,
        observed: `'${name}'`,
        expected: `one of alert.people: ${known}`,
      };
    }
    if (chain.findIndex((one) => one.role === role) < index)
      yield {
        path: `alert.chain[${index}].role`,
        observed: `'${role}' again`,
        expected: 'each role once: the last one is repeated by itself',
      };
  }
  if (business.from >= business.to)
    yield { path: 'alert.business.to', observed: business.to, expected: `later than from, which is ${business.from}` };
  for (const [name, { away }] of Object.entries(people)) {
    for (const [index, { from, to }] of away.entries()) {
      if (from > to)
        yield {
          path: `alert.people.${name}.away[${index}].to`,
          observed: to,
          expected: `not before from, which is ${from}`,
        };
    }
  }
  for (const [index, { subject, cause }] of silences.entries()) {
    if (subject === undefined && cause === undefined)
      yield {
        path: `alert.silences[${index}]`,
        observed: 'neither subject nor cause',
        expected: 'one of them: all of a stage is never silent',
      };
  }
}
