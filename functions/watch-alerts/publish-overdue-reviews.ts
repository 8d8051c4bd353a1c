import { makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { putOwnEvents } from '../../shared/aws/event-bus.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { config } from '../../shared/config.ts';
import {
  PublishOverdueReviewsInput,
  PublishOverdueReviewsOutput,
  ReviewDue,
} from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { openReviews, reviewCause, reviewMember, sortReviews } from '../../shared/domain/alert/reviews.ts';
import { reviewDueKey, reviewsPrefix } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Reports each review that is overdue, and the end of what was written since. A second call reports what the incident of all reviews does
 * not know yet: what it knows is not reported again.
 */
export const publishOverdueReviews = defineTask({
  input: PublishOverdueReviewsInput,
  output: PublishOverdueReviewsOutput,
  deps: () => {
    const { evidenceBucket, stage, region } = config();
    const { account } = stagePolicy(operations(), stage);
    return {
      store: makeObjectStore(evidenceBucket),
      incidents: makeIncidentStore(makeVersionedStore(evidenceBucket)),
      put: putOwnEvents(),
      stage,
      key: [account, region, stage, 'stage', reviewCause].join('/'),
      now: () => new Date(),
    };
  },
  async run(_, { store, incidents, put, stage, key, now }) {
    const at = now().toISOString();
    const { written, awaited } = sortReviews(await store.listKeys(reviewsPrefix), reviewsPrefix);
    const open = openReviews(await incidents.find(key));
    const dueOf = async (id: string) => ReviewDue.parse(JSON.parse((await store.getText(reviewDueKey(id))) ?? 'null'));
    const overdue = (await Promise.all(awaited.map(dueOf))).filter(({ reviewBy }) => reviewBy < at);
    const ended = await Promise.all(written.filter((id) => open.has(reviewMember(id))).map(dueOf));
    const event = ({ schemaVersion: _version, ...due }: ReviewDue, state: 'problem' | 'over', since: string) => ({
      detailType: 'Incident Review',
      detail: { stage, ...due, state, at: since },
    });
    await put([
      ...overdue
        .filter(({ incidentId }) => !open.has(reviewMember(incidentId)))
        .map((due) => event(due, 'problem', due.reviewBy)),
      ...ended.map((due) => event(due, 'over', at)),
    ]);
    const found = {
      overdue: overdue.map(({ incidentId }) => incidentId),
      written: ended.map(({ incidentId }) => incidentId),
    };
    logger.info('reviews looked at', { awaited: awaited.length, ...found });
    return found;
  },
});
export const { handler } = publishOverdueReviews;
