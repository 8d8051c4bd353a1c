import { FindingChangedError } from './errors.ts';
import { findAccepted } from './find-accepted.ts';
import { removalOf } from './removal-of.ts';
import { removalPolicy } from './removal-policy.ts';
import type { RecommendationStore } from './store.ts';

/** Notes what a person has done without `apply`. Of what `apply` removes it is believed when the thing is gone. */
export async function doneCommand(
  recommendations: RecommendationStore,
  { id, by, operations }: { readonly id: string; readonly by: string; readonly operations: string },
): Promise<number> {
  const { finding, application } = await findAccepted(recommendations, id);
  if (application?.finishedAt) {
    console.error(`'${id}' was done at ${application.finishedAt} by ${application.by}; nothing was changed.`);
    return 1;
  }
  const now = () => new Date();
  const { waste } = removalPolicy(operations, finding.region);
  const removal = removalOf(finding, id, { waste, now, pause: async () => {} });
  if (removal !== undefined && (await removal.look()) !== undefined) {
    throw new FindingChangedError(`'${id}' is not done: '${finding.resource}' is still there`, {
      hints: [`npm run recommendations -- apply --id ${id} removes it, with what has to be kept.`],
    });
  }
  const at = now().toISOString();
  await recommendations.change(id, (entry) => ({
    ...entry,
    application: { described: {}, finalSnapshot: null, startedAt: at, ...entry.application, by, finishedAt: at },
  }));
  console.log(`'${id}' is done. Its saving is measured from today on.`);
  return 0;
}
