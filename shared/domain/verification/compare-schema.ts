import type { Finding } from '../../contracts/verification.ts';
import type { SchemaObjects, SequenceState } from '../../contracts/witness.ts';

/**
/**
 * Objects that were the same at S1 and at S2 must be the same in the copy; others are named as gaps. One that came back
 * with the same definition (dropped and made again, detached and attached) may be anything at the instant between. What
 * the copy alone has was made and removed between S1 and S2, or made on the copy: it fails unless `isOfBracket` says the
 * former.
 */
export function compareSchema(
  atS1: SchemaObjects,
  atS2: SchemaObjects,
  copy: SchemaObjects,
  isOfBracket: (object: string) => boolean = () => false,
): Finding[] {
  const findings: Finding[] = [];
  for (const object of new Set([...Object.keys(atS1), ...Object.keys(atS2), ...Object.keys(copy)])) {
    const [before, after, here] = [atS1[object], atS2[object], copy[object]];
    const problem = unreadable(before) ?? unreadable(after);
    if (problem !== undefined) findings.push({ object, status: 'gap', problem });
    else if (definition(before) !== definition(after))
      findings.push({ object, status: 'gap', problem: 'changed between S1 and S2' });
    else if (definition(here) === definition(before)) continue;
    else if (unreadable(here) !== undefined)
      findings.push({ object, status: 'failed', problem: `${unreadable(here)} of the copy` });
    else if (before !== undefined && before !== after)
      findings.push({ object, status: 'gap', problem: 'was changed between S1 and S2, and changed back' });
    else if (here === undefined) findings.push({ object, status: 'failed', problem: 'is missing from the copy' });
    else if (before === undefined && isOfBracket(object))
      findings.push({ object, status: 'gap', problem: 'was made and removed between S1 and S2' });
    else if (before === undefined) findings.push({ object, status: 'failed', problem: 'is in the copy alone' });
    else findings.push({ object, status: 'failed', problem: 'is defined otherwise in the copy' });
  }
  return findings;
}

const definition = (value: string | undefined) => value?.split(' ')[0];
const unreadable = (value: string | undefined) => (value?.startsWith('? ') ? value.slice(2) : undefined);

/** What is wrong with a sequence that DDL has made anew between S1 and S2 says nothing of the copy. */
export function exceptRemade(
  { atS1, atS2 }: { readonly atS1: SchemaObjects; readonly atS2: SchemaObjects },
  findings: readonly Finding[],
): Finding[] {
  return findings.map((finding) =>
    finding.status === 'failed' && atS1[finding.object] !== atS2[finding.object]
      ? { ...finding, status: 'gap', problem: 'was changed or made anew between S1 and S2' }
      : finding,
  );
}

/** A sequence writes this many values ahead to WAL, so that a recovered copy may stand that far ahead. */
const loggedAhead = 32n;

/**
 * Sequences are outside transactions: the copy's value lies between that of S1 and that of S2, plus what PostgreSQL
 * logs ahead (SEQ_LOG_VALS in sequence.c).
 */
export function compareSequences(
  atS1: readonly SequenceState[],
  atS2: readonly SequenceState[],
  copy: readonly SequenceState[],
): Finding[] {
  const after = new Map(atS2.map((state) => [state.sequence, state]));
  const here = new Map(copy.map((state) => [state.sequence, state]));
  return atS1.flatMap((before): Finding[] => {
    const object = `sequence ${before.sequence}`;
    if (before.unlogged !== undefined) return [{ object, status: 'gap', problem: unloggedProblem(before.unlogged) }];
    const later = after.get(before.sequence);
    const found = here.get(before.sequence);
    if (later === undefined) return [{ object, status: 'gap', problem: 'was dropped between S1 and S2' }];
    if (found === undefined) return [{ object, status: 'failed', problem: 'is missing from the copy' }];
    const direction = BigInt(before.increment) < 0n ? -1n : 1n;
    const low = rank(before, direction);
    const high = rank(later, direction);
    const value = rank(found, direction);
    if (isAhead(low, high)) {
      return [{ object, status: 'gap', problem: 'was set back or wrapped between S1 and S2' }];
    }
    const reported = `observed ${shown(found)}, expected ${shown(before)} to ${shown(later)}`;
    if (before.first !== undefined && later.first === before.first && found.first !== before.first) {
      const observed = `observed ${shown(found)}, expected ${shown(before)}`;
      return [{ object, status: 'failed', problem: `stands elsewhere: ${observed}, and nobody drew from it` }];
    }
    if (isAhead(low, value)) return [{ object, status: 'failed', problem: `is set back: ${reported}` }];
    const step = BigInt(before.increment) * direction;
    const most = high === null ? null : high + step * (loggedAhead + BigInt(before.cache));
    if (most !== null && value !== null && value > most && !before.cycles) {
      return [
        { object, status: 'failed', problem: `is ahead: ${reported} and at most ${loggedAhead} steps more` } as const,
      ];
    }
    return [];
  });
}

/**
 * The last value drawn on an ascending scale; the one before the first, while nothing was drawn. Null, which is behind
 * every value, where that is not known.
 */
const rank = ({ lastValue, first, increment }: SequenceState, direction: bigint) => {
  if (lastValue !== null) return BigInt(lastValue) * direction;
  return first === undefined ? null : (BigInt(first) - BigInt(increment)) * direction;
};
const isAhead = (left: bigint | null, right: bigint | null) => left !== null && (right === null || left > right);

const shown = ({ lastValue, first }: SequenceState) =>
  lastValue ?? (first === undefined ? 'none' : `none before ${first}`);

const unloggedProblem = (columns: readonly string[]) =>
  `is unlogged: a restore sets it back to its start${columns.length === 0 ? '' : `; ${columns.join(', ')} ${columns.length === 1 ? 'draws' : 'draw'} from it`}`;
