import type { AcceptedEntry } from './apply.ts';
import { NotAcceptedError } from './errors.ts';
import type { RecommendationStore } from './store.ts';

/** The entry of a finding that was accepted. */
export async function findAccepted(
  recommendations: Pick<RecommendationStore, 'read'>,
  id: string,
): Promise<AcceptedEntry> {
  const entry = (await recommendations.read()).entries.find((one) => one.id === id);
  if (entry === undefined) {
    throw new NotAcceptedError(`'${id}' is not in the recommendations`, {
      hints: ['npm run recommendations -- accept takes a finding into it; list names what it has.'],
    });
  }
  const { finding } = entry;
  if (finding !== null) return { ...entry, finding };
  throw new NotAcceptedError(`'${id}' was added by hand and names no finding`, {
    hints: ['It is measured from the day on which it was accepted; only findings are applied and done.'],
  });
}
