import type { Entry } from '../../shared/contracts/recommendations.ts';
import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { FindingChangedError, RemovalRefusedError } from './errors.ts';
import { type SeenNow, whyRefused } from './refusal.ts';
import type { Progress, Removal } from './removal.ts';
import type { RecommendationStore } from './store.ts';

export type AcceptedEntry = Entry & { readonly finding: WasteFinding };

export type ApplySetting = {
  readonly ownInstances: readonly string[];
  readonly by: string;
  readonly now: () => Date;
  readonly say: Progress;
};

/** The thing as it is now, undefined where it is gone or going; throws where it is not what was accepted, or is not to be removed. */
export async function inspectAgain(
  { id, finding }: AcceptedEntry,
  removal: Removal,
  ownInstances: readonly string[],
): Promise<SeenNow | undefined> {
  const seen = await removal.look();
  if (seen?.isGoing === true) return undefined;
  const refusal = seen && whyRefused(finding, seen, ownInstances);
  if (refusal === undefined) return seen;
  const OwnError = refusal.kind === 'changed' ? FindingChangedError : RemovalRefusedError;
  throw new OwnError(`'${id}' is not removed: '${finding.resource}' ${refusal.text}`, { hints: [refusal.hint] });
}

/** Does what was accepted. An interrupted run is taken up where it was; what is done is not done again. */
export async function apply(
  entry: AcceptedEntry,
  removal: Removal,
  recommendations: Pick<RecommendationStore, 'change'>,
  { ownInstances, by, now, say }: ApplySetting,
): Promise<Entry> {
  const { id, finding } = entry;
  const note = (change: Partial<NonNullable<Entry['application']>>) =>
    recommendations.change(id, (current) => ({
      ...current,
      application: {
        startedAt: now().toISOString(),
        by,
        described: {},
        finalSnapshot: null,
        finishedAt: null,
        ...current.application,
        ...change,
      },
    }));

  const seen = await inspectAgain(entry, removal, ownInstances);
  if (seen !== undefined) {
    await note({ startedAt: now().toISOString(), by, described: plain(seen.described) });
    if (removal.keep !== undefined) {
      const finalSnapshot = await removal.keep.take();
      await note({ finalSnapshot });
      say(`final snapshot ${finalSnapshot}`);
      await removal.keep.wait(finalSnapshot, say);
      // Hours may have passed.
      if ((await inspectAgain(entry, removal, ownInstances)) === undefined) throw goneByOthers(id, finding);
    }
    await removal.remove();
  } else if (entry.application === null || (removal.keep !== undefined && entry.application.finalSnapshot === null)) {
    throw goneByOthers(id, finding);
  }
  await removal.confirm(say);
  const kept = removal.finalSnapshot === undefined ? {} : { finalSnapshot: removal.finalSnapshot };
  return note({ ...kept, finishedAt: now().toISOString() });
}

const goneByOthers = (id: string, { resource, region }: WasteFinding) =>
  new FindingChangedError(`'${id}' is not removed: '${resource}' is not in ${region} any more`, {
    hints: ['Somebody else has removed it: CloudTrail reports who.'],
  });

/** As it stands in a file: without what JSON does not know. */
const plain = (described: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(described));
