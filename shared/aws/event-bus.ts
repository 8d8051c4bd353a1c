import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ownSource } from '../contracts/alert/own-events.ts';
import { AwsUnavailableError } from '../errors.ts';
import { callAws } from './call.ts';

export type OwnEvent = { readonly detailType: string; readonly detail: Readonly<Record<string, unknown>> };

/** EventBridge takes ten at a time. */
const eventsAtATime = 10;

export type PutOwnEvents = (events: readonly OwnEvent[]) => Promise<void>;

/** On the default bus. Throws AwsUnavailableError when one of them was not taken: those that were are put once more by the next try. */
export const putOwnEvents =
  (client = new EventBridgeClient({ maxAttempts: 5 })): PutOwnEvents =>
  async (events) => {
    for (let start = 0; start < events.length; start += eventsAtATime) {
      const Entries = events.slice(start, start + eventsAtATime).map(({ detailType, detail }) => ({
        Source: ownSource,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount = 0, Entries: results = [] } = await callAws('put events on the bus', (options) =>
        client.send(new PutEventsCommand({ Entries }), options),
      );
      if (FailedEntryCount > 0) {
        const why = results.flatMap(({ ErrorCode }) => ErrorCode ?? []).join(', ');
        throw new AwsUnavailableError(`${FailedEntryCount} of ${Entries.length} events were not taken: ${why}`);
      }
    }
  };
