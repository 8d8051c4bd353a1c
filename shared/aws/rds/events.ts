import { paginateDescribeEvents, RDSClient } from '@aws-sdk/client-rds';
import type { InstanceEvent } from '../../domain/alert/missed-events.ts';
import { callAws } from '../call.ts';

/** Events of the instances of this region within a time, of some categories, the oldest first. */
export type ListInstanceEvents = (
  window: { readonly from: string; readonly to: string },
  categories: readonly string[],
) => Promise<readonly InstanceEvent[]>;

export const listInstanceEvents =
  (client = new RDSClient({ maxAttempts: 5 })): ListInstanceEvents =>
  ({ from, to }, EventCategories) =>
    callAws('describe the events of instances', async (options) => {
      const input = {
        SourceType: 'db-instance' as const,
        EventCategories: [...EventCategories],
        StartTime: new Date(from),
        EndTime: new Date(to),
      };
      const all: InstanceEvent[] = [];
      for await (const { Events = [] } of paginateDescribeEvents({ client }, input, options)) {
        for (const { SourceIdentifier = '', EventCategories: categories = [], Message = '', Date: at } of Events)
          all.push({
            SourceIdentifier,
            EventCategories: categories,
            Message,
            Date: (at ?? new Date(to)).toISOString(),
          });
      }
      return all.sort((left, right) => (left.Date < right.Date ? -1 : 1));
    });
