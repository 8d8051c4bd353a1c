import type { NotTried, RestorePath } from '../../contracts/restore-test.ts';
import { type Caps, decideCap, reasonOf } from '../proof-cost/cap.ts';

type Priced = { readonly path: RestorePath; readonly predicted: { readonly total: number | null } };

/**
 * Which of the chosen trials may restore, in their order: each is held to the caps with what the month's other proofs and the
 * trials before it may cost. A path that is left out is never quietly left out.
 */
export function holdToCaps<T extends Priced>(
  trials: readonly T[],
  isScheduled: boolean,
  spent: number,
  caps: Caps,
): { readonly held: readonly NotTried[]; readonly allowed: readonly T[] } {
  const allowed: T[] = [];
  const held: NotTried[] = [];
  let sum = spent;
  for (const trial of trials) {
    const cap = decideCap({ isScheduled, predicted: trial.predicted.total }, sum, caps);
    if (cap.mayRestore) {
      allowed.push(trial);
      sum += trial.predicted.total ?? 0;
    } else held.push({ path: trial.path, kind: 'cost', reason: reasonOf(cap) ?? 'its cost is beyond a cap' });
  }
  return { held, allowed };
}
